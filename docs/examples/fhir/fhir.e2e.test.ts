// FHIR R4 by Medplum's router, with SMART on FHIR by oidc-provider: correct it passes, by both drivers and with leased accounts; a server that keeps
// searches under their path alone is found.
import { chmodSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine } from '../../../harness/cli/command-line.ts';
import { type FhirServer, startFhir } from './server.ts';

const adminToken = 'a-token-of-this-test';
const accountCount = 10;

describe('a FHIR R4 server', () => {
  let cli: CommandLine;
  let server: FhirServer;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(async () => {
    await server.close();
    cli.remove();
  });

  const config = ['--config', path.join(import.meta.dirname, 'crosstalk.config.ts')];
  const flags = (): string[] => ['--url', server.url, '--admin-url', server.url];
  const drill = (...more: string[]) =>
    cli.run(['run', ...config, '--adapter', path.join(import.meta.dirname, 'fhir.target.ts'), ...flags(), ...more], {
      FHIR_ADMIN_TOKEN: adminToken,
    });

  it('satisfies the doctor, and passes', async () => {
    server = await startFhir({ port: 0, adminToken });
    const adapter = ['--adapter', path.join(import.meta.dirname, 'fhir.target.ts')];
    const doctor = await cli.run(['doctor', ...config, ...adapter, ...flags()], { FHIR_ADMIN_TOKEN: adminToken });
    expect(doctor.stdout).toMatch(/The adapter is ready for a drill: 1\d of 23 scenarios can be played\.\s*$/);
    expect(doctor.stdout).toMatch(/watch +ok +GET \/fhir\/Binary\/\{id\} .* canaries: recording \(body\)/);
    await drill();
    expect(cli.verdict()).toMatchObject({ verdict: 'PASS', findings: [] });
  });

  it('passes by k6', async () => {
    server = await startFhir({ port: 0, adminToken });
    await drill('--driver', 'k6');
    expect(cli.verdict()).toMatchObject({ findings: [] });
    expect(cli.verdict().alarm.tests.every(({ rang }) => rang)).toBe(true);
    expect(cli.verdict().operations).toBeGreaterThan(100);
    expect(cli.verdict().errors).toBeLessThan(cli.verdict().operations / 10);
  });

  it('leaks when searches are kept under their path alone', async () => {
    server = await startFhir({ port: 0, adminToken, cachesByPath: true });
    const { exitCode } = await drill('--stop-on-leak');
    expect(exitCode).toBe(1);
    const { findings } = cli.verdict();
    expect(findings).toContainEqual(expect.objectContaining({ rule: 'foreign-listing', route: 'GET /fhir/Encounter' }));
  });

  it('passes where its lists are asked for by GraphQL', async () => {
    server = await startFhir({ port: 0, adminToken });
    // The schema of all of FHIR is made at the first question, which takes seconds.
    await post('/fhir/$graphql', { query: '{ PatientList { id } }' });
    await drill('--adapter', path.join(import.meta.dirname, 'fhir-graphql.target.ts'));
    expect(cli.verdict()).toMatchObject({ verdict: 'PASS', findings: [] });
    expect(cli.verdict().coverage.rows.find(({ name }) => name === 'view-history')?.opportunities).toBeGreaterThan(20);
  });

  it('is drilled by the ready adapter with accounts that exist already', async () => {
    server = await startFhir({ port: 0, adminToken });
    const accounts = path.join(cli.folder, 'accounts.csv');
    const rows: string[] = [];
    for (let number = 1; number <= accountCount; number++) {
      const username = `drill-${number}@example.org`;
      const patient = await post('/fhir/Patient', { resourceType: 'Patient', name: [{ family: `Drill ${number}` }] });
      await post('/accounts', { username, password: 'open-sesame', patient });
      rows.push(`${username},open-sesame,${patient},portal,org.example.portal:/callback`);
    }
    writeFileSync(accounts, `username,password,patient,clientId,redirectUri\n${rows.join('\n')}\n`);
    chmodSync(accounts, 0o600);
    const config = path.join(cli.folder, 'leased.config.ts');
    const drilled = {
      target: { adapter: 'fhir-r4', url: server.url, accounts },
      durationMs: 25_000,
      sessions: 8,
      thinkMs: 150,
    };
    writeFileSync(config, `export default ${JSON.stringify(drilled)};\n`);
    const { stdout } = await cli.run(['run', '--config', config]);
    expect({ ...cli.verdict(), stdout }).toMatchObject({ verdict: 'PASS', findings: [] });
  });

  async function post(at: string, body: object): Promise<string> {
    const response = await fetch(`${server.url}${at}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminToken}`, 'content-type': 'application/fhir+json' },
      body: JSON.stringify(body),
    });
    const { id } = (await response.json()) as { id?: string };
    return id ?? '';
  }
});
