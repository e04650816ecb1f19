// The clinician's grant by tiny histories: each legal one beside its smallest illegal neighbour.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  broken,
  type HistoryBuilder,
  historyBuilder,
  judged,
  type OperationWords,
  options,
} from './history-builder.ts';

const [alice, bob] = [1, 2];
const [ash, birch, cedar] = [1, 2, 3];

/** Alice is Ash's, Bob is Birch's, each with consultation 0. Clinician 1 is not patient 1. */
const practice = (): HistoryBuilder =>
  historyBuilder()
    .add({ v: 1, t: 'enrolled', patient: alice, items: [0], clinician: ash })
    .add({ v: 1, t: 'enrolled', patient: bob, items: [0], clinician: birch });

const asClinician = (clinician: number, words: OperationWords = {}): OperationWords => ({
  session: `of clinician ${clinician}`,
  clinician,
  signedIn: 'yes',
  ...words,
  exchange: { credentials: 'cookie', ...words.exchange },
});

const looks = (history: HistoryBuilder, clinician: number, words: OperationWords): HistoryBuilder =>
  history.does(null, 'view-day', asClinician(clinician, words));

describe('the clinician of the consultation', () => {
  it('may see it and whose it is; another clinician may not', () => {
    const sees = {
      sees: [
        [alice, 'title'],
        [alice, 'surname'],
        [alice, 'recording', 1],
      ],
    } as const;
    expect(broken(looks(practice(), ash, sees))).toEqual([]);
    expect(broken(looks(practice(), birch, sees))).toEqual([
      'foreign-recording',
      'foreign-listing',
      'foreign-identity',
    ]);
  });

  it('is not the patient of the same number', () => {
    expect(broken(practice().does(alice, 'view-history', { sees: [[alice, 'title']] }))).toEqual([]);
    expect(broken(looks(practice(), bob, { sees: [[alice, 'title']] }))).toEqual(['foreign-listing']);
    expect(broken(practice().does(ash, 'view-history', { sees: [[bob, 'title']] }))).toEqual(['foreign-listing']);
  });

  it('may see what is booked while the care goes on', () => {
    const booked = () => practice().does(alice, 'book', { item: 16 });
    expect(broken(looks(booked(), ash, { sees: [[alice, 'title', 16]] }))).toEqual([]);
    expect(broken(looks(booked(), birch, { sees: [[alice, 'title', 16]] }))).toEqual(['foreign-listing']);
  });

  it('needs a session, and sees nothing after signing out', () => {
    const bare = { signedIn: 'never', exchange: { credentials: 'none' }, sees: [[alice, 'title']] } as const;
    expect(broken(looks(practice(), ash, bare))).toEqual(['anonymous']);
    const out = practice().does(null, 'sign-out', asClinician(ash, { at: 100 }));
    expect(broken(looks(out, ash, { at: 111, signedIn: 'ended', sees: [[alice, 'title']] }))).toEqual(['afterlife']);
  });

  it('sees nothing of a patient who has been erased', () => {
    const erased = practice().does(alice, 'erase', { at: 100 });
    expect(broken(looks(erased, ash, { at: 111, sees: [[alice, 'title']] }))).toEqual(['afterlife']);
  });

  it('is nobody on a target where none was enrolled', () => {
    expect(broken(looks(historyBuilder().enrolled(alice, [0]), ash, { sees: [[alice, 'title']] }))).toEqual([
      'foreign-listing',
    ]);
  });
});

