/** A fault in the checkout or its settings that a person can fix. Printed without a stack trace. */
export class SynthError extends Error {
  override name = "SynthError";
}

/** Runs a program. A {@link SynthError} is printed and ends it with exit code 1; any other error is a bug. */
export async function runProgram(main: () => Promise<void>): Promise<void> {
  try {
    await main();
  } catch (error) {
    if (!(error instanceof SynthError)) throw error;
    console.error(error.message);
    process.exit(1); // stops the builds that still run
  }
}
