import {
  DescribeSecretCommand,
  GetSecretValueCommand,
  PutSecretValueCommand,
} from "@aws-sdk/client-secrets-manager";
import { describe, expect, it, test } from "vitest";
import { generateSecret } from "../../../packages/local/src/services/secrets/generate.ts";
import { clientsOf, freshHome, refusalOf, startOwn } from "./support.ts";

describe("a secret", () => {
  it("is found by ARN, by name, and by the ARN without its random end", async () => {
    const services = await startOwn();
    const { arn, value } = services.secrets.create({ name: "rds!cluster/master" });
    const { secrets } = clientsOf(services.endpoints);
    expect(arn).toMatch(
      /^arn:aws:secretsmanager:eu-central-1:0{12}:secret:rds!cluster\/master-\w{6}$/,
    );
    for (const SecretId of [arn, "rds!cluster/master", arn.slice(0, -7)]) {
      const found = await secrets.send(new GetSecretValueCommand({ SecretId }));
      expect(found).toMatchObject({ ARN: arn, SecretString: value, VersionStages: ["AWSCURRENT"] });
    }
    const described = await secrets.send(new DescribeSecretCommand({ SecretId: arn }));
    expect(JSON.stringify(described)).not.toContain(value);
  });

  it("keeps its generated value and its ARN over a restart", async () => {
    const home = freshHome();
    const spec = { name: "auth", generate: { PasswordLength: 48 } };
    const first = await startOwn({ home });
    const before = first.secrets.create(spec);
    await first.close();
    const second = await startOwn({ home });
    expect(second.secrets.valueOf(before.arn)).toBeUndefined();
    expect(second.secrets.create(spec)).toEqual(before);
    await second.close();
  });

  it("with a literal value changes when the template's literal does, and only then", async () => {
    const { secrets } = await startOwn();
    const { arn } = secrets.create({ name: "stripe", secretString: "REPLACE_ME" });
    expect(secrets.create({ name: "stripe", secretString: "sk_test" })).toEqual({
      arn,
      value: "sk_test",
    });
    expect(secrets.list()).toEqual([{ name: "stripe", arn }]);
  });

  it("that does not exist, or without the given version, is not found", async () => {
    const services = await startOwn();
    const { arn } = services.secrets.create({ name: "one" });
    const { secrets } = clientsOf(services.endpoints);
    for (const input of [
      { SecretId: "other" },
      { SecretId: arn, VersionStage: "AWSPREVIOUS" },
      { SecretId: arn, VersionId: "0".repeat(36) },
    ]) {
      const refusal = await refusalOf(secrets.send(new GetSecretValueCommand(input)));
      expect(refusal.name).toBe("ResourceNotFoundException");
    }
  });
});

describe("a generated value", () => {
  it("is added to the template under its key", () => {
    const value = generateSecret({
      SecretStringTemplate: '{"username":"bulkhead_master"}',
      GenerateStringKey: "password",
      PasswordLength: 30,
    });
    expect(JSON.parse(value)).toEqual({
      username: "bulkhead_master",
      password: expect.stringMatching(/^.{30}$/),
    });
  });

  it("has each included type and none of the excluded characters", () => {
    for (let time = 0; time < 50; time += 1) {
      const value = generateSecret({ PasswordLength: 4, ExcludeCharacters: "aA0!" });
      expect(value).toMatch(/[b-z]/);
      expect(value).toMatch(/[B-Z]/);
      expect(value).toMatch(/[1-9]/);
      expect(value).toMatch(/[^a-zA-Z0-9!]/);
    }
    const plain = { ExcludePunctuation: true, ExcludeNumbers: true, ExcludeUppercase: true };
    expect(generateSecret(plain)).toMatch(/^[a-z]{32}$/);
  });

  it("without any allowed characters, or with an unknown option, is refused", () => {
    expect(() => generateSecret({ PasswordLength: 3 })).toThrow(/each included type/);
    expect(() => generateSecret({ Length: 3 } as never)).toThrow(/Length is not implemented/);
  });
});

test("unsupported operations and parameters are refused by name", async () => {
  const services = await startOwn();
  const { arn } = services.secrets.create({ name: "one" });
  const { secrets } = clientsOf(services.endpoints);
  const put = new PutSecretValueCommand({ SecretId: arn, SecretString: "x" });
  const refusal = await refusalOf(secrets.send(put));
  expect([refusal.name, refusal.message]).toEqual([
    "UnknownOperationException",
    expect.stringMatching(/PutSecretValue/),
  ]);
});
