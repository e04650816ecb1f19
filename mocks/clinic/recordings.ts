// Playing a recording: three things must hold at once, a link that was signed for this viewer, the viewer's live session, and their
// right to it at this moment.
import { stat } from 'node:fs/promises';
import { type Answer, Refusal } from './http.ts';
import type { Handler } from './services.ts';
import { authenticate } from './sessions.ts';

// A recording belongs to a call, and a call to a consultation: whoever may see the consultation may see what was recorded of its calls.
const mayWatch = {
  name: 'recording-may-watch',
  text: `select r.status, r.object_key as "objectKey" from recordings r join calls k on k.key = r.call_key join consultations c on c.id = k.consultation_id
    where r.id = $1 and (c.patient_id = $2 or exists (
      select 1 from proxies x where x.owner_id = c.patient_id and x.proxy_id = $2)) limit 1`,
};

const mediaHeaders = { 'content-type': 'video/webm', 'accept-ranges': 'bytes' };

/** Where a Range header starts and ends in a body of that size; `null` when it lies outside, undefined when it is to be ignored. */
export function parseRange(
  header: string | undefined,
  sizeBytes: number,
): { from: number; to: number } | null | undefined {
  if (header === undefined || !header.startsWith('bytes=') || header.includes(',')) return undefined;
  const [first = '', last = ''] = header.slice(6).trim().split('-');
  const numbers = [first, last].map(Number);
  if ((first === '' && last === '') || numbers.some((number) => !Number.isInteger(number) || number < 0))
    return undefined;
  const from = first === '' ? Math.max(0, sizeBytes - Number(last)) : Number(first);
  const to = first === '' || last === '' ? sizeBytes - 1 : Math.min(Number(last), sizeBytes - 1);
  if (first !== '' && last !== '' && Number(last) < Number(first)) return undefined;
  return from > to || from >= sizeBytes ? null : { from, to };
}

export const recordingContent: Handler = async (services, exchange): Promise<Answer> => {
  await authenticate(services, exchange);
  const viewerId = exchange.context.current().patientId;
  const verdict = services.links.check(exchange.id, viewerId, exchange.query);
  if (verdict !== 'good')
    throw new Refusal(403, `link-${verdict}`, `this link is ${verdict}: take one from your history`);
  const [recording] = await services.database.query<{ status: string; objectKey: string }>(mayWatch, [
    exchange.id,
    viewerId,
  ]);
  if (recording === undefined) throw new Refusal(403, 'no-right', 'you have no right to this recording');
  if (recording.status !== 'ready') throw new Refusal(404, 'not-ready', 'this recording is still being stored');
  const path = services.objects.pathOf(recording.objectKey);
  const size = await stat(path).then(
    (found) => found.size,
    () => undefined,
  );
  if (size === undefined) throw new Refusal(404, 'gone', 'this recording is not there any more');
  const range = parseRange(exchange.request.headers.range, size);
  if (range === null) throw new Refusal(416, 'bad-range', 'no such bytes', { 'content-range': `bytes */${size}` });
  const { from, to } = range ?? { from: 0, to: size - 1 };
  const length = { 'content-length': String(to - from + 1) };
  const file = { path, from, to };
  if (range === undefined) return { status: 200, headers: { ...mediaHeaders, ...length }, file };
  return { status: 206, headers: { ...mediaHeaders, ...length, 'content-range': `bytes ${from}-${to}/${size}` }, file };
};
