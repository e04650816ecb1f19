// Parse Server, which nobody here wrote: alone it leaks nothing but what its files' addresses are meant to give; behind each shared
// cache as one finds it explained, one patient's list goes to others, and the report says why.
import { type ChildProcess, spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, until } from '../../../harness/cli/command-line.ts';
import { readHistory } from '../../../harness/history-file.ts';
import { judge } from '../../../harness/judge.ts';
import type { Verdict } from '../../../harness/verdict.ts';
import { freePort } from '../../../mocks/clinic/real/ports.ts';
import { target as undeclared } from './parse-undeclared.target.ts';

const here = import.meta.dirname;
const startMaxMs = 90_000;
const key = 'a-master-key-of-this-test';

describe('Parse Server', () => {
  let port: number;
  let parse: ChildProcess;
  let said = '';
  let cli: CommandLine;
  beforeAll(async () => {
    port = await freePort();
    parse = spawn(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), path.join(here, 'start.ts'), '--port', String(port)],
      { env: { ...process.env, PARSE_MASTER_KEY: key }, stdio: ['ignore', 'pipe', 'pipe'] },
    );
    for (const stream of [parse.stdout, parse.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        said += text;
      });
    await until(() => said.includes('open until') || parse.exitCode !== null, startMaxMs);
    // What is missing is said here, with how to get it.
    expect(said).toContain('open until Ctrl-C');
  }, startMaxMs);
  afterAll(async () => {
    parse.kill('SIGTERM');
    await until(() => parse.exitCode !== null, 30_000);
  });
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  async function drill(front: number, ...flags: string[]): Promise<{ verdict: Verdict; stdout: string }> {
    const url = (at: number): string => `http://127.0.0.1:${at}`;
    const { stdout } = await cli.run(
      [
        'run',
        ...['--config', path.join(here, 'crosstalk.config.ts'), '--adapter', path.join(here, 'parse.target.ts')],
        ...['--url', url(front), '--admin-url', url(port), ...flags],
      ],
      { PARSE_MASTER_KEY: key },
    );
    return { verdict: cli.verdict(), stdout: stdout.replace(/\s+/g, ' ') };
  }

  it('alone passes, its capability URLs being declared; the same history leaks where they are not', async () => {
    // What is declared stops no drill either.
    const { verdict, stdout } = await drill(port, '--stop-on-leak');
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    const [declared, ...more] = verdict.declared ?? [];
    expect(more).toEqual([]);
    expect(declared).toMatchObject({ kind: 'capability-url', route: 'GET /parse/files/{application}/{name}' });
    expect(declared?.answers).toBeGreaterThan(0);
    expect(stdout).toContain('is a capability URL, as declared');
    expect(new Set(verdict.findings.map(({ rule }) => rule))).toEqual(new Set(['latent']));

    const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
    const again = judge(lines, {
      declares: undeclared.declares,
      floor: { opportunitiesPerWindow: 1, opportunitiesPerNode: 1, opportunitiesPerVersion: 1 },
      missingOwnRateMax: 1,
      strict: false,
      notTested: [],
      sessions: verdict.sessions,
      alarmChannels: ['list', 'bytes'],
    });
    expect(again.verdict).toBe('LEAK');
    expect(again.declared).toBeUndefined();
    const leaks = again.findings.filter(({ rule }) => rule !== 'latent');
    expect(leaks.map(({ rule }) => rule)).toContain('anonymous');
    // Lists and objects leaked to nobody, declared or not.
    for (const { route } of leaks) expect(route).toBe('GET /parse/files/{application}/{name}');
    // No key, no token: of what was shown to the server nothing is on disk.
    expect(JSON.stringify(lines)).not.toMatch(/r:[0-9a-f]{32}/);
    expect(JSON.stringify(lines)).not.toContain(key);
  });

  it.each([
    ['Varnish with nothing but a backend line', 1, /x-varnish: \d+ \d+; via: 1\.1 .*\(Varnish/],
    ['nginx with a cache keyed by the URL', 2, /x-cache-status: HIT/],
    ['HAProxy with its own cache', 3, /age: \d/],
  ])('behind %s leaks, and the report says why', async (_name, at, shownBy) => {
    const { verdict, stdout } = await drill(port + at, '--duration', '10s', '--sessions', '4', '--stop-on-leak');
    expect(verdict.verdict).toBe('LEAK');
    const list = verdict.findings.find(
      ({ rule, route }) => rule === 'foreign-listing' && route === 'GET /parse/classes/Consultation',
    );
    expect(list?.cause).toMatch(shownBy);
    expect(list?.cause).toContain('The list was stored by a shared cache');
    expect(list?.cause).toContain('It has no `Cache-Control`');
    expect(list?.cause).toContain('`x-parse-session-token` tells: credentials in a header that caches do not know');
    expect(stdout).toContain('why: The list was stored by a shared cache');
  });
});
