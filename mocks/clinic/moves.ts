// A patient moves to another practice: what is booked from now on is its clinician's, and the clinician before loses everything at once.
// The move is in the ledger before it is made, so that a database which takes over with writes lost can't give the old one back.
import type { Database } from './database.ts';
import { noContent, Refusal, readJson, textField } from './http.ts';
import type { Handler } from './services.ts';
import { authenticate } from './sessions.ts';

const known = { name: 'move-known', text: 'select id from clinicians where id = $1' };

const move = {
  name: 'move-make',
  text: `update patients p set clinician_id = d.id, clinician_name = d.name, practice_id = d.practice_id, practice_name = d.practice_name,
      care_version = p.care_version + 1
    from clinicians d where d.id = $2 and p.id = $1`,
};

/** Safe to repeat: new care begins again, with the same clinician. */
export async function movePatient(database: Database, patientId: string, clinicianId: string): Promise<void> {
  await database.query(move, [patientId, clinicianId]);
}

export const movePractice: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const clinicianId = textField(await readJson(exchange.request), 'clinicianId', 36);
  if ((await services.database.query(known, [clinicianId])).length === 0)
    throw new Refusal(404, 'no-such-clinician', 'there is no such clinician to move to');
  const { patientId } = exchange.context.current();
  await services.moves.record(patientId, clinicianId);
  await movePatient(services.database, patientId, clinicianId);
  return noContent;
};
