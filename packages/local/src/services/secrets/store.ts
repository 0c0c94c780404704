import { randomUUID } from "node:crypto";
import type { ServiceEnvironment } from "../protocol/json-service.ts";
import type { State } from "../state/index.ts";
import { generateSecret } from "./generate.ts";
import type { SecretSpec, StoredSecret } from "./types.ts";

const COLUMNS = `name, arn, value, declared, version_id as "versionId", created_at as "createdAt",
  changed_at as "changedAt"`;

const SUFFIX = {
  PasswordLength: 6,
  ExcludePunctuation: true,
  RequireEachIncludedType: false,
};

export function openSecretStore({ db, transaction }: State, environment: ServiceEnvironment) {
  const byId = db.prepare(`select ${COLUMNS} from secrets
    where name = :id or arn = :id or substr(arn, 1, length(arn) - 7) = :id`);
  const byName = db.prepare(`select ${COLUMNS} from secrets where name = ?`);
  const insert = db.prepare("insert into secrets values (?, ?, ?, ?, ?, ?, ?)");
  const update = db.prepare(`update secrets set value = ?, declared = ?, version_id = ?,
    changed_at = ? where name = ?`);

  /** By name, by ARN, or by the ARN without its random end. */
  const find = (id: string) => byId.get({ id }) as StoredSecret | undefined;
  const named = (name: string) => byName.get(name) as StoredSecret | undefined;

  function add({ name, secretString, generate = {} }: SecretSpec): void {
    const value = secretString ?? generateSecret(generate);
    const now = environment.now();
    insert.run(
      name,
      newArn(name, environment),
      value,
      secretString ?? null,
      randomUUID(),
      now,
      now,
    );
  }

  return {
    find,
    create(spec: SecretSpec): StoredSecret {
      requireName(spec);
      return transaction(() => {
        const { name, secretString } = spec;
        const existing = named(name);
        if (!existing) add(spec);
        else if (secretString !== undefined && secretString !== existing.declared) {
          update.run(secretString, secretString, randomUUID(), environment.now(), name);
        }
        return named(name) as StoredSecret;
      });
    },
  };
}

function requireName({ name, secretString, generate }: SecretSpec): void {
  if (!/^[\w/+=.@!-]{1,512}$/.test(name)) throw new Error(`"${name}" can't name a secret.`);
  if (secretString === undefined || generate === undefined) return;
  throw new Error(`The secret ${name} has both SecretString and GenerateSecretString.`);
}

/** An ARN ends in six random characters, so that a reused name is another secret. */
const newArn = (name: string, { region, account }: ServiceEnvironment) =>
  `arn:aws:secretsmanager:${region}:${account}:secret:${name}-${generateSecret(SUFFIX)}`;
