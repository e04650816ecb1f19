// The product's promise: the correct clinic passes with everything proved, and a bug is found by the drill as it comes.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { faults } from '../faults/index.ts';
import { readHistory } from '../history-file.ts';
import { type CommandLine, commandLine } from './command-line.ts';

describe('crosstalk demo', () => {
  let cli: CommandLine;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  it('passes the correct clinic, with every fault proved and every node and version covered', async () => {
    const { exitCode, stdout, stderr } = await cli.run(['demo']);
    const verdict = cli.verdict();
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    expect(exitCode).toBe(0);
    expect(stderr).toContain('driver: node');
    expect(stdout).toContain('PASS');
    expect(verdict.findings).toEqual([]);
    expect(verdict.opportunities).toBeGreaterThanOrEqual(2_000);
    expect(verdict.alarm.tests.map(({ rang }) => rang)).toEqual([true, true, true, true]);
    const possible = faults.filter(({ needs }) => !needs.includes('links'));
    expect(verdict.faults.filter(({ bit }) => bit).map(({ kind }) => kind)).toEqual(possible.map(({ kind }) => kind));
    const served = (kind: string): string[] =>
      verdict.coverage.rows
        .filter((row) => row.kind === kind && row.opportunities > 0)
        .map(({ name }) => name)
        .sort();
    expect(served('node')).toEqual(['app-1', 'app-2']);
    expect(served('version')).toEqual(['v1', 'v2']);

    const folder = cli.latest() ?? '';
    for (const file of ['drill.json', 'junit.xml', 'report.html'])
      expect(existsSync(path.join(folder, file))).toBe(true);
    const { lines } = await readHistory(path.join(folder, 'history.ndjson'));
    const count = (t: string): number => lines.filter((line) => line.t === t).length;
    expect(count('erased')).toBe(count('enrolled'));
    expect(count('operation')).toBeGreaterThan(verdict.operations);

    const again = await cli.run(['report', folder]);
    expect(again.exitCode).toBe(0);
    expect(cli.verdict()).toEqual(verdict);
  });

  it('finds a bug, with evidence', async () => {
    const { exitCode } = await cli.run(['demo', '--bug', 'cache-key-lacks-owner', '--stop-on-leak']);
    const verdict = cli.verdict();
    expect(verdict.verdict).toBe('LEAK');
    expect(exitCode).toBe(1);
    const finding = verdict.findings.find((candidate) => candidate.rule === 'foreign-listing');
    expect(finding?.first).toMatchObject({
      viewer: expect.any(Number),
      owner: expect.any(Number),
      operation: expect.stringMatching(/^t\d+\.\d+-\d\/\d+$/),
      node: expect.stringMatching(/^app-\d$/),
      version: expect.stringMatching(/^v\d$/),
      requestId: expect.any(String),
      window: expect.any(String),
    });
    expect(finding?.first.viewer).not.toBe(finding?.first.owner);
  });

  it('says with which command the run is repeated', async () => {
    await cli.run(['demo', '--duration', '6s', '--sessions', '8', '--fault', 'none', '--seed', '9']);
    const page = readFileSync(path.join(cli.latest() ?? '', 'report.html'), 'utf8');
    expect(page).toContain('npm start -- --seed 9 --duration 6000ms --sessions 8 --fault none');
  });
});
