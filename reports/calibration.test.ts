import { describe, expect, it } from 'vitest';
import type { BugRow, Calibration, Trial } from '../harness/calibration/calibration.ts';
import { calibrationPage } from './calibration.ts';
import { calibrationTable, trialLine } from './calibration-table.ts';

const row: BugRow = {
  bug: 'pool-desync',
  topology: 'embedded',
  incident: 'OpenAI ChatGPT, March 2023',
  link: 'https://openai.com/index/march-20-chatgpt-outage/',
  trials: 5,
  found: 5,
  rule: 'session-swap',
  scenario: 'cancel-and-look-next',
  fault: 'cache-slow',
  rules: ['session-swap', 'missing-own'],
  medianAfterMs: 640,
  medianAfterOperations: 18,
  without: { lacks: 'nobody hangs up', trials: 1, found: 0 },
};
const missed: BugRow = {
  ...row,
  bug: 'call-switch',
  topology: 'real',
  link: null,
  found: 3,
  rule: null,
  scenario: null,
  fault: null,
  medianAfterMs: null,
  medianAfterOperations: null,
  without: null,
};

const calibration = (summary: Partial<Calibration['summary']> = {}, rest: Partial<Calibration> = {}): Calibration => ({
  version: 2,
  mode: 'tuned',
  release: '0.1.0',
  sources: 'abc',
  driver: 'node',
  thresholdPercent: 100,
  startedAt: Date.UTC(2026, 10, 22),
  endedAt: Date.UTC(2026, 10, 22, 0, 15),
  complete: true,
  trials: [],
  summary: {
    bugs: [row],
    correct: [
      {
        drill: 'all faults together',
        topology: 'embedded',
        trials: 5,
        passed: 5,
        falseAlarms: 0,
        operations: 90_000,
        opportunities: 20_000,
      },
    ],
    scorePercent: 100,
    bugsFound: 1,
    bugsTried: 1,
    foundWithoutTrigger: 0,
    withoutTrigger: 1,
    falseAlarms: 0,
    correctOperations: 90_000,
    log: { answers: 80_000, foreign: 1_200, missed: 0, invented: 0, miscounted: 0 },
    undecided: [],
    ...summary,
  },
  ...rest,
});

const textOf = (page: string): string =>
  page
    .replace(/<style>[\s\S]*?<\/style>/g, '')
    .replace(/<[^>]*>/g, ' ')
    .replace(/\s+/g, ' ');

describe('the calibration page', () => {
  it('says the score, by what each bug was found, and how it went without its trigger', () => {
    const text = textOf(calibrationPage(calibration()));
    expect(text).toContain('100 % detection score');
    expect(text).toContain(
      'pool-desync OpenAI ChatGPT, March 2023 5 of 5 session-swap cancel-and-look-next, cache-slow',
    );
    expect(text).toContain('640 ms, 18 operations 0 of 1 nobody hangs up');
    expect(text).toContain('all faults together 5 of 5 0 90,000 20,000');
  });

  it('is green only when all of it is good', () => {
    const status = (page: string) => /<body class="(\w+)"/.exec(page)?.[1];
    expect(status(calibrationPage(calibration()))).toBe('pass');
    for (const bad of [
      calibration({ scorePercent: 99.9 }),
      calibration({ falseAlarms: 1 }),
      calibration({ foundWithoutTrigger: 1 }),
    ])
      expect(status(calibrationPage(bad))).toBe('leak');
    for (const open of [calibration({ undecided: ['a trial'] }), calibration({}, { complete: false })])
      expect(status(calibrationPage(open))).toBe('inconclusive');
  });

  it('names what was missed and what proves nothing', () => {
    const text = textOf(
      calibrationPage(calibration({ bugs: [missed], scorePercent: 0, undecided: ['x, seed 1: ERROR'] })),
    );
    expect(text).toContain('call-switch (real)');
    expect(text).toContain('3 of 5 not found never not tried');
    expect(text).toContain('x, seed 1: ERROR');
  });

  it('links only to the incidents, loads nothing, and lets no text be markup or another scheme', () => {
    const nasty = '<script>alert(1)</script>"><img src=x>';
    const hostile = { ...row, bug: nasty, incident: nasty, link: 'javascript:alert(1)', scenario: nasty, fault: nasty };
    const page = calibrationPage(calibration({ bugs: [row, hostile], undecided: [nasty] }, { release: nasty }));
    expect(page.match(/\shref="[^"]*"/g)).toEqual([` href="${row.link}"`]);
    expect(page).not.toMatch(/<script|<link|<img|<iframe|<[^>]*\ssrc=|@import|javascript:/i);
    expect(page).toContain(`content="default-src 'none'; style-src 'unsafe-inline'; img-src data:"`);
  });
});

describe('in the terminal', () => {
  it('is a table in Markdown', () => {
    expect(calibrationTable(calibration({ bugs: [row, missed], undecided: ['x'] })).split('\n')).toEqual([
      '| bug | found in | rule | scenario | fault open | first sighting (median) | without its trigger |',
      '|---|---|---|---|---|---|---|',
      '| `pool-desync` | 5 of 5 seeds | session-swap | cancel-and-look-next | cache-slow | 640 ms, 18 operations | nobody hangs up: 0 of 1 |',
      '| `call-switch (real)` | 3 of 5 seeds | – | – | – | never | – |',
      '',
      '| correct clinic | passed | false alarms | operations | opportunities |',
      '|---|---|---|---|---|',
      '| all faults together | 5 of 5 drills | 0 | 90,000 | 20,000 |',
      '',
      "By the clinic's own log, 80,000 answers held somebody else's things 1,200 times: 0 were missed, 0 invented, and 0 findings miscounted.",
      '',
      'These trials prove nothing:',
      '- x',
      '',
    ]);
  });

  it('tells each trial in one line, with the reason where it went wrong', () => {
    const trial: Trial = {
      kind: 'no-trigger',
      topology: 'embedded',
      bug: 'pool-desync',
      drill: 'nobody hangs up',
      seed: '1',
      key: 'k',
      rings: [],
      verdict: 'ERROR',
      reasons: ['the clinic did not start\nwithin 60 s'],
      rules: [],
      findings: 0,
      first: null,
      log: null,
      operations: 0,
      opportunities: 0,
      tookMs: 60_000,
      run: null,
    };
    expect(trialLine(trial, false)).toBe(
      'WRONG  pool-desync without its trigger (nobody hangs up), seed 1: ERROR, nothing in 0 operations (1 min 00 s): the clinic did not start within 60 s',
    );
  });
});
