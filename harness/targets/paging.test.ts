// Pages of a real server, followed to their end, and what leads to none.
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from '../logins/session-under-test.ts';
import { byCursor, byLink, byNumber, followPages, type NextPage } from './paging.ts';

let under: UnderTest | undefined;
afterEach(() => under?.close());

const items = ['a', 'b', 'c', 'd', 'e'];
const first = { method: 'GET', url: '/visits?sort=date', route: '/visits' } as const;

async function follow(reply: (asked: Asked) => Reply, next: NextPage, max?: number) {
  under = await sessionUnderTest(reply);
  const { session, asked, client } = under;
  const found = await followPages((request) => session.http.request(request), first, next, max);
  const seen = found.pages.flatMap((page) => (page.json() as { items: string[] }).items);
  const { exchanges } = client.take();
  return {
    ...found,
    seen,
    asked: asked.map(({ path, query }) => `${path}?${query}`),
    routes: exchanges.map((each) => each.route),
  };
}

const page = (from: number, size = 2, more: object = {}): Reply => ({
  body: { items: items.slice(from, from + size), ...more },
});

describe('pages', () => {
  it('by number', async () => {
    const found = await follow(
      ({ query }) => page((Number(query.get('page') ?? 1) - 1) * 2),
      byNumber({ isLast: (came) => (came.json() as { items: string[] }).items.length < 2 }),
    );
    expect(found.seen).toEqual(items);
    expect(found.complete).toBe(true);
    expect(found.asked).toEqual(['/visits?sort=date', '/visits?sort=date&page=2', '/visits?sort=date&page=3']);
    expect(found.routes).toEqual(['/visits', '/visits?page', '/visits?page']);
  });

  it('by offset', async () => {
    const found = await follow(
      ({ query }) => page(Number(query.get('skip') ?? 0)),
      byNumber({ parameter: 'skip', first: 0, step: 2, isLast: ({ text }) => text.includes('"e"') }),
    );
    expect(found.seen).toEqual(items);
    expect(found.asked.at(-1)).toBe('/visits?sort=date&skip=4');
  });

  it('by cursor, whatever letters stand in it', async () => {
    const found = await follow(
      ({ query }) => {
        const from = Number((query.get('after') ?? 'c&=0').slice(3));
        return page(from, 2, from + 2 < items.length ? { next: `c&=${from + 2}` } : {});
      },
      byCursor({ parameter: 'after', cursorOf: (came) => (came.json() as { next?: string }).next }),
    );
    expect(found.seen).toEqual(items);
    expect(found.complete).toBe(true);
  });

  it('by Link header, relative or whole, among others and with commas in its texts', async () => {
    const found = await follow(({ query, headers }) => {
      const from = Number(query.get('from') ?? 0);
      const target = from === 0 ? '?from=2' : `http://${headers.host}/visits?from=4`;
      const link = `</visits?a=1,2>; rel="first"; title="a, b; rel=next", <${target}>; title="on"; rel="last Next"`;
      return { ...page(from), headers: from + 2 < items.length ? { link } : {} };
    }, byLink());
    expect(found.seen).toEqual(items);
    expect(found.asked).toEqual(['/visits?sort=date', '/visits?from=2', '/visits?from=4']);
  });

  it('end at what is refused, with its answer, and at the limit', async () => {
    const endless = byNumber({ isLast: () => false });
    const refused = await follow(({ query }) => (query.get('page') === '2' ? { status: 403 } : page(0)), endless);
    expect([refused.pages.length, refused.last.status, refused.complete]).toEqual([1, 403, false]);
    await under?.close();
    const long = await follow(({ query }) => page(0, 2, { at: query.get('page') }), endless, 4);
    expect([long.pages.length, long.complete]).toEqual([4, false]);
  });

  it('that lead in a circle, or never change, are an error', async () => {
    const circling = byCursor({ cursorOf: (came) => ({ a: 'b', b: 'a' })[(came.json() as { at: 'a' | 'b' }).at] });
    const round = follow(({ query }) => page(0, 2, { at: query.get('cursor') ?? 'a' }), circling);
    await expect(round).rejects.toThrow(/page 4 of GET \/visits\?page leads back|page 3 of GET/);
    await under?.close();
    const same = follow(() => page(0), byNumber({ isLast: () => false }));
    await expect(same).rejects.toThrow('page 2 of GET /visits?page is the one before once more');
  });

  it('are found in no header, however it is written, without hanging', () => {
    const next = byLink();
    fc.assert(
      fc.property(fc.string({ maxLength: 400 }), (text) => {
        const came = { status: 200, text: '', json: () => null, header: () => `${text}${'<;"'.repeat(3_000)}` };
        const found = next(came, first, 1);
        expect(found === null || typeof found.url === 'string').toBe(true);
      }),
    );
  });
});
