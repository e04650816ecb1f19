// A pass that tested nothing is the worst of lies: each way of testing nothing must end INCONCLUSIVE, exit 2, with its reason.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine } from './command-line.ts';

const clinicModule = path.resolve(import.meta.dirname, '../targets/clinic.ts');
const short = ['--duration', '8s', '--sessions', '16', '--fault', 'none'];

describe('a run that proves nothing', () => {
  let cli: CommandLine;
  let clinic: RunningClinic | null = null;
  beforeEach(() => {
    cli = commandLine();
  });
  afterEach(async () => {
    await clinic?.stop();
    clinic = null;
    cli.remove();
  });

  /** Drills a fresh clinic through an adapter that bends what the ready one does. */
  async function drillWith(adapter: string): Promise<number> {
    clinic = await startClinic({});
    const file = path.join(cli.folder, 'adapter.ts');
    writeFileSync(file, `import { target as clinic } from ${JSON.stringify(clinicModule)};\n${adapter}`);
    const args = ['run', '--adapter', file, '--url', clinic.url, '--admin-url', clinic.adminUrl, ...short];
    const { exitCode } = await cli.run(args, { CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret });
    return exitCode;
  }

  it('starved of time', async () => {
    expect((await cli.run(['demo', '--duration', '2s'])).exitCode).toBe(2);
    expect(cli.verdict().verdict).toBe('INCONCLUSIVE');
    expect(cli.verdict().reasons.join('\n')).toMatch(/f1-cache-flush.*never injected|never injected/);
  });

  it.each(['cache-flush', 'cache-slow', 'deploy-restart', 'instance-freeze'])(
    'with %s that did not bite',
    async (kind) => {
      const { exitCode } = await cli.run([
        'demo',
        '--toothless',
        kind,
        '--fault',
        kind,
        '--duration',
        '14s',
        '--sessions',
        '16',
      ]);
      expect(exitCode).toBe(2);
      expect(cli.verdict().verdict).toBe('INCONCLUSIVE');
      expect(cli.verdict().reasons.join('\n')).toContain(`(${kind}) was not proved to have bitten`);
      expect(cli.verdict().faults).toMatchObject([{ kind, bit: false }]);
    },
  );

  it('with an adapter that swallows every body', async () => {
    const exitCode = await drillWith(`
      const empty = { outcome: 'ok' } as const;
      export const target = { ...clinic, actions: { 'sign-in': clinic.actions['sign-in'],
        'view-history': async () => empty, watch: async () => empty, book: async () => empty, 'sign-out': async () => empty } };
    `);
    expect(exitCode).toBe(2);
    expect(cli.verdict().reasons.join('\n')).toMatch(/alarm test before the load did not ring on the list channel/);
    expect(cli.verdict().reasons.join('\n')).toContain('Never saw their own data');
  });

  it('with sessions that never see their own data', async () => {
    const exitCode = await drillWith(`
      const { enrolment } = clinic;
      export const target = { ...clinic, enrolment: { ...enrolment,
        enrol: (admin, patient) => enrolment.enrol(admin, { ...patient, surname: 'Smith' }),
        addConsultation: (admin, account, consultation, media) =>
          enrolment.addConsultation(admin, account, { ...consultation, title: 'Visit', note: 'Please call', fileName: 'a.webm' }, media) } };
    `);
    expect(exitCode).toBe(2);
    expect(cli.verdict().reasons.join('\n')).toMatch(/own/);
  });

  it('with every sign-in refused', async () => {
    const exitCode = await drillWith(`
      export const target = { ...clinic, actions: { ...clinic.actions, 'sign-in': async () => ({ outcome: 'refused' }) } };
    `);
    expect(exitCode).toBe(2);
    expect(cli.verdict().verdict).toBe('INCONCLUSIVE');
  });

  it('with an adapter that throws, or answers in the wrong shape', async () => {
    const exitCode = await drillWith(`
      export const target = { ...clinic, actions: { ...clinic.actions,
        'view-history': async () => { throw new Error('no such page'); }, 'who-am-i': async () => undefined } };
    `);
    expect(exitCode).toBe(2);
    expect(cli.verdict().verdict).toBe('INCONCLUSIVE');
  });

  it('is an ERROR, and no doubt, when the patients could not even be made', async () => {
    const exitCode = await drillWith(`
      const { enrolment } = clinic;
      export const target = { ...clinic, enrolment: { ...enrolment, enrol: (admin, patient) => enrolment.enrol(admin, { ...patient, email: '' }) } };
    `);
    expect(exitCode).toBe(3);
    expect(cli.verdict().verdict).toBe('ERROR');
    expect(cli.verdict().reasons[0]).toMatch(/seed failed: enrol .*answered 400/);
  });
});
