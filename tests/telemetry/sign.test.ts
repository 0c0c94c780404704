import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { destinationOf } from "../../packages/telemetry/src/otlp/destination.ts";
import { createPipeline } from "../../packages/telemetry/src/otlp/pipeline.ts";
import { createSigner } from "../../packages/telemetry/src/otlp/sign.ts";
import { newSpan } from "../../packages/telemetry/src/trace/span.ts";
import type { Work } from "../../packages/telemetry/src/trace/work.ts";
import { collector } from "./collector.ts";
import { type SignedRequest, signatureFault, type Verifier } from "./sigv4.ts";

const REGION = "eu-central-1";
const KEYS: Record<string, { secret: string; token: string }> = {
  ASIAFIRST: { secret: "first/secret", token: "first-token" },
  ASIASECOND: { secret: "second/secret", token: "second-token" },
};
const useKey = (id: keyof typeof KEYS) => {
  vi.stubEnv("AWS_ACCESS_KEY_ID", id);
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", KEYS[id]?.secret);
  vi.stubEnv("AWS_SESSION_TOKEN", KEYS[id]?.token);
};
beforeEach(() => useKey("ASIAFIRST"));
afterEach(() => void vi.unstubAllEnvs());

const xray = (change: Partial<Verifier> = {}): Verifier => ({
  service: "xray",
  region: REGION,
  now: new Date(),
  secretOf: (id) => KEYS[id]?.secret,
  tokenOf: (id) => KEYS[id]?.token,
  ...change,
});

const work = () =>
  ({
    zero: Date.now() - performance.now(),
    traceId: "0af7651916cd43dd8448eb211c80319c",
    sampled: true,
    tenantId: "11111111-1111-4111-8111-111111111111",
    requestId: "r-1",
    spans: [newSpan("é", "internal", undefined)],
    lost: 0,
  }) as unknown as Work;

/** A service in X-Ray's place, and spans that are signed for it. */
async function signedSpans() {
  const sink = await collector();
  const url = `${sink.endpoint}/v1/traces`;
  const dropped: [number, string][] = [];
  const pipeline = createPipeline({
    service: "api",
    destination: { url, headers: createSigner({ url, region: REGION }) },
    onDropped: (count, reason) => dropped.push([count, reason]),
  });
  const received = (): SignedRequest[] =>
    sink.requests.map(({ path, headers, body }) => ({ method: "POST", path, headers, body }));
  return { ...pipeline, sink, dropped, received };
}

describe("the verifier", () => {
  // https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-signing-elements.html
  const example = {
    method: "GET",
    path: "/",
    query: "Action=ListUsers&Version=2010-05-08",
    headers: {
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      host: "iam.amazonaws.com",
      "x-amz-date": "20150830T123600Z",
      authorization:
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/iam/aws4_request, " +
        "SignedHeaders=content-type;host;x-amz-date, " +
        "Signature=5d672d79c15b13162d9279b0855cfba6789a8edb4c82c400e06b5924a6f2b5d7",
    },
    body: "",
  };
  const verifier: Verifier = {
    service: "iam",
    region: "us-east-1",
    now: new Date("2015-08-30T12:36:30Z"),
    secretOf: () => "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
  };

  it("accepts the example of AWS's documentation, and no change of it", () => {
    expect(signatureFault(example, verifier)).toBeUndefined();
    expect(signatureFault({ ...example, body: "x" }, verifier)).toBe("another signature");
    expect(signatureFault({ ...example, query: "" }, verifier)).toBe("another signature");
    const late = new Date("2015-08-30T12:42:00Z");
    expect(signatureFault(example, { ...verifier, now: late })).toBe("another time");
  });
});

