// Who moved to which clinician, kept outside the database: see moves.ts.
import { join } from 'node:path';
import type { Database } from './database.ts';
import { appendToLedger, readLedger } from './ledger-file.ts';
import { movePatient } from './moves.ts';

const fileName = 'moves.txt';
const lineShape = /^[0-9a-f-]{36} [0-9a-f-]{36}$/;

export interface MoveLedger {
  record(patientId: string, clinicianId: string): Promise<void>;
}

export function openMoveLedger(objectsDir: string): MoveLedger {
  return {
    record: (patientId, clinicianId) =>
      appendToLedger(join(objectsDir, fileName), `${patientId} ${clinicianId}`.toLowerCase()),
  };
}

/** Makes everybody's last move again, whether it was lost or not: either way their care before it is over. */
export async function reapplyMoves(database: Database, objectsDir: string): Promise<void> {
  const lines = await readLedger(join(objectsDir, fileName), lineShape);
  const last = new Map(lines.map((line) => line.split(' ') as [string, string]));
  for (const [patientId, clinicianId] of last) await movePatient(database, patientId, clinicianId);
}
