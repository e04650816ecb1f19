// The two commands a newcomer starts with: a clinic to look at, and a doctor that says what an adapter lacks.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type CommandLine, commandLine, until } from './command-line.ts';

const clinicModule = path.resolve(import.meta.dirname, '../targets/clinic.ts');

describe('crosstalk clinic and crosstalk doctor', () => {
  let cli: CommandLine;
  let clinic: ReturnType<CommandLine['start']>;
  let said = '';
  beforeEach(async () => {
    cli = commandLine();
    said = '';
    clinic = cli.start(['clinic']);
    clinic.stdout?.on('data', (chunk) => {
      said += chunk;
    });
    await until(() => said.includes('crosstalk run'), 60_000);
  });
  afterEach(async () => {
    clinic.kill('SIGINT');
    await clinic.finished;
    cli.remove();
  });

  const doctor = (...more: string[]) => {
    const [, flags = ''] = /crosstalk run (.*)/.exec(said) ?? [];
    const secret = /CROSSTALK_CLINIC_ADMIN_SECRET=(\S+)/.exec(said)?.[1] ?? '';
    return cli.run(['doctor', ...flags.split(' '), ...more], { CROSSTALK_CLINIC_ADMIN_SECRET: secret });
  };

  it('the clinic ends well on Ctrl-C, and the doctor finds the ready adapter whole, with every action tried', async () => {
    const { exitCode, stdout } = await doctor();
    expect(stdout).toMatch(/view-history json +ok .*canaries: .*title/);
    expect(stdout).toMatch(/watch +ok .*canaries: recording/);
    expect(stdout).toMatch(/view-history json \(signed out\) +refused/);
    const plain = [
      'book',
      'attend',
      'switch-call',
      'end-call',
      'share',
      'withdraw',
      'sign-out',
      'move-practice',
      'erase',
    ];
    expect(stdout).toMatch(
      /view-day \(clinician\) +ok .*canaries: .*title.*surname|view-day \(clinician\) +ok .*canaries: .*surname.*title/,
    );
    expect(stdout).toMatch(/watch \(clinician\) +ok .*canaries: recording/);
    const looking = ['turn-page', 'view-consultation', 'follow-link', 'export', 'listen', 'read-inbox'];
    for (const action of [...plain, ...looking]) expect(stdout).toMatch(new RegExp(`${action} +ok`));
    expect(stdout).toMatch(/ GET \/me\/exports\/\{id\}\/content .*canaries: .*title.*recording/);
    expect(stdout).toMatch(/read-inbox +ok .*canaries: .*title/);
    expect(stdout).toMatch(/open-odd-path +refused/);
    expect(stdout).toContain('ready for a drill: 23 of 23 scenarios can be played');
    expect(exitCode).toBe(0);
    clinic.kill('SIGINT');
    expect((await clinic.finished).exitCode).toBe(0);
  });

  it('the doctor names what an adapter lacks, and what that costs', async () => {
    const file = path.join(cli.folder, 'adapter.ts');
    writeFileSync(
      file,
      `import { target as clinic } from ${JSON.stringify(clinicModule)};
       const { watch, 'read-inbox': inbox, ...actions } = clinic.actions;
       export const target = { ...clinic, actions };`,
    );
    const { exitCode, stdout } = await doctor('--adapter', file);
    expect(stdout).toMatch(/lacking watch shows .*: the adapter has none; .* Begin with: watch: \(session/);
    expect(stdout).toMatch(/missing read-inbox: .* needed by notices-after-outage\. Begin with: 'read-inbox'/);
    expect(stdout).toMatch(/POST \/auth\/sign-in \{email, password, by\} → 200, \d+ bytes from app-\d v1/);
    expect(stdout).not.toMatch(/\.example/);
    expect(stdout).toMatch(/not ready for a drill; \d+ of 23 scenarios/);
    expect(exitCode).toBe(2);

    const { exitCode: refused, stdout: why } = await doctor('--admin-url', 'http://127.0.0.1:1');
    expect(why).toMatch(/lacking enrolment makes two patients.*adminUrl/);
    expect(refused).toBe(2);
  });
});
