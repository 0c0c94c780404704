import crypto from "node:crypto";
import { syncBuiltinESMExports } from "node:module";

const { scrypt } = crypto;
const quick: typeof scrypt = ((password, salt, length, options, done) =>
  scrypt(password, salt, length, { ...options, N: 2 }, done)) as typeof scrypt;

/**
 * Better Auth has a password's hash take 80 ms of a processor, and these tests ask for two hundred of them.
 * How long one would withstand guessing is the subject of `handler.test.ts`, in a process of its own: here
 * it is the same function at its least cost.
 */
export function quickenPasswords(): void {
  crypto.scrypt = quick;
  syncBuiltinESMExports();
}
