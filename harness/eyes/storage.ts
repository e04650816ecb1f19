// Canaries in what the browser keeps: cookies, and for the origin of every frame its Web Storage, IndexedDB and Cache Storage.
// Origins that no frame shows any more can't be asked, and the HTTP cache never: what comes of it is seen when it is shown.
import { z } from 'zod';
import { canariesIn } from './found.ts';
import { type Glance, inPage, type LookedFrame } from './glance.ts';
import { readable, readableUrl } from './readable.ts';
import type { LookChannel, Sight } from './sight.ts';

export type StorageChannel = Extract<LookChannel, 'local-storage' | 'session-storage' | 'indexed-db' | 'cache-storage'>;

export const cookiesMax = 1_000;
/** Of one kind of storage of one origin. */
export const storageEntriesMax = 500;
export const storageCharsMax = 8_388_608;
/** Of one value or one cached answer. */
export const storageValueBytesMax = 1_048_576;

const keptSchema = z.object({
  entries: z.array(z.object({ name: z.string(), text: z.string() })).max(storageEntriesMax),
  cut: z.boolean(),
});

const limits = { entriesMax: storageEntriesMax, charsMax: storageCharsMax, bytesMax: storageValueBytesMax };

interface Kind {
  readonly collect: string;
  readonly argument: Readonly<Record<string, unknown>>;
  place(name: string): string;
}

const kinds: Readonly<Record<StorageChannel, Kind>> = {
  'local-storage': {
    collect: 'collectWebStorage',
    argument: { ...limits, kind: 'localStorage' },
    place: (name) => `localStorage "${readable(name)}"`,
  },
  'session-storage': {
    collect: 'collectWebStorage',
    argument: { ...limits, kind: 'sessionStorage' },
    place: (name) => `sessionStorage "${readable(name)}"`,
  },
  'indexed-db': {
    collect: 'collectIndexedDb',
    argument: limits,
    place: (name) => `IndexedDB "${readable(name)}"`,
  },
  'cache-storage': {
    collect: 'collectCacheStorage',
    argument: limits,
    place(name) {
      const [cache = '', url = ''] = name.split('\n');
      return `Cache Storage "${readable(cache)}" ${readableUrl(url)}`;
    },
  },
};

/** `null`: no origin could be asked. */
export async function lookAtStorage(glance: Glance, channel: StorageChannel): Promise<readonly Sight[] | null> {
  const sights = await Promise.all(onePerOrigin(glance.frames).map((frame) => keptIn(glance, frame, channel)));
  const seen = sights.filter((each) => each !== null);
  return sights.length > 0 && seen.length === 0 ? null : seen.flat();
}

async function keptIn(
  glance: Glance,
  { frame }: LookedFrame,
  channel: StorageChannel,
): Promise<readonly Sight[] | null> {
  const { collect, argument, place } = kinds[channel];
  const where = `${channel} of ${readableUrl(originOf(frame.url()))}`;
  const kept = await glance.attempt(where, () => inPage(frame, collect, keptSchema, argument));
  if (kept === null) return null;
  if (kept.cut) {
    glance.problem(
      `${where}: more than ${storageEntriesMax} entries, ${storageCharsMax} characters or ${storageValueBytesMax} bytes in one: the rest was not looked at`,
    );
  }
  const sights: Sight[] = [];
  for (const { name, text } of kept.entries) {
    const { found, partial } = await canariesIn(text);
    if (partial) glance.problem(`${where}: something in it could not be opened`);
    for (const { canary, encoding } of found)
      sights.push({ canary, channel, place: place(name), element: null, encoding, frame: null });
  }
  return sights;
}

export async function lookAtCookies(glance: Glance): Promise<readonly Sight[] | null> {
  const all = await glance.attempt('cookies', () => glance.page.context().cookies());
  if (all === null) return null;
  if (all.length > cookiesMax) glance.problem(`cookies: only the first ${cookiesMax} of ${all.length} were looked at`);
  const sights: Sight[] = [];
  for (const { name, value } of all.slice(0, cookiesMax)) {
    const { found } = await canariesIn(`${name}\n${value}`);
    for (const { canary, encoding } of found) {
      const place = `cookie "${readable(name)}"`;
      sights.push({ canary, channel: 'cookie', place, element: null, encoding, frame: null });
    }
  }
  return sights;
}

/** Only what is http(s) keeps anything of its own; frames of one origin share it. */
function onePerOrigin(frames: readonly LookedFrame[]): readonly LookedFrame[] {
  const byOrigin = new Map<string, LookedFrame>();
  for (const looked of frames) {
    const origin = originOf(looked.frame.url());
    if (origin.startsWith('http') && !byOrigin.has(origin)) byOrigin.set(origin, looked);
  }
  return [...byOrigin.values()];
}

function originOf(url: string): string {
  return URL.canParse(url) ? new URL(url).origin : '';
}
