// From a URL and a document to an adapter that the doctor finds ready, as it was written; and what is said where that can't be.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, until } from './command-line.ts';

const document = path.resolve(import.meta.dirname, '../../mocks/clinic/openapi.json');
const secret = 'a secret of this test';

describe('crosstalk init', () => {
  let cli: CommandLine;
  let clinic: ReturnType<CommandLine['start']>;
  let where: readonly string[] = [];
  beforeAll(async () => {
    cli = commandLine();
    clinic = cli.start(['clinic'], { CROSSTALK_CLINIC_ADMIN_SECRET: secret });
    let said = '';
    clinic.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    await until(() => said.includes('crosstalk run'), 60_000);
    where = (/crosstalk run (.*)/.exec(said)?.[1] ?? '').split(' ');
  });
  afterAll(async () => {
    clinic.kill('SIGINT');
    await clinic.finished;
    cli.remove();
  });

  const filesOf = (folder: string): string[] =>
    readdirSync(path.join(cli.folder, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
      /\.(ts|yml)$/.test(name),
    );
  const read = (...names: readonly string[]): string => readFileSync(path.join(cli.folder, ...names), 'utf8');

  it('writes from the clinic’s document an adapter that is ready for a drill as it is, and never overwrites it', async () => {
    const init = ['init', 'made', ...where, '--openapi', document, '--yes'];
    const { exitCode, stdout } = await cli.run(init);
    expect(stdout).toMatch(/its headers tell node by x-clinic-node, version by x-clinic-version/);
    expect(stdout).toMatch(/missing: read-inbox\n/);
    expect(stdout).toMatch(
      /next:\n.*export CLINIC_ADMIN_SECRET=.*\n.*npx crosstalk doctor --config made\/crosstalk\.config\.ts/,
    );
    expect(exitCode).toBe(0);
    expect(filesOf('made').sort()).toEqual([
      '.github/workflows/crosstalk.yml',
      'clinic.target.ts',
      'crosstalk.config.ts',
    ]);
    expect(read('made/clinic.target.ts')).toContain("node: 'x-clinic-node'");
    expect(read('made/.github/workflows/crosstalk.yml')).toContain('secrets.CLINIC_ADMIN_SECRET');

    const doctor = await cli.run(['doctor', '--config', 'made/crosstalk.config.ts'], { CLINIC_ADMIN_SECRET: secret });
    expect(doctor.stdout).toMatch(/export +ok .*canaries: .*recording/s);
    expect(doctor.stdout).toMatch(/watch \(clinician\) +ok .*canaries: recording/);
    expect(doctor.stdout).toContain('ready for a drill: 22 of 23 scenarios can be played');
    expect(doctor.stdout + doctor.stderr).not.toContain(secret);
    expect(doctor.exitCode).toBe(0);

    writeFileSync(path.join(cli.folder, 'made/clinic.target.ts'), 'mine');
    const again = await cli.run([...init, '--ci', 'none']);
    expect(again.stderr).toMatch(
      /has crosstalk\.config\.ts, clinic\.target\.ts already\. Nothing was written: say --force/,
    );
    expect(again.exitCode).toBe(3);
    expect(read('made/clinic.target.ts')).toBe('mine');
    expect((await cli.run([...init, '--force'])).exitCode).toBe(0);
    expect(read('made/clinic.target.ts')).toContain('defineTarget');
  });

  it('knows the clinic, and then only the drill is to be written', async () => {
    const { stdout } = await cli.run(['init', 'known', ...where, '--ci', 'gitlab']);
    expect(stdout).toContain('it is the reference clinic');
    expect(filesOf('known').sort()).toEqual(['crosstalk.config.ts', 'crosstalk.gitlab-ci.yml']);
    const plan = await cli.run([
      'plan',
      '--config',
      'known/crosstalk.config.ts',
      '--duration',
      '5s',
      '--sessions',
      '4',
    ]);
    expect(plan.stdout).toMatch(/^seed 1 · 4 sessions/);
  });

  it('says what to do where it can’t, and writes nothing', async () => {
    writeFileSync(path.join(cli.folder, 'large.json'), ' '.repeat(20 * 1024 * 1024));
    const { exitCode, stderr } = await cli.run(['init', 'nothing', ...where, '--openapi', 'large.json']);
    expect(stderr).toMatch(/^crosstalk: large\.json is larger than 16 MB: cut it down .*\. Nothing was written\.\n$/);
    expect(exitCode).toBe(3);
    expect(existsSync(path.join(cli.folder, 'nothing'))).toBe(false);
  });
});
