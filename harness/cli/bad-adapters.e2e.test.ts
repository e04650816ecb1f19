// Wrong adapters through the command line: each run ends by itself, with the right exit code, with the function and the line in
// what is said, without a stack trace, with history and report written and nobody left on the target.
import { existsSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { adminSecret, type Practice, startPractice } from '../practice-under-test.ts';
import { type CommandLine, commandLine, type Finished } from './command-line.ts';

const practiceModule = path.resolve(import.meta.dirname, '../practice-scenario.ts');

describe('a wrong adapter', () => {
  let cli: CommandLine;
  let practice: Practice;
  beforeEach(async () => {
    cli = commandLine();
    practice = await startPractice();
  });
  afterEach(async () => {
    await practice.close();
    cli.remove();
  });

  /** `actions`: from line 4 of the file. */
  function drill(actions: string, ...flags: string[]): Promise<Finished> {
    const text = `import { get, target as right } from ${JSON.stringify(practiceModule)};
export const target = { ...right, actions: { ...right.actions,

${actions}
} };`;
    writeFileSync(path.join(cli.folder, 'my-adapter.ts'), text);
    const args = ['run', '--adapter', 'my-adapter.ts', '--url', practice.origin, '--sessions', '4', '--duration', '6s'];
    return cli.run([...args, '--fault', 'none', ...flags], { CROSSTALK_CLINIC_ADMIN_SECRET: adminSecret });
  }

  const expectWhole = ({ stdout, stderr }: Finished): void => {
    expect(stdout + stderr).not.toMatch(/\n\s+at /);
    for (const name of ['history.ndjson', 'verdict.json', 'report.html', 'junit.xml'])
      expect(existsSync(path.join(cli.latest() ?? '', name))).toBe(true);
    expect(practice.people.size).toBe(0);
  };

  it('that returns nothing, or throws what is no error, is named with the line where the function begins', async () => {
    const finished = await drill(`  watch: async () => undefined,
  'who-am-i'(session: unknown): never {
    throw 'no such page';
  },`);
    expect(finished.exitCode).toBe(2);
    const reasons = cli.verdict().reasons.join('\n');
    expect(reasons).toMatch(
      /watch never worked.* most often watch \(my-adapter\.ts:4\): TypeError: the action must return/,
    );
    expect(reasons).toMatch(/who-am-i \(my-adapter\.ts:5\): threw the text "no such page"/);
    expect(finished.stdout).toContain('watch (my-adapter.ts:4)');
    expectWhole(finished);
  });

  it('that throws in a timer of its own ends the run in order, and not as a LEAK; one that it left running keeps nobody', async () => {
    const finished = await drill(`  watch: async () => {
    setInterval(() => {}, 1_000);
    setTimeout(() => { throw new Error('too late'); }, 10);
    return { outcome: 'ok' } as const;
  },`);
    expect(finished.exitCode).toBe(2);
    const told = [...cli.verdict().reasons, ...cli.verdict().warnings].join('\n');
    expect(told).toMatch(/outside of any call \(my-adapter\.ts:6\): an error that nobody caught: too late/);
    expectWhole(finished);
  });

  it('that ends the process says so, and not as a PASS', async () => {
    const { exitCode, stderr } = await drill("  'view-history': async () => process.exit(0),");
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/ended before the run was.*no verdict.*crosstalk heal/);
  });

  it('that imports a module of Node can’t be driven by k6, which is said before anybody is made', async () => {
    const requests = practice.requestCount;
    const { exitCode, stderr } = await drill(
      "...{} } };\nimport { EOL } from 'node:os';\nexport const x = { a: { EOL",
      '--driver',
      'k6',
    );
    expect(exitCode).toBe(3);
    expect(stderr).toMatch(/my-adapter\.ts.*imports node:os, which k6 does not have/s);
    expect(stderr).not.toMatch(/\n\s+at /);
    // The look at whether it can be reached.
    expect(practice.requestCount - requests).toBeLessThanOrEqual(1);
  });
});
