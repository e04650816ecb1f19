// Playing a recording, whole or in part, once `mayPlay` has let it pass.
import { type Answer, Refusal } from './http.ts';
import type { Exchange, Handler, Services } from './services.ts';

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

export const recordingContent: Handler = async (services, exchange) => {
  const recording = await services.seams.mayPlay(services, exchange, 'content');
  return storedMedia(services, exchange, recording.objectKey);
};

/** The bytes, or the range of them that was asked for, for whoever has shown their right. */
export async function storedMedia(services: Services, exchange: Exchange, objectKey: string): Promise<Answer> {
  const object = await services.objects.open(objectKey);
  if (object === undefined) throw new Refusal(404, 'gone', 'this recording is not there any more');
  const { handle, sizeBytes: size } = object;
  const range = parseRange(exchange.request.headers.range, size);
  if (range === null) {
    await handle.close();
    throw new Refusal(416, 'bad-range', 'no such bytes', { 'content-range': `bytes */${size}` });
  }
  const { from, to } = range ?? { from: 0, to: size - 1 };
  const length = { 'content-length': String(to - from + 1) };
  const file = { handle, from, to };
  if (range === undefined) return { status: 200, headers: { ...mediaHeaders, ...length }, file };
  return { status: 206, headers: { ...mediaHeaders, ...length, 'content-range': `bytes ${from}-${to}/${size}` }, file };
}
