// A ledger: a file outside the database whose lines are on the disk before what they tell of is done, so that nothing that was confirmed
// is lost with a database. Several processes may write at once: each line is one short append.
import { open, readFile } from 'node:fs/promises';

/** Resolves once it is on the disk. */
export async function appendToLedger(path: string, line: string): Promise<void> {
  const file = await open(path, 'a');
  try {
    // The line break before it ends the half line of a process that was killed in mid-write.
    await file.write(`\n${line}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
}

/** Its lines of that shape, in order; half a line, which nobody was answered for, is left out. */
export async function readLedger(path: string, shape: RegExp): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').filter((line) => shape.test(line));
}
