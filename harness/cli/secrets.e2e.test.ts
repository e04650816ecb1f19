// Whatever is used to prove who somebody is (the administrator's secret, passwords, tokens, cookies, signatures of links) stands
// in no file of the run, in nothing that is printed, and in no process's command line or environment, even where the adapter
// tells it in every error.
import { existsSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { findK6 } from '../drivers/k6-binary.ts';
import { makeK6Folder, removeDeadK6Folders } from '../drivers/k6-folder.ts';
import { readHistory } from '../history-file.ts';
import { adminSecret, type Practice, startPractice } from '../practice-under-test.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { filesBelow, modesBelow, processesShown, type ShownProcess } from './processes-under-test.ts';

const practiceModule = path.resolve(import.meta.dirname, '../practice-scenario.ts');
/** The right adapter, but for what it tells. With node it can't remove anybody either, so that the list of them stays. */
const telltale = (
  driver: 'node' | 'k6',
): string => `import { get, target as right } from ${JSON.stringify(practiceModule)};
export const target = { ...right, actions: { ...right.actions,
  'who-am-i': async (session) => {
    await get(session, '/me');
    throw new Error('no, with ' + JSON.stringify(session.account) + ' and ' + session.memory.get('token'));
  },
  watch: async (session, { pick }) => {
    const url = session.playable[pick % session.playable.length] ?? '';
    const headers = session.memory.has('token') ? { authorization: 'Bearer ' + session.memory.get('token') } : {};
    await session.http.request({ method: 'GET', url, route: url, expect: 'bytes', headers });
    return { outcome: 'ok' };
  } },
  enrolment: ${driver === 'k6'} ? right.enrolment : { ...right.enrolment, unenrol: async (admin, account) => {
    await right.enrolment.unenrol(admin, account);
    throw new Error('could not: ' + JSON.stringify(account));
  } } };`;

describe('secrets', () => {
  let cli: CommandLine;
  let practice: Practice;
  beforeAll(async () => {
    await findK6();
  }, 900_000);
  beforeEach(async () => {
    cli = commandLine();
    practice = await startPractice();
    writeFileSync(path.join(cli.folder, 'admin-secret'), `${adminSecret}\n`, { mode: 0o600 });
    writeFileSync(
      path.join(cli.folder, 'crosstalk.config.ts'),
      `export default { target: { adapter: './telltale.ts', url: '${practice.origin}', adminSecretFile: 'admin-secret' }, faults: [] };`,
    );
  });
  afterEach(async () => {
    await practice.close();
    cli.remove();
  });

  it.each(['node', 'k6'] as const)(
    'are nowhere to be found after a drill with %s, nor while it runs',
    async (driver) => {
      writeFileSync(path.join(cli.folder, 'telltale.ts'), telltale(driver));
      const temp = path.join(cli.folder, 'temp');
      mkdirSync(temp);
      const args = ['run', '--driver', driver, '--sessions', '4', '--duration', '6s'];
      const drill = cli.start(args, { TMPDIR: temp });
      const shown: ShownProcess[] = [];
      const accountFiles: number[] = [];
      const timer = setInterval(() => {
        if (practice.secrets.size === 0) return;
        shown.push(...processesShown());
        accountFiles.push(
          ...modesBelow(temp).flatMap(({ name, mode }) => (name.endsWith('accounts.json') ? [mode] : [])),
        );
      }, 200);
      const { stdout, stderr } = await drill.finished;
      clearInterval(timer);

      const secrets = [adminSecret, ...practice.secrets];
      const kinds = new Set([...practice.secrets].map((secret) => secret.split('-', 1)[0]));
      expect([...kinds]).toEqual(expect.arrayContaining(['token', 'cookie', 'sig']));
      const run = cli.latest() ?? '';
      const files = filesBelow(run);
      expect(files.map(({ name }) => path.basename(name))).toEqual(
        expect.arrayContaining(['history.ndjson', 'verdict.json', 'report.html', 'junit.xml']),
      );
      const places = [
        ...files.map(({ name, bytes }) => [name, bytes.toString('latin1')] as const),
        ['stdout', stdout] as const,
        ['stderr', stderr] as const,
        ...shown.map(
          ({ pid, commandLine, environment }) => [`process ${pid}`, `${commandLine} ${environment}`] as const,
        ),
      ];
      const found = places.flatMap(([place, text]) =>
        secrets.filter((secret) => text.includes(secret)).map((secret) => `${place}: ${secret}`),
      );
      expect(found).toEqual([]);
      // What was told without them has come through.
      const { lines } = await readHistory(path.join(run, 'history.ndjson'));
      const operations = lines.filter((line) => line.t === 'operation');
      const told = operations.filter(({ detail }) => detail?.includes('"password":"[secret]"'));
      expect(told[0]?.detail).toMatch(/^who-am-i \(telltale\.ts:5\): no, with /);
      const routes = operations.flatMap(({ exchanges }) => exchanges.map(({ route }) => route));
      expect(routes.filter((route) => route.startsWith('/videos/')).length).toBeGreaterThan(0);
      if (driver === 'node') {
        expect(cli.verdict().warnings.join('\n')).toMatch(
          /unenrol \(telltale\.ts:\d+\), for patient \d+: could not: .*\[secret\]/,
        );
        expect(files.find(({ name }) => name.endsWith('people.ndjson'))?.mode).toBe(0o600);
        return;
      }
      expect(shown.some(({ commandLine }) => /k6 run --quiet/.test(commandLine))).toBe(true);
      expect(accountFiles.length).toBeGreaterThan(0);
      expect(new Set(accountFiles)).toEqual(new Set([0o600]));
      expect(filesBelow(temp).filter(({ name }) => /crosstalk-k6/.test(name))).toEqual([]);
    },
  );
});

it('accounts that a killed run left for k6 are removed by the next, and nobody else’s', async () => {
  const temp = mkdtempSync(path.join(tmpdir(), 'crosstalk-temp-'));
  const alive = await makeK6Folder(temp);
  const dead = await makeK6Folder(temp);
  writeFileSync(path.join(dead, 'owner.json'), JSON.stringify({ pid: 2 ** 22 - 3, started: null }));
  writeFileSync(path.join(dead, 'accounts.json'), '[]');
  expect(await removeDeadK6Folders(temp)).toBe(1);
  expect([existsSync(alive), existsSync(dead)]).toEqual([true, false]);
});
