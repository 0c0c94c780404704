import { ServiceFault } from "../protocol/fault.ts";
import { optionalText, refuseOthers, text } from "../protocol/input.ts";
import type { ServiceOperation } from "../protocol/json-service.ts";
import type { StoredSecret } from "./types.ts";

const CURRENT = "AWSCURRENT";

/** The operations of Secrets Manager that the local cloud implements; all others are refused by name. */
export function secretsOperations(
  find: (id: string) => StoredSecret | undefined,
): Record<string, ServiceOperation> {
  const existing = (id: string) => {
    const secret = find(id);
    if (!secret) throw notFound("Secrets Manager can't find the specified secret.");
    return secret;
  };
  return {
    GetSecretValue(input) {
      refuseOthers(input, ["SecretId", "VersionId", "VersionStage"], "GetSecretValue");
      const secret = existing(text(input, "SecretId"));
      const version = optionalText(input, "VersionId") ?? secret.versionId;
      const stage = optionalText(input, "VersionStage") ?? CURRENT;
      if (version !== secret.versionId) throw notFound(missingValue("VersionId", version));
      if (stage !== CURRENT) throw notFound(missingValue("staging label", stage));
      return {
        ARN: secret.arn,
        Name: secret.name,
        VersionId: secret.versionId,
        SecretString: secret.value,
        VersionStages: [CURRENT],
        CreatedDate: secret.changedAt / 1000,
      };
    },
    DescribeSecret(input) {
      refuseOthers(input, ["SecretId"], "DescribeSecret");
      const secret = existing(text(input, "SecretId"));
      return {
        ARN: secret.arn,
        Name: secret.name,
        CreatedDate: secret.createdAt / 1000,
        LastChangedDate: secret.changedAt / 1000,
        VersionIdsToStages: { [secret.versionId]: [CURRENT] },
      };
    },
  };
}

const notFound = (message: string) => new ServiceFault("ResourceNotFoundException", 400, message);

const missingValue = (kind: string, name: string) =>
  `Secrets Manager can't find the specified secret value for ${kind}: ${name}`;
