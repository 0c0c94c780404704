/** CloudFormation's `GenerateSecretString` of `AWS::SecretsManager::Secret`. */
export type GenerateSecretString = {
  /** A JSON object in text, to which the value is added under GenerateStringKey. */
  SecretStringTemplate?: string;
  GenerateStringKey?: string;
  /** Default 32. */
  PasswordLength?: number;
  ExcludeCharacters?: string;
  ExcludeLowercase?: boolean;
  ExcludeUppercase?: boolean;
  ExcludeNumbers?: boolean;
  ExcludePunctuation?: boolean;
  IncludeSpace?: boolean;
  /** Default true. */
  RequireEachIncludedType?: boolean;
};

/** A secret with a literal or a generated value. Without either it is generated with the defaults. */
export type SecretSpec = {
  name: string;
  secretString?: string;
  generate?: GenerateSecretString;
};

export type StoredSecret = {
  name: string;
  arn: string;
  value: string;
  /** The template's literal value, to detect a change; null for a generated secret. */
  declared: string | null;
  versionId: string;
  /** Unix milliseconds. */
  createdAt: number;
  changedAt: number;
};
