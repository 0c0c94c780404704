import { made } from "./created.ts";
import { physicalName } from "./naming.ts";
import { ignored, supported } from "./properties.ts";
import type { EmulatedType } from "./resource-type.ts";

export const secret: EmulatedType = {
  type: "AWS::SecretsManager::Secret",
  properties: {
    Name: supported,
    SecretString: supported,
    GenerateSecretString: {
      SecretStringTemplate: supported,
      GenerateStringKey: supported,
      PasswordLength: supported,
      ExcludeCharacters: supported,
      ExcludeLowercase: supported,
      ExcludeUppercase: supported,
      ExcludeNumbers: supported,
      ExcludePunctuation: supported,
      IncludeSpace: supported,
      RequireEachIncludedType: supported,
    },
    Description: ignored("it is for people"),
    KmsKeyId: ignored("the folder is as private as its owner keeps it"),
  },

  make(making) {
    const { read, cloud, properties } = making;
    const { arn } = cloud.services.secrets.create({
      name: read.optionalText("Name") ?? physicalName(making),
      ...(properties.SecretString !== undefined
        ? { secretString: read.text("SecretString") }
        : { generate: read.object("GenerateSecretString") }),
    });
    return made(making, arn, { Id: arn });
  },
};

/** RDS adds the cluster's address to the secret. Here it keeps user and password, which is what logs in. */
export const secretTargetAttachment: EmulatedType = {
  type: "AWS::SecretsManager::SecretTargetAttachment",
  properties: { SecretId: supported, TargetId: supported, TargetType: supported },
  make(making) {
    making.read.only("TargetType", "AWS::RDS::DBCluster");
    return made(making, making.read.text("SecretId"));
  },
};