describe('after a move', () => {
  const moved = (words: OperationWords = {}) =>
    practice().does(alice, 'move-practice', { at: 100, toClinician: cedar, ...words });
  const sees = [[alice, 'title']] as const;

  it('the old clinician has nothing; an answer that overlaps it may have', () => {
    expect(broken(looks(moved(), ash, { at: 110, sees }))).toEqual([]);
    expect(broken(looks(moved(), ash, { at: 111, sees }))).toEqual(['afterlife']);
    expect(broken(looks(moved(), ash, { at: 111, sees: [[alice, 'surname']] }))).toEqual(['afterlife']);
  });

  it('waits for the bound that the target declares', () => {
    const bound = (moveBoundMs: number) => ({ declares: { ...options.declares, moveBoundMs } });
    expect(broken(looks(moved(), ash, { at: 600, sees }), bound(490))).toEqual([]);
    expect(broken(looks(moved(), ash, { at: 600, sees }), bound(489))).toEqual(['afterlife']);
  });

  it('the new clinician has what is booked from then on, and nothing of before', () => {
    const booked = () => moved().does(alice, 'book', { at: 200, item: 16 });
    const title = [[alice, 'title', 16]] as const;
    expect(broken(looks(booked(), cedar, { at: 300, sees: title }))).toEqual([]);
    expect(broken(looks(booked(), cedar, { at: 300, sees }))).toEqual(['foreign-listing']);
    expect(broken(looks(booked(), ash, { at: 300, sees: title }))).toEqual(['foreign-listing']);
    const earlier = practice().does(alice, 'book', { at: 50, item: 16 });
    const then = earlier.does(alice, 'move-practice', { at: 100, toClinician: cedar });
    expect(broken(looks(then, cedar, { at: 300, sees: title }))).toEqual(['foreign-listing']);
  });

  it('leaves other patients where they were', () => {
    expect(broken(looks(moved(), birch, { at: 200, sees: [[bob, 'title']] }))).toEqual([]);
  });

  it('that may not have happened, the old one may still look; after one refused, only they', () => {
    const unsure = () => moved({ outcome: 'timeout' });
    const booked = () => unsure().does(alice, 'book', { at: 200, item: 16 });
    for (const clinician of [ash, cedar]) {
      expect(broken(looks(booked(), clinician, { at: 300, sees: [[alice, 'title', 16]] }))).toEqual([]);
    }
    const refused = () => moved({ outcome: 'refused' });
    expect(broken(looks(refused(), ash, { at: 200, sees }))).toEqual([]);
    expect(broken(looks(refused(), cedar, { at: 200, sees: [[alice, 'surname']] }))).toEqual(['foreign-identity']);
  });

  it('and back, the first clinician begins anew', () => {
    const back = () =>
      moved().does(alice, 'move-practice', { at: 200, toClinician: ash }).does(alice, 'book', { at: 300, item: 16 });
    expect(broken(looks(back(), ash, { at: 400, sees: [[alice, 'title', 16]] }))).toEqual([]);
    expect(broken(looks(back(), ash, { at: 400, sees }))).toEqual(['afterlife']);
  });

  it('has the report name clinicians as clinicians', () => {
    const [finding] = judged(looks(moved(), ash, { at: 200, sees })).findings;
    expect(finding?.first).toMatchObject({ viewer: null, viewerClinician: ash, owner: alice });
    expect(finding?.summary).toContain('1 clinician whose right had ended');
  });
});

it('at any moment at most one clinician has a right to what is booked then, if every move was answered', () => {
  const moves = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 6 });
  fc.assert(
    fc.property(moves, fc.nat(6), (clinicians, position) => {
      const at = Math.min(position, clinicians.length);
      const history = practice();
      const act = (): void => void history.does(alice, 'book', { item: 16 });
      for (const [index, toClinician] of clinicians.entries()) {
        if (index === at) act();
        history.does(alice, 'move-practice', { toClinician });
      }
      if (at === clinicians.length) act();
      const entitled = [ash, birch, cedar].filter((clinician) => {
        const lines = [...history.lines];
        looks(history, clinician, { sees: [[alice, 'title', 16]] });
        const breaks = broken(history).length > 0;
        history.lines.splice(0, history.lines.length, ...lines);
        return !breaks;
      });
      // The first is Ash's; what was booked before the last move is nobody's.
      expect(entitled).toEqual(at === clinicians.length ? [clinicians.at(-1) ?? ash] : []);
    }),
  );
});
