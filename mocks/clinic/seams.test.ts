import { expect, test } from 'vitest';
import { bugs, bugsOfInstance, seamsWith } from './bugs/index.ts';
import { correctSeams, type HistoryKeyParts, type SignedIn } from './seams.ts';

const parts: HistoryKeyParts = {
  path: '/me/history',
  appVersion: 'v1',
  ownerId: 'owner-a',
  ownerNumber: 7,
  ownerAccountNumber: 9,
  historyVersion: 3,
};
const other: HistoryKeyParts = { ...parts, ownerId: 'owner-b', ownerNumber: 9, ownerAccountNumber: 11 };
const patient = (patientId: string): SignedIn => ({
  tokenId: 't',
  sessionId: 's',
  patientId,
  number: 1,
  accountNumber: 2,
  name: 'n',
  historyVersion: 1,
  consentVersion: 1,
});

test('the correct key tells owners and versions of the list apart, whatever the release', () => {
  const { historyKey } = correctSeams;
  expect(historyKey(parts)).not.toBe(historyKey(other));
  expect(historyKey(parts)).not.toBe(historyKey({ ...parts, historyVersion: 4 }));
  expect(historyKey(parts)).toBe(historyKey({ ...parts, appVersion: 'v2', path: '/me/rewatch' }));
});

test('cache-key-lacks-owner gives two owners one key; mixed-key-format only across releases', () => {
  const lacksOwner = seamsWith(['cache-key-lacks-owner']).historyKey;
  expect(lacksOwner(parts)).toBe(lacksOwner(other));
  const mixed = seamsWith(['mixed-key-format']).historyKey;
  expect(mixed(parts)).not.toBe(mixed(other));
  expect(mixed({ ...parts, appVersion: 'v2' })).not.toBe(mixed({ ...other, appVersion: 'v2' }));
  expect(mixed({ ...parts, appVersion: 'v2' })).toBe(mixed(other));
});

test('each request has its own patient, unless the context is shared', () => {
  for (const [ids, seen] of [
    [[], 'a'],
    [['shared-request-context'], 'b'],
  ] as const) {
    const { openContext } = seamsWith(ids);
    const [first, second] = [openContext(), openContext()];
    first.enter(patient('a'));
    second.enter(patient('b'));
    expect(first.current().patientId).toBe(seen);
  }
  expect(() => correctSeams.openContext().current()).toThrow('before authenticating');
});

test('only what anybody may have is collapsed, unless credentials are ignored', () => {
  const withCookie = { method: 'GET', url: '/me/history', headers: { cookie: 'sid=1' } };
  expect(correctSeams.collapseKey({ method: 'GET', url: '/slots', headers: {} })).toBe('/slots');
  expect(correctSeams.collapseKey(withCookie)).toBeUndefined();
  expect(correctSeams.collapseKey({ ...withCookie, headers: { authorization: 'Bearer x' } })).toBeUndefined();
  expect(correctSeams.collapseKey({ method: 'POST', url: '/slots', headers: {} })).toBeUndefined();
  expect(seamsWith(['request-collapsing']).collapseKey(withCookie)).toBe('/me/history');
});

test('a recording is stored under its own id; slot-name-collision gives two that end in one second one name', () => {
  const [first, second] = [new Date('2031-03-01T09:00:07.100Z'), new Date('2031-03-01T09:00:07.900Z')];
  const id = '6f1f7c1e-8f0e-4c3b-9d52-2b8f3c0a1d11';
  expect(correctSeams.recordingObject(id, first)).toBe(`recording-${id}`);
  const { recordingObject } = seamsWith(['slot-name-collision']);
  expect(recordingObject(id, first)).toBe(recordingObject('another', second));
  expect(recordingObject(id, first)).not.toBe(recordingObject(id, new Date('2031-03-01T09:00:08.000Z')));
});

test('each bug replaces one seam or a few, its file says why, and an unknown one is named', () => {
  for (const bug of bugs) expect([1, 2, 3]).toContain(Object.keys(bug.seams).length);
  expect(seamsWith([])).toEqual(correctSeams);
  expect(() => seamsWith(['call-swich'])).toThrow(/no bug "call-swich"; there are: cache-key-lacks-owner/);
});

test('a bug that drifted is in the last of several instances only', () => {
  const on = (index: number, count: number) =>
    bugsOfInstance(['drifted-instance', 'cache-key-lacks-owner'], index, count).includes('drifted-instance');
  expect([on(0, 3), on(1, 3), on(2, 3), on(1, 2), on(0, 1)]).toEqual([false, false, true, true, false]);
  expect(bugsOfInstance(['pool-desync'], 0, 1)).toEqual(['pool-desync']);
});
