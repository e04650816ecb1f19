// That a miss, an invention and a miscount are seen: each in a history that differs from the clinic's account by just that.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import { emailOf } from '../../fixtures/words.ts';
import { type HistoryBuilder, historyBuilder, judged, options, type Sees, thisRun } from '../checks/history-builder.ts';
import { buildWorld } from '../checks/world.ts';
import { readAccount } from './account.ts';
import { type Agreement, agreementOf } from './agreement.ts';

const ids = { ofOne: '00000000-0000-4000-8000-000000000001', ofTwo: '00000000-0000-4000-8000-000000000002' };
const hash = 'ab'.repeat(32);
const thing = (kind: string, id: string, patient: number, consultationId: string | null = null) => ({
  ...{ kind, id, consultationId },
  email: emailOf(thisRun, patientIndex(patient)).toUpperCase(),
});
const truth = [
  thing('consultation', ids.ofOne, 1),
  thing('consultation', ids.ofTwo, 2),
  thing('media', hash, 2, ids.ofTwo),
];
const served = (requestId: string, uuids: readonly string[], media: string | null = null) => ({
  ...{ kind: 'answer', requestId, uuids, served: media, members: [] },
});
const asLines = (lines: readonly object[]): string => lines.map((line) => `${JSON.stringify(line)}\n`).join('');

function agreed(history: HistoryBuilder, log: readonly object[], known: readonly object[] = truth): Agreement {
  const account = readAccount(asLines(log), asLines(known), thisRun, [1, 2]);
  return agreementOf(buildWorld(history.lines, options.declares), judged(history).findings, account);
}

const views = (sees: readonly Sees[], exchange: { partial?: boolean } = {}): HistoryBuilder =>
  historyBuilder()
    .enrolled(1, [0])
    .enrolled(2, [0])
    .does(1, 'view-history', { sees, exchange: { requestId: 'r1', ...exchange } });

const own: Sees = [1, 'title'];
const another: Sees = [2, 'title'];

describe('the oracle beside the clinic’s log', () => {
  it('agrees on what was shown to others and on what was not', () => {
    expect(agreed(views([own]), [served('r1', [ids.ofOne])])).toMatchObject({ answers: 1, foreign: 0 });
    const leak = agreed(views([own, another]), [served('r1', [ids.ofOne, ids.ofTwo])]);
    expect(leak).toEqual({ answers: 1, foreign: 1, missed: [], invented: [], miscounted: [] });
  });

  it('missed what went out and was not sighted', () => {
    const { missed, invented } = agreed(views([own]), [served('r1', [ids.ofOne, ids.ofTwo])]);
    expect(missed).toMatchObject([{ viewer: 1, owner: 2, reach: 'listed' }]);
    expect(invented).toEqual([]);
  });

  it('invented what was sighted and never went out, and miscounts with it', () => {
    const { missed, invented, miscounted } = agreed(views([own, another]), [served('r1', [ids.ofOne])]);
    expect(missed).toEqual([]);
    expect(invented).toMatchObject([{ viewer: 1, owner: 2, reach: 'listed' }]);
    expect(miscounted).toEqual([{ rule: 'foreign-listing', route: 'GET /me/history', counted: 1, served: [0, 0] }]);
  });

  it('tells a recording by its bytes, whatever name it went under', () => {
    const plays = (sees: readonly Sees[]): HistoryBuilder =>
      historyBuilder()
        .enrolled(2, [0])
        .does(1, 'watch', { sees, exchange: { requestId: 'r1' } });
    expect(agreed(plays([[2, 'recording']]), [served('r1', [], hash)])).toMatchObject({ missed: [], miscounted: [] });
    expect(agreed(plays([]), [served('r1', [], hash)]).missed).toMatchObject([{ owner: 2, reach: 'viewed' }]);
  });

  it('blames nobody for an answer that was cut off, nor for an id that was issued twice', () => {
    expect(agreed(views([own], { partial: true }), [served('r1', [ids.ofTwo])])).toMatchObject({
      answers: 0,
      missed: [],
    });
    const twice = [...truth, thing('consultation', ids.ofTwo, 1)];
    for (const sees of [[own], [own, another]]) {
      const { missed, invented, miscounted } = agreed(views(sees), [served('r1', [ids.ofTwo])], twice);
      expect([missed, invented, miscounted]).toEqual([[], [], []]);
    }
  });

  it('knows from the provider’s log what lay in a mailbox when it was looked into', () => {
    const reads = historyBuilder().enrolled(2, [0]).does(1, 'read-inbox', { at: 500 });
    const mail = (atMs: number) => ({
      ...{ kind: 'mail', to: emailOf(thisRun, patientIndex(1)), at: new Date(atMs).toISOString() },
      ...{ uuids: [ids.ofTwo], members: [] },
    });
    expect(agreed(reads, [mail(10_100)]).missed).toMatchObject([{ viewer: 1, owner: 2 }]);
    expect(agreed(reads, [mail(10_900)]).missed).toEqual([]);
  });
});
