// Who was erased, kept outside the database, so that a database which takes over with writes lost can be made to forget them again.
// A line is on the disk before anything is deleted: whoever was told "erased" is in it, however the failover and the deletion cross.
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from './database.ts';
import { erasePatients } from './erasure.ts';
import { openObjectStore } from './objects.ts';

const fileName = 'erasures.txt';
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const batchCountMax = 500;

export interface ErasureLedger {
  /** Resolves once it is on the disk. Several processes may write at once: each line is one short append. */
  record(patientId: string): Promise<void>;
}

export function openErasureLedger(objectsDir: string): ErasureLedger {
  return {
    async record(patientId) {
      const file = await open(join(objectsDir, fileName), 'a');
      try {
        // The line break before it ends the half line of a process that was killed in mid-write.
        await file.write(`\n${patientId.toLowerCase()}\n`);
        await file.sync();
      } finally {
        await file.close();
      }
    },
  };
}

/** Everybody in the ledger, once each; half a line, which nobody was answered for, is left out. */
async function readLedger(objectsDir: string): Promise<readonly string[]> {
  const text = await readFile(join(objectsDir, fileName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return [...new Set(text.split('\n').filter((line) => idShape.test(line)))];
}

/** Erases everybody in the ledger who is back, with what was stored of theirs. */
export async function reapplyErasures(database: Database, objectsDir: string): Promise<void> {
  const patientIds = await readLedger(objectsDir);
  const objects = await openObjectStore(objectsDir);
  for (let first = 0; first < patientIds.length; first += batchCountMax) {
    await erasePatients(database, objects, patientIds.slice(first, first + batchCountMax));
  }
}
