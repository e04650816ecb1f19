// Who was erased, kept outside the database, so that a database which takes over with writes lost can be made to forget them again.
// A line is on the disk before anything is deleted: whoever was told "erased" is in it, however the failover and the deletion cross.
import { join } from 'node:path';
import type { Database } from './database.ts';
import { erasePatients } from './erasure.ts';
import { appendToLedger, readLedger } from './ledger-file.ts';
import { openObjectStore } from './objects.ts';

const fileName = 'erasures.txt';
const idShape = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
const batchCountMax = 500;

export interface ErasureLedger {
  /** Resolves once it is on the disk. */
  record(patientId: string): Promise<void>;
}

export function openErasureLedger(objectsDir: string): ErasureLedger {
  return { record: (patientId) => appendToLedger(join(objectsDir, fileName), patientId.toLowerCase()) };
}

/** Erases everybody in the ledger who is back, with what was stored of theirs. */
export async function reapplyErasures(database: Database, objectsDir: string): Promise<void> {
  const patientIds = [...new Set(await readLedger(join(objectsDir, fileName), idShape))];
  const objects = await openObjectStore(objectsDir);
  for (let first = 0; first < patientIds.length; first += batchCountMax) {
    await erasePatients(database, objects, patientIds.slice(first, first + batchCountMax));
  }
}
