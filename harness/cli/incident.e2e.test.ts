// A drill that leaks, and the pack that is made of it: what the exposed have in common stands in the verdict, and the pack agrees
// with it and with the files that it names.
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Incident } from '../incident/incident.ts';
import { type CommandLine, commandLine } from './command-line.ts';

describe('crosstalk incident', () => {
  let cli: CommandLine;
  beforeAll(() => {
    cli = commandLine();
  });
  afterAll(() => cli.remove());

  it('makes the pack of a run that leaked', async () => {
    await cli.run(['demo', '--bug', 'cache-key-lacks-owner', '--fault', 'none', '--duration', '30s', '--stop-on-leak']);
    const verdict = cli.verdict();
    expect(verdict.verdict).toBe('LEAK');
    const listing = verdict.findings.find(({ rule }) => rule === 'foreign-listing');
    expect(listing?.common?.compared.requests.exposed).toBeGreaterThan(0);

    const folder = cli.latest() ?? '';
    const { exitCode, stdout } = await cli.run(['incident', folder]);
    expect(exitCode).toBe(0);
    expect(stdout).toContain('affected.csv');
    const text = (file: string): string => readFileSync(path.join(folder, file), 'utf8');
    const incident = JSON.parse(text('incident.json')) as Incident;
    for (const { rule, route, listed, viewed, owners } of verdict.findings.filter((one) => one.common !== undefined)) {
      const way = incident.exposure?.routes.find((one) => one.rule === rule && one.route === route);
      expect(way?.reach.listed.things).toBe(listed);
      expect(way?.reach.viewed.things).toBe(viewed);
      expect(Math.max(way?.reach.listed.owners ?? 0, way?.reach.viewed.owners ?? 0)).toBeLessThanOrEqual(owners);
    }
    expect(text('affected.csv').trim().split('\r\n')).toHaveLength((incident.exposure?.owners ?? 0) + 1);
    for (const file of ['incident.html', 'incident.md']) expect(text(file)).toContain('This is a drill');

    const history = incident.evidence.find(({ file }) => file === 'history.ndjson');
    expect(history?.sha256).toBe(createHash('sha256').update(text('history.ndjson')).digest('hex'));
    expect(incident.evidence.map(({ file }) => file)).not.toContain('incident.html');
  });

  it('says what is lacking where there is no verdict, and no run', async () => {
    const { exitCode, stderr } = await cli.run(['incident', 'nowhere']);
    expect(exitCode).toBe(3);
    expect(stderr).toContain('there is no run');
    expect(stderr).not.toMatch(/\n\s+at /);
  });
});
