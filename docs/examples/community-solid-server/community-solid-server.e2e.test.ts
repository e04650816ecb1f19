// Community Solid Server, which nobody here wrote: alone it shows nobody another's pod; behind caches that leave credentials alone the
// same, and behind nginx that keeps only what the server says may be kept; behind nginx that keeps whatever says nothing it does,
// and the report says why; and open pods don't pass.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../../../harness/cli/command-line.ts';
import {
  type Drilled,
  drill,
  type Example,
  isLeak,
  judgedAgain,
  startExample,
  startMaxMs,
} from '../example-under-test.ts';
import { makeAccounts } from './make-accounts.ts';
import { target } from './solid.target.ts';

const here = import.meta.dirname;
const scenarios = (...names: readonly string[]): string[] => names.flatMap((name) => ['--scenario', name]);
const accountPage = 'GET /.account/account/{id}/login/password/';

/** Ends two seconds after the first leak; so long on a machine that has much else to do. */
const untilLeak = (duration: string): string[] => ['--stop-on-leak', '--duration', duration];
/** In which one asks for what is another's. */
const handedOn = scenarios('shared-link', 'same-instant');

describe('Community Solid Server', () => {
  let server: Example;
  let accounts: string;
  let cli: CommandLine;
  beforeAll(async () => {
    server = await startExample(here);
    accounts = await makeAccounts(`http://localhost:${server.port}`, 4);
  }, startMaxMs);
  afterAll(() => server.stop());
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  /** `front` counts the ports from the server's own; `leased`: with the accounts that are there, which is over sooner. */
  function drillOf(front: number, leased: boolean, ...flags: string[]): Promise<Drilled> {
    const config = path.join(here, leased ? 'leased.config.ts' : 'crosstalk.config.ts');
    const adapter = path.join(here, flags.includes('--open') ? 'solid-public.target.ts' : 'solid.target.ts');
    const rest = flags.filter((flag) => flag !== '--open');
    const url = `http://localhost:${server.port + front}`;
    return drill(cli, ['--config', config, '--adapter', adapter, '--url', url, ...rest], { SOLID_ACCOUNTS: accounts });
  }

  it('alone passes, and would not if its tokens were said to end with the session', async () => {
    const { verdict } = await drillOf(0, false);
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    // What the account's page says may be kept by a cache, for it is asked by cookie.
    for (const { rule, route } of verdict.findings) expect([rule, route]).toEqual(['latent', accountPage]);
    const again = await judgedAgain(cli, verdict, { ...target.declares, signOutBoundMs: 0 });
    expect(again.verdict).toBe('LEAK');
    expect(new Set(again.findings.filter(isLeak).map(({ rule }) => rule))).toEqual(new Set(['afterlife']));
    // Nobody was left, and no credential is on disk.
    const history = await readFile(path.join(cli.latest() ?? '', 'history.ndjson'), 'utf8');
    expect(history.match(/"t":"erased"/g)?.length).toBe(history.match(/"t":"enrolled"/g)?.length);
    expect(history).not.toMatch(/eyJ[\w-]{20}|CSS-Account-Token|t_[0-9a-f-]{36}/);
  });

  it.each([
    ['Varnish with nothing but a backend line', 1],
    ['HAProxy with its own cache', 3],
    ['nginx with a cache that keeps only what it is told may be kept', 4],
  ])('behind %s passes', async (_name, front) => {
    const { verdict } = await drillOf(front, true, '--duration', '8s', ...handedOn);
    expect(verdict.reasons).toEqual([]);
    expect(verdict.verdict).toBe('PASS');
    expect(verdict.findings.filter(isLeak)).toEqual([]);
  });

  it('behind nginx with a cache that keeps whatever says nothing leaks, and the report says why', async () => {
    const { verdict } = await drillOf(2, false, ...untilLeak('40s'), ...scenarios('same-instant', 'passer-by'));
    expect(verdict.verdict).toBe('LEAK');
    const leaks = verdict.findings.filter(isLeak);
    // To others with a cookie of their own, or to nobody: whoever came first.
    const page = leaks.find(({ rule, route }) => route === accountPage && rule !== 'afterlife');
    expect(page?.cause).toMatch(/a cookie, by which the cache does not tell people apart|no credentials at all/);
    for (const { cause } of leaks) expect(cause).toContain('x-cache-status: HIT');
  });

  it('whose pods are open to everybody leaks', async () => {
    const { verdict } = await drillOf(0, true, '--open', ...untilLeak('20s'), ...handedOn);
    expect(verdict.verdict).toBe('LEAK');
    const leaks = verdict.findings.filter(isLeak);
    expect(leaks.map(({ route }) => route)).toContain('GET /{pod}/clinic/recordings/{id}');
  });
});
