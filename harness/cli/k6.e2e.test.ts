// The other driver through the same command line: the same verdicts on the same clinic, in the same history.
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findK6 } from '../drivers/k6-binary.ts';
import { readHistory } from '../history-file.ts';
import { type CommandLine, commandLine } from './command-line.ts';

/** Where k6 must be built first, with an empty cache. */
const buildMaxMs = 900_000;

describe('crosstalk demo --driver k6', () => {
  let cli: CommandLine;
  beforeAll(async () => {
    await findK6();
  }, buildMaxMs);
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  it('passes the correct clinic with every fault, 200 sessions at a time', { timeout: 400_000 }, async () => {
    const { exitCode, stderr } = await cli.run(['demo', '--driver', 'k6', '--sessions', '200']);
    const verdict = cli.verdict();
    expect(stderr).toMatch(/driver: k6 1\.\d+/);
    expect(verdict.reasons).toEqual([]);
    expect(verdict.findings).toEqual([]);
    expect(exitCode).toBe(0);
    expect(verdict.opportunities).toBeGreaterThanOrEqual(1_000);
    const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
    const aborted = lines.filter((line) => line.t === 'operation' && line.outcome === 'aborted');
    expect(aborted.length).toBeGreaterThan(20);
  });

  it.each(['request-collapsing', 'pool-desync', 'call-switch'])('finds %s', async (bug) => {
    const { exitCode } = await cli.run(['demo', '--driver', 'k6', '--sessions', '80', '--bug', bug, '--stop-on-leak']);
    expect(cli.verdict().verdict).toBe('LEAK');
    expect(exitCode).toBe(1);
  });
});
