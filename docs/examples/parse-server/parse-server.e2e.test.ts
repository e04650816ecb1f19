// Parse Server, which nobody here wrote: alone it leaks nothing but what its files' addresses are meant to give; behind each shared
// cache as one finds it explained, one patient's list goes to others, and the report says why.
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../../../harness/cli/command-line.ts';
import { readHistory } from '../../../harness/history-file.ts';
import {
  type Drilled,
  drill as drilled,
  type Example,
  isLeak,
  judgedAgain,
  startExample,
  startMaxMs,
} from '../example-under-test.ts';
import { target as undeclared } from './parse-undeclared.target.ts';

const here = import.meta.dirname;
const key = 'a-master-key-of-this-test';
const env = { PARSE_MASTER_KEY: key };

describe('Parse Server', () => {
  let parse: Example;
  let cli: CommandLine;
  beforeAll(async () => {
    parse = await startExample(here, [], env);
  }, startMaxMs);
  afterAll(() => parse.stop());
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  function drill(front: number, ...flags: string[]): Promise<Drilled> {
    const url = (at: number): string => `http://127.0.0.1:${parse.port + at}`;
    const files = ['--config', path.join(here, 'crosstalk.config.ts'), '--adapter', path.join(here, 'parse.target.ts')];
    return drilled(cli, [...files, '--url', url(front), '--admin-url', url(0), ...flags], env);
  }

  it('alone passes, its capability URLs being declared; the same history leaks where they are not', async () => {
    // What is declared stops no drill either.
    const { verdict, stdout } = await drill(0, '--stop-on-leak');
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    const [declared, ...more] = verdict.declared ?? [];
    expect(more).toEqual([]);
    expect(declared).toMatchObject({ kind: 'capability-url', route: 'GET /parse/files/{application}/{name}' });
    expect(declared?.answers).toBeGreaterThan(0);
    expect(stdout).toContain('is a capability URL, as declared');
    expect(new Set(verdict.findings.map(({ rule }) => rule))).toEqual(new Set(['latent']));

    const { lines } = await readHistory(path.join(cli.latest() ?? '', 'history.ndjson'));
    const again = await judgedAgain(cli, verdict, undeclared.declares);
    expect(again.verdict).toBe('LEAK');
    expect(again.declared).toBeUndefined();
    const leaks = again.findings.filter(isLeak);
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
    const { verdict, stdout } = await drill(at, '--duration', '10s', '--sessions', '4', '--stop-on-leak');
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
