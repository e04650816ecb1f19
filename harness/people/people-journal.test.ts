import { appendFileSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { clinicianIndex } from '../../fixtures/cohort.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { leftBehind, openPeopleJournal, removalsIn } from './people-journal.ts';

describe('people journal', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-people-'));
    file = path.join(folder, 'people.ndjson');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const password = 'hidden, this one';
  const passwordOf = (patient: number): string => `made anew for ${patient}`;

  const dies = (): void => {
    const [, ...lines] = readFileSync(file, 'utf8').split('\n');
    // No process has this number: it is above what Linux hands out.
    writeFileSync(file, [JSON.stringify({ pid: 4_194_305, started: null }), ...lines].join('\n'));
  };

  it('leaves people of a living run alone', async () => {
    (await openPeopleJournal(file)).made(patientIndex(1), { id: 'a' }, password, false);
    expect(await leftBehind(file, passwordOf)).toBeNull();
  });

  it('names the people of a dead run, but for one whose line was torn off; keeps no secret, and gives passwords back that can be made anew', async () => {
    const journal = await openPeopleJournal(file);
    journal.made(patientIndex(1), { id: 'a', pin: password, apiToken: 'hidden' }, password, false);
    journal.made(patientIndex(2), { id: 'b' }, password, true);
    journal.madeClinician(clinicianIndex(2), { id: 'c', password: 'hidden' });
    journal.made(patientIndex(4), { id: 'd' }, password, false);
    journal.removing(patientIndex(4));
    journal.removed(patientIndex(4));
    journal.removing(patientIndex(1));
    for (const patient of [2, 5].map(patientIndex)) {
      journal.removing(patient);
      journal.stays(patient);
    }
    appendFileSync(file, '{"patient":3,"acc');
    dies();
    expect(readFileSync(file, 'utf8')).not.toContain('hidden');
    expect(await leftBehind(file, passwordOf)).toEqual({
      patients: new Map([
        [1, { id: 'a', pin: 'made anew for 1' }],
        [2, { id: 'b' }],
      ]),
      clinicians: new Map([[2, { id: 'c' }]]),
      perhapsGone: new Set([2, 4, 1]),
      removedCount: 1,
    });
  });

  it('is gone on with by whoever mends, at the end of what was whole', async () => {
    const journal = await openPeopleJournal(file);
    for (const patient of [1, 2]) journal.made(patientIndex(patient), { id: 'a' }, password, false);
    appendFileSync(file, '{"removi');
    dies();
    removalsIn(file).removed(patientIndex(1));
    expect([...((await leftBehind(file, passwordOf))?.patients.keys() ?? [])]).toEqual([2]);
    const two = [removalsIn(file), removalsIn(file)] as const;
    two[0].done();
    two[1].removing(patientIndex(2));
    two[1].done();
    expect(existsSync(file)).toBe(false);
  });

  it('is gone once everybody is removed', async () => {
    const journal = await openPeopleJournal(file);
    journal.made(patientIndex(1), { id: 'a' }, password, false);
    journal.done();
    expect(existsSync(file)).toBe(false);
    expect(await leftBehind(file, passwordOf)).toBeNull();
  });

  it('says which line of it is damaged', async () => {
    writeFileSync(file, 'no JSON\n');
    await expect(leftBehind(file, passwordOf)).rejects.toThrow(/people\.ndjson, line 1 is damaged/);
    await openPeopleJournal(file);
    appendFileSync(file, '{"patient":"x"}\n');
    dies();
    await expect(leftBehind(file, passwordOf)).rejects.toThrow(/people\.ndjson, line 2 is damaged/);
  });
});
