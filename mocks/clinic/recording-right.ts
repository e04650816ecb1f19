// May this recording be played, or its thumbnail be looked at? Three things must hold at once: a link that was signed for this viewer, the viewer's live session, and
// their right to it at this moment.
import { Refusal } from './http.ts';
import type { LinkedPart } from './links.ts';
import type { Exchange, Services } from './services.ts';
import { authenticate } from './sessions.ts';

export interface PlayableRecording {
  readonly objectKey: string;
}

// A recording belongs to a call, and a call to a consultation: whoever may see the consultation may see what was recorded of its calls.
const ownersOf = {
  name: 'recording-owners',
  text: `select r.status, r.object_key as "objectKey", r.title, r.file_name as "fileName", c.patient_id as "ownerId" from recordings r join calls k on k.key = r.call_key
      join consultations c on c.id = k.consultation_id
    where r.id = $1 order by c.patient_id = $2 desc limit 20`,
};

interface Owner extends PlayableRecording {
  readonly title: string;
  readonly fileName: string;
  readonly status: string;
  readonly ownerId: string;
}

export async function mayPlayNow(services: Services, exchange: Exchange, part: LinkedPart): Promise<PlayableRecording> {
  await authenticate(services, exchange);
  const viewerId = exchange.context.current().patientId;
  const verdict = services.links.check(exchange.id, viewerId, part, exchange.query);
  if (verdict !== 'good')
    throw new Refusal(403, `link-${verdict}`, `this link is ${verdict}: take one from your history`);
  return playableBy(services, viewerId, exchange.id);
}

/** The recording, if this viewer has a right to it at this moment and it can be played; throws a `Refusal` otherwise. */
export async function playableBy(services: Services, viewerId: string, recordingId: string): Promise<Owner> {
  const owners = await services.database.query<Owner>(ownersOf, [recordingId, viewerId]);
  const [recording] = owners;
  if (recording === undefined || !(await actsForOneOf(services, viewerId, owners)))
    throw new Refusal(403, 'no-right', 'you have no right to this recording');
  if (recording.status !== 'ready') throw new Refusal(404, 'not-ready', 'this recording is still being stored');
  return recording;
}

/** Their own stand first, so this seldom asks. */
async function actsForOneOf(services: Services, viewerId: string, owners: readonly Owner[]): Promise<boolean> {
  for (const { ownerId } of owners) {
    if (ownerId === viewerId || (await services.seams.actsFor(services, viewerId, ownerId))) return true;
  }
  return false;
}
