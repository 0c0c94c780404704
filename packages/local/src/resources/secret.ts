import { created } from "./created.ts";
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
    Description: ignored("documentation only"),
    KmsKeyId: ignored("the home folder is as private as its file mode"),
  },

  create(context) {
    const { read, cloud, properties } = context;
    const { arn } = cloud.services.secrets.create({
      name: read.optionalText("Name") ?? physicalName(context),
      ...(properties.SecretString !== undefined
        ? { secretString: read.text("SecretString") }
        : { generate: read.object("GenerateSecretString") }),
    });
    return created(context, arn, { Id: arn });
  },
};
