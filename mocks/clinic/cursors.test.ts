import { expect, test } from 'vitest';
import { cursorUnscoped } from './bugs/cursor-unscoped.ts';
import { CacheUnavailable } from './cache-client.ts';
import { type Cursors, positionCursors } from './cursors.ts';
import type { ConsultationRow } from './history-rows.ts';
import type { Services } from './services.ts';

const row = (id: string): ConsultationRow => ({
  id,
  title: 't',
  startsAt: '2031-03-01T09:00:00.000Z',
  modality: 'video',
  clinician: 'c',
  note: 'n',
  status: 'ended',
  recordings: [],
});
const id = '6f1f7c1e-8f0e-4c3b-9d52-2b8f3c0a1d11';

/** Answers every query with what was asked; the cache is a map, or away. */
function servicesWith(entries: Map<string, string> | undefined): Services {
  const reach = async <Value>(use: (held: Map<string, string>) => Value): Promise<Value> => {
    if (entries === undefined) throw new CacheUnavailable('gone');
    return use(entries);
  };
  let count = 0;
  return {
    cache: {
      get: (key: string) => reach((held) => held.get(key) ?? null),
      set: (key: string, value: string) => reach((held) => void held.set(key, value)),
      increment: () =>
        reach(() => {
          count += 1;
          return count;
        }),
    },
    database: { query: async () => [row('everyones')] },
    seams: {
      consultations: async (_database: unknown, ownerId: string, from: { id: string } | null) => [
        row(`${ownerId} after ${from?.id}`),
      ],
    },
  } as unknown as Services;
}

async function turn(cursors: Cursors, services: Services, ownerId: string, cursor: string): Promise<string> {
  return (await cursors.page(services, ownerId, cursor, 3)).map((each) => each.id).join();
}

test('a cursor is a position in the list of whoever shows it', async () => {
  const services = servicesWith(undefined);
  const cursor = await positionCursors.after(services, 'a', row(id));
  expect(await turn(positionCursors, services, 'a', cursor)).toBe(`a after ${id}`);
  expect(await turn(positionCursors, services, 'b', cursor)).toBe(`b after ${id}`);
});

test.each([
  '',
  '1',
  'no cursor',
  Buffer.from(`2031-03-01T09:00:00.000Z|${'x'.repeat(36)}`).toString('base64url'),
  Buffer.from(`2031-02-31T99:00:00.000Z|${id}`).toString('base64url'),
  Buffer.from(`2031|${id}`).toString('base64url'),
])('"%s" was never given out', async (cursor) => {
  const turned = async (): Promise<string> => turn(positionCursors, servicesWith(undefined), 'a', cursor);
  await expect(turned()).rejects.toMatchObject({ status: 400, code: 'bad-cursor' });
});

test('cursor-unscoped: right while nothing is lost, another’s or everyone’s once the cache was flushed', async () => {
  const { cursors } = cursorUnscoped.seams as { cursors: Cursors };
  const services = servicesWith(new Map());
  const first = await cursors.after(services, 'a', row(id));
  expect(await turn(cursors, services, 'a', first)).toBe(`a after ${id}`);
  const flushed = servicesWith(new Map());
  expect(await turn(cursors, flushed, 'a', first)).toBe('everyones');
  await cursors.after(flushed, 'b', row(id));
  expect(await turn(cursors, flushed, 'a', first)).toBe(`b after ${id}`);
  await expect(turn(cursors, servicesWith(undefined), 'a', first)).rejects.toMatchObject({ status: 503 });
});
