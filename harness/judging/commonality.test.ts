import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Compared, commonality, rowsMax } from './commonality.ts';

/** `count` alike: exposed or not, with these traits. */
const alike = (count: number, exposed: boolean, ...traits: string[]): Compared[] =>
  Array.from({ length: count }, () => ({ exposed, traits: new Set(traits) }));

const onlyOwners = (owner: readonly Compared[]) => commonality({ request: [], owner, viewer: [] });

describe('commonality', () => {
  it('names what all of the exposed had and hardly any of the others', () => {
    const { rows, compared } = onlyOwners([
      ...alike(12, true, 'switched', 'cookie'),
      ...alike(3, false, 'switched', 'cookie'),
      ...alike(20, false, 'cookie'),
      ...alike(18, false),
    ]);
    expect(compared.owners).toEqual({ exposed: 12, others: 41 });
    expect(rows[0]).toMatchObject({
      of: 'owner',
      trait: 'switched',
      exposedWith: 12,
      exposed: 12,
      othersWith: 3,
      others: 41,
      lift: null,
    });
    expect(rows[0]?.pAdjusted).toBeLessThan(1e-6);
  });

  it('names nothing where the exposed are like the others', () => {
    const like = (exposed: boolean) => [...alike(10, exposed, 'cookie'), ...alike(10, exposed)];
    expect(onlyOwners([...like(true), ...like(false)]).rows).toEqual([]);
  });

  it('concludes nothing from two, however unlike the others they are', () => {
    const few = onlyOwners([...alike(2, true, 'switched'), ...alike(500, false)]);
    expect(few).toMatchObject({ traitsTried: 0, rows: [], compared: { owners: { exposed: 2, others: 500 } } });
  });

  it('does not name what the exposed lack', () => {
    expect(onlyOwners([...alike(20, true), ...alike(20, false, 'careful')]).rows).toEqual([]);
  });

  it('puts what all share before what few of them have, even if nobody else has that', () => {
    const { rows } = onlyOwners([
      ...alike(10, true, 'common', 'rare'),
      ...alike(90, true, 'common'),
      ...alike(100, false, 'common'),
      ...alike(900, false),
    ]);
    expect(rows.map(({ trait }) => trait)).toEqual(['common', 'rare']);
  });

  it('tells once what follows from a stronger row, and keeps what does not', () => {
    const { rows } = onlyOwners([
      ...alike(20, true, 'switched', 'attended', 'north'),
      ...alike(20, false, 'attended'),
      ...alike(20, false, 'north'),
      ...alike(80, false),
    ]);
    expect(rows[0]).toMatchObject({ trait: 'switched', implied: ['attended', 'north'] });
    expect(rows).toHaveLength(1);
    const apart = onlyOwners([
      ...alike(20, true, 'node-2', 'cookie'),
      ...alike(30, false, 'node-2'),
      ...alike(30, false, 'cookie'),
      ...alike(30, false),
    ]);
    expect(apart.rows.map(({ trait }) => trait).sort()).toEqual(['cookie', 'node-2']);
  });

  it('corrects for every trait that it tried, and gives for a hint what is no longer sure', () => {
    const noise = Array.from({ length: 200 }, (_, n) => `noise ${n}`);
    const people = (some: string[]) => [
      ...alike(4, true, 'weak', ...some),
      ...alike(4, true),
      ...alike(2, false, 'weak'),
      ...alike(28, false),
      ...alike(1, false, ...some),
    ];
    expect(onlyOwners(people([])).rows.map(({ trait }) => trait)).toEqual(['weak']);
    const [hint] = onlyOwners(people(noise)).rows;
    expect(hint?.p).toBeLessThan(0.05);
    expect(hint?.pAdjusted).toBeGreaterThan(0.05);
  });

  it('is the same in whatever order they come, within its limits, and tells no false row of chance', () => {
    const one = fc.record({ exposed: fc.boolean(), traits: fc.uniqueArray(fc.constantFrom(...'abcdefghijkl')) });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 60 }), fc.infiniteStream(fc.double({ min: 0, max: 1 })), (some, lots) => {
        const compared = some.map(({ exposed, traits }) => ({ exposed, traits: new Set(traits) }));
        const shuffled = compared
          .map((value) => ({ value, lot: lots.next().value }))
          .sort((x, y) => x.lot - y.lot)
          .map(({ value }) => value);
        const found = onlyOwners(compared);
        expect(onlyOwners(shuffled)).toEqual(found);
        const isSure = found.rows.every(({ pAdjusted }) => pAdjusted < 0.05);
        expect(found.rows.length).toBeLessThanOrEqual(isSure ? rowsMax : 2);
        for (const row of found.rows) {
          expect(row.p).toBeLessThan(0.05);
          expect(row.exposedWith / row.exposed).toBeGreaterThan(row.othersWith / row.others);
        }
      }),
    );
  });
});
