// From a text to the canaries in it, with the characters at which each begins: the harness's own scan, so whatever way of
// writing a drill finds in an answer is found on a page too.
import type { Canary } from '../../fixtures/domain.ts';
import { scanBuffer } from '../scan/stream.ts';

export interface Found {
  readonly canary: Canary;
  readonly encoding: string;
  /** The first characters of it as they stand in the text: enough to find the place again. */
  readonly needle: string;
}

const needleBytes = 24;

/** `partial`: something in the text could not be opened, or was one too many. */
export async function canariesIn(
  text: string,
): Promise<{ readonly found: readonly Found[]; readonly partial: boolean }> {
  const bytes = Buffer.from(text, 'utf8');
  const { sightings, partial } = await scanBuffer(bytes);
  const found = sightings.map(({ run, owner, kind, item, encoding, offset }) => ({
    canary: { run, owner, kind, item } as Canary,
    encoding,
    needle: bytes.toString('utf8', offset, offset + needleBytes).split('\n', 1)[0] ?? '',
  }));
  return { found, partial };
}
