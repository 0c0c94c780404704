type Values = Readonly<Record<string, string>>;

/** Tracks whether a form has input that is not saved. */
export function createUnsavedChanges(initial: Values) {
  let saved = initial;
  return {
    has: (values: Values): boolean => !isEqual(values, saved),
    /** After `sent` was saved. Input that has changed since then stays unsaved. */
    save(sent: Values, values: Values): void {
      if (isEqual(sent, values)) saved = sent;
    },
    reset(): void {
      saved = initial;
    },
  };
}

const isEqual = (left: Values, right: Values) =>
  Object.keys(left).every((name) => left[name] === right[name]);
