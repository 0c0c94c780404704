import { createHash, createHmac } from "node:crypto";

/** A request as it was received, and signed by Signature Version 4. */
export type SignedRequest = {
  method: string;
  path: string;
  /** In the order of their names, encoded. */
  query?: string;
  headers: Record<string, string | string[] | undefined>;
  body: string | Buffer;
};

/** What the service knows: of itself, of the time, and of its callers. */
export type Verifier = {
  service: string;
  region: string;
  now: Date;
  secretOf(accessKeyId: string): string | undefined;
  /** Of temporary credentials, by their access key. */
  tokenOf?(accessKeyId: string): string | undefined;
};

const MOST_SKEW_MILLISECONDS = 5 * 60_000;

/**
 * What is wrong with a signature, as AWS's documentation describes the check; undefined when nothing is.
 * It shares no code with the signer.
 *
 * @see https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
 */
export function signatureFault(request: SignedRequest, verifier: Verifier): string | undefined {
  const header = (name: string) => String(request.headers[name] ?? "").trim();
  const authorization =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/(\d{8})\/([^/]+)\/([^/]+)\/aws4_request, SignedHeaders=([a-z0-9;-]+), Signature=([0-9a-f]{64})$/.exec(
      header("authorization"),
    );
  if (!authorization) return "no authorization";
  const [, key = "", day = "", region = "", service = "", names = "", signature] = authorization;
  const secret = verifier.secretOf(key);
  if (secret === undefined) return "unknown access key";
  if (region !== verifier.region) return "another region";
  if (service !== verifier.service) return "another service";

  const signed = names.split(";");
  const time = header("x-amz-date");
  const [, year, month, date, hour, minute, second] =
    /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(time) ?? [];
  const at = Date.parse(`${year}-${month}-${date}T${hour}:${minute}:${second}Z`);
  if (!time.startsWith(day)) return "another day";
  if (!(Math.abs(at - verifier.now.getTime()) <= MOST_SKEW_MILLISECONDS)) return "another time";

  const token = verifier.tokenOf?.(key);
  if (token !== undefined && header("x-amz-security-token") !== token) return "another token";
  for (const name of [
    "host",
    "x-amz-date",
    ...(token === undefined ? [] : ["x-amz-security-token"]),
  ]) {
    if (!signed.includes(name)) return `${name} is not signed`;
  }
  const bodyHash = createHash("sha256").update(request.body).digest("hex");
  const declared = header("x-amz-content-sha256");
  if (declared && declared !== bodyHash) return "another body";

  const canonical = [
    request.method,
    request.path,
    request.query ?? "",
    ...signed.map((name) => `${name}:${header(name).replace(/ +/g, " ")}`),
    "",
    names,
    bodyHash,
  ].join("\n");
  const scope = `${day}/${region}/${service}/aws4_request`;
  const hashed = createHash("sha256").update(canonical).digest("hex");
  const toSign = ["AWS4-HMAC-SHA256", time, scope, hashed].join("\n");
  const hmac = (from: string | Buffer, text: string) =>
    createHmac("sha256", from).update(text).digest();
  const signingKey = [day, region, service, "aws4_request"].reduce<string | Buffer>(
    hmac,
    `AWS4${secret}`,
  );
  return hmac(signingKey, toSign).toString("hex") === signature ? undefined : "another signature";
}