describe("a request to X-Ray", () => {
  it("is signed with its body, its region, its time and the session's token", async () => {
    const { add, flush, received } = await signedSpans();
    add(work());
    await flush();
    const [request] = received();
    if (!request) throw new Error("No request was received.");
    expect(signatureFault(request, xray())).toBeUndefined();
    expect(request.headers["x-amz-content-sha256"]).toMatch(/^[0-9a-f]{64}$/);
    expect(request.headers["content-type"]).toBe("application/json");

    const body = String(request.body).replace("r-1", "r-2");
    expect(signatureFault({ ...request, body }, xray())).toBe("another body");
    const headers = { ...request.headers, "x-amz-security-token": "another" };
    expect(signatureFault({ ...request, headers }, xray())).toBe("another token");
    expect(signatureFault(request, xray({ tokenOf: () => undefined }))).toBeUndefined();
    expect(signatureFault(request, xray({ region: "us-east-1" }))).toBe("another region");
    expect(signatureFault(request, xray({ service: "sqs" }))).toBe("another service");
    expect(signatureFault(request, xray({ secretOf: () => "wrong" }))).toBe("another signature");
    const later = new Date(Date.now() + 6 * 60_000);
    expect(signatureFault(request, xray({ now: later }))).toBe("another time");
  });

  it("is signed anew with each try", async () => {
    const { add, flush, received, sink, dropped } = await signedSpans();
    sink.manner.status = 503;
    sink.manner.headers = { "retry-after": "1" };
    add(work());
    const flushed = flush();
    await expect.poll(() => sink.requests.length).toBe(1);
    sink.manner.status = 200;
    await flushed;
    const [first, second] = received();
    expect(second?.headers["x-amz-date"]).not.toBe(first?.headers["x-amz-date"]);
    expect(received().map((one) => signatureFault(one, xray()))).toEqual([undefined, undefined]);
    expect(dropped).toEqual([]);
  });

  it("uses the credentials that the environment has at that time", async () => {
    const { add, flush, received } = await signedSpans();
    add(work());
    await flush();
    useKey("ASIASECOND");
    add(work());
    await flush();
    expect(received().map((one) => signatureFault(one, xray()))).toEqual([undefined, undefined]);
    expect(received().map(({ headers }) => headers["x-amz-security-token"])).toEqual([
      "first-token",
      "second-token",
    ]);
  });

  it("is not sent with expired credentials: its spans are counted as dropped", async () => {
    vi.stubEnv("AWS_CREDENTIAL_EXPIRATION", new Date(Date.now() - 1_000).toISOString());
    const { add, flush, received, dropped } = await signedSpans();
    add(work());
    await flush();
    expect(received()).toEqual([]);
    expect(dropped).toEqual([[1, "collector.CredentialsExpired"]]);
  });
});

describe("the destination of spans", () => {
  const config = {
    POWERTOOLS_SERVICE_NAME: "api",
    POWERTOOLS_TRACE_ENABLED: false,
    OTEL_TRACES_SAMPLER_ARG: 1,
  };
  const of = (more: object) => destinationOf({ ...config, ...more }, async () => "x-team=k");

  it("is X-Ray's OTLP endpoint of the region, with signed headers", async () => {
    const destination = of({ XRAY_REGION: REGION });
    expect(destination?.url).toBe("https://xray.eu-central-1.amazonaws.com/v1/traces");
    const body = Buffer.from("{}");
    const headers = (await destination?.headers(body)) ?? {};
    const request = { method: "POST", path: "/v1/traces", headers, body };
    expect(headers.host).toBe("xray.eu-central-1.amazonaws.com");
    expect(signatureFault(request, xray())).toBeUndefined();
  });

  it("is a collector of one's own instead, which gets no signature", async () => {
    const destination = of({
      XRAY_REGION: REGION,
      OTEL_EXPORTER_OTLP_ENDPOINT: "https://collector.example.com/",
      OTLP_HEADERS_SECRET_ARN: "arn:secret",
    });
    expect(destination?.url).toBe("https://collector.example.com/v1/traces");
    expect(await destination?.headers(Buffer.from("{}"))).toEqual({
      "x-team": "k",
      "content-type": "application/json",
    });
  });

  it("is none where neither is set", () => {
    expect(of({})).toBeUndefined();
  });
});
