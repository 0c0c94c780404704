import { accessSync, constants, mkdtempSync, statfsSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";

const MEMORY = "/dev/shm";
const ROOM_BYTES = 4 * 2 ** 30;

/**
 * A new folder for what goes with a run: in memory where there is room, and in the temporary folder
 * where there is not. Hundreds of databases of 300 files each come and go in a run, and ext4 looks past
 * every inode that was deleted in the last five seconds before it gives one out: on a disk that took half
 * of the processor time of all tests that use a database.
 */
export const scratchFolder = (): string => mkdtempSync(path.join(roomiest(), "bulkhead-test-"));

function roomiest(): string {
  try {
    accessSync(MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(MEMORY);
    return bavail * bsize >= ROOM_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir(); // no Linux
  }
}
