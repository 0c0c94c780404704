import type { ActingType } from "./acting.ts";
import { made } from "./made.ts";
import { physicalName } from "./naming.ts";
import { honoured, ignored } from "./properties.ts";

export const secret: ActingType = {
  type: "AWS::SecretsManager::Secret",
  properties: {
    Name: honoured,
    SecretString: honoured,
    GenerateSecretString: {
      SecretStringTemplate: honoured,
      GenerateStringKey: honoured,
      PasswordLength: honoured,
      ExcludeCharacters: honoured,
      ExcludeLowercase: honoured,
      ExcludeUppercase: honoured,
      ExcludeNumbers: honoured,
      ExcludePunctuation: honoured,
      IncludeSpace: honoured,
      RequireEachIncludedType: honoured,
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
export const secretTargetAttachment: ActingType = {
  type: "AWS::SecretsManager::SecretTargetAttachment",
  properties: { SecretId: honoured, TargetId: honoured, TargetType: honoured },
  make(making) {
    making.read.only("TargetType", "AWS::RDS::DBCluster");
    return made(making, making.read.text("SecretId"));
  },
};
