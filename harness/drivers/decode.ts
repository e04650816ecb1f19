// A body as the client reads it, after content decoding (RFC 9110, 8.4). What comes before a break is handed on all the same:
// it was received, so it counts as seen.
import type { Readable, Transform } from 'node:stream';
import { constants, createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';

const decoders: Readonly<Record<string, () => Transform>> = {
  gzip: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  'x-gzip': () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }),
  deflate: () => createInflate({ finishFlush: constants.Z_SYNC_FLUSH }),
  br: () => createBrotliDecompress({ finishFlush: constants.BROTLI_OPERATION_FLUSH }),
};

/** More codings than this one after another are an attack, not an answer. */
const codingsMax = 3;

export const acceptEncoding = 'gzip, deflate, br';

/** Errors of the body and of each decoder come out of the stream returned. An unknown coding is left as it is. */
export function decoded(body: Readable, contentEncoding: string | undefined): Readable {
  const codings = (contentEncoding ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim());
  let stream = body;
  for (const coding of codings.reverse().slice(0, codingsMax)) {
    const decoder = decoders[coding]?.();
    if (!decoder) break;
    const from = stream;
    from.once('error', (error) => decoder.destroy(error));
    decoder.once('close', () => from.destroy());
    stream = from.pipe(decoder);
  }
  return stream;
}
