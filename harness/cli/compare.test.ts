// The command as people give it: which folders it takes, what it says of those it can't, and its exit codes.
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { sampleLeak, samplePass } from '../../reports/sample.ts';
import { addCompare } from './compare.ts';
import { writeReports } from './write-reports.ts';

describe('crosstalk compare', () => {
  let folder: string;
  const run = (name: string): string => path.join(folder, name);

  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-compare-'));
    for (const [name, report] of [
      ['pass', samplePass()],
      ['leak', sampleLeak()],
    ] as const) {
      mkdirSync(run(name));
      writeReports({ path: run(name) }, report);
    }
    symlinkSync('leak', run('latest'), 'dir');
    writeFileSync(run('latest-file'), 'leak\n');
    mkdirSync(run('empty'));
    for (const [name, text] of [
      ['torn', '{"version": 1, "id"'],
      ['other', '{"version": 2}'],
    ] as const) {
      mkdirSync(run(name));
      writeFileSync(path.join(run(name), 'verdict.json'), text);
    }
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function compared(...args: readonly string[]): Promise<{ exitCode: number; said: string }> {
    let exitCode = -1;
    const program = new Command().exitOverride();
    addCompare(program, (code) => {
      exitCode = code;
    });
    const written = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
    try {
      await program.parseAsync(['node', 'crosstalk', 'compare', ...args]);
      return { exitCode, said: written.mock.calls.map(([text]) => String(text)).join('') };
    } finally {
      written.mockRestore();
    }
  }

  it.each(['leak', 'latest', 'latest-file', 'leak/verdict.json'])('takes %s for a run', async (name) => {
    const { exitCode, said } = await compared(run('pass'), run(name));
    expect(exitCode).toBe(1);
    expect(said).toMatch(/^A new leak: 3 new/);
  });

  it('exits 0 for the other way round, and prints JSON', async () => {
    const { exitCode, said } = await compared(run('leak'), run('pass'), '--json');
    expect(exitCode).toBe(0);
    expect(JSON.parse(said)).toMatchObject({ version: 1, exitCode: 0, appeared: [], gone: [{}, {}, {}] });
  });

  it.each([
    ['absent', /there is no run .*absent/],
    ['empty', /has no verdict\.json/],
    ['torn', /is no JSON .*crosstalk report/],
    ['other', /is no verdict of version 1: version: /],
  ])('says what to do about %s', async (name, message) => {
    await expect(compared(run('pass'), run(name))).rejects.toThrow(message);
  });
});
