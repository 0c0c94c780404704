// Two nets. Fields whose name says "secret" lose their value; strings lose whatever looks like a
// credential, or names a person, wherever it stands. The second net exists because messages quote their input.

const SECRET_NAME =
  /^(set-)?cookies?$|authorization|password|secret|token|signature|api-?key|private-?key|^(credential|proof)s?$/i;

const SECRET_SHAPES: readonly (readonly [RegExp, string])[] = [
  // scheme://user:password@host, also with an empty user
  [/([a-z][a-z0-9+.-]*:\/\/[^\s/:@]*):[^\s/@]+@/gi, "$1:***@"],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, "$1 ***"],
  // home's word for another database
  [/\bassertion\|[^\s"]+/g, "assertion|***"],
  [/\bbh_[\w-]{20,}/g, "bh_***"],
  [/(bulkhead\.session_token=)[^\s;,"]+/g, "$1***"],
  // query parameters of signed URLs, IAM database tokens, verification and reset links
  [/([?&](?:x-amz-(?:signature|security-token|credential)|token|code|state)=)[^\s&#"]+/gi, "$1***"],
  [/(\/reset-password\/)[^\s/?#"]+/gi, "$1***"],
  // an e-mail address, and no `user@host` of a URL nor a version of a package
  [/(?<![\w./+-])[\w.+-]+@[\w-]+(\.[\w-]+)*\.[a-z]{2,}/gi, "***@***"],
];

/** Replaces every credential and every e-mail address that `text` can be seen to hold with `***`. */
export function redactText(text: string): string {
  return SECRET_SHAPES.reduce((safe, [shape, instead]) => safe.replace(shape, instead), text);
}

/** True for names like `authorization`, `x-origin-secret` or `sessionToken`. */
export const isSecretName = (name: string): boolean => SECRET_NAME.test(name);
