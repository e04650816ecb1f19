// The clinic's switch contains a leak; one that forgets the shared cache and the links from before does not, and both are named.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ContainReport, containReportSchema } from '../containment/report.ts';
import { type CommandLine, commandLine } from './command-line.ts';

describe('crosstalk contain', () => {
  let cli: CommandLine;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(() => cli.remove());

  const report = (): ContainReport =>
    containReportSchema.parse(JSON.parse(readFileSync(path.join(cli.latest() ?? '', 'contain.json'), 'utf8')));
  const outcomes = (): Record<string, string> =>
    Object.fromEntries(report().channels.map(({ channel, outcome }) => [channel, outcome]));

  it('passes the switch that thinks of everything, and releases it', async () => {
    // How long it may take is not what is tested here.
    const { exitCode, stdout } = await cli.run([
      'contain',
      '--bug',
      'heuristic-freshness',
      '--within',
      '60s',
      '--quiet',
      '2s',
    ]);
    expect(report().reasons).toEqual([]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('PASS  exit 0');
    expect(outcomes()).toMatchObject({
      lists: 'dark',
      bytes: 'dark',
      'open-pages': 'dark',
      'signed-links': 'dark',
      'shared-cache': 'dark',
    });
    expect(report().ownBackMs).not.toBeNull();
    const folder = cli.latest() ?? '';
    expect(existsSync(path.join(folder, 'switch-pulled.json'))).toBe(false);
    const pack = await cli.run(['incident', folder]);
    expect(pack.exitCode).toBe(0);
    expect(readFileSync(path.join(folder, 'incident.md'), 'utf8')).toContain('switch disable-rewatch was pulled');
  });

  it('fails one that forgets the shared cache, and links handed out before', async () => {
    const forgets = ['--switch-forgets', 'shared-cache', '--switch-forgets', 'signed-links'];
    // The shared cache keeps an answer for ten seconds: the deadline must lie well within them.
    const within = ['--within', '3s', '--quiet', '2s'];
    const { exitCode } = await cli.run(['contain', '--bug', 'heuristic-freshness', ...forgets, ...within]);
    expect(exitCode).toBe(1);
    expect(outcomes()).toMatchObject({ 'shared-cache': 'lit', 'signed-links': 'lit', bytes: 'dark' });
  });

  it('knows its switches by name, and what is for the clinic alone', async () => {
    const unknown = await cli.run(['contain', '--switch', 'pull-the-plug']);
    expect(unknown.exitCode).toBe(3);
    expect(unknown.stderr).toContain('there are: disable-rewatch, purge-edge, revoke-sessions');
    const mixed = await cli.run(['contain', '--url', 'http://127.0.0.1:1', '--bug', 'call-switch']);
    expect(mixed.exitCode).toBe(3);
    expect(mixed.stderr).toContain('--bug is for the reference clinic');
  });
});
