/** What keeps a synth from beginning and a person can mend: told as a sentence, without a stack. */
export class SynthError extends Error {
  override name = "SynthError";
}

/** Runs a program's main part. What is a {@link SynthError} is said and ends it; all else is a bug. */
export async function sayErrors(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SynthError)) throw error;
    console.error(error.message);
    process.exit(1); // whatever else is still being made
  }
}
