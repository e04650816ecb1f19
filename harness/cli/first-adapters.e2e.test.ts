// Two ways to a first adapter of the reference clinic, each of which the doctor finds ready: from a recorded visit as it was written, and by
// the adapter for pages.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { recorder } from '../openapi/recording-under-test.ts';
import { type RunningClinic, startClinic } from './clinic-process.ts';
import { type CommandLine, commandLine } from './command-line.ts';
import { pagesAdapter } from './web-under-test.ts';

let cli: CommandLine;
let clinic: RunningClinic;
beforeAll(async () => {
  cli = commandLine();
  clinic = await startClinic({});
});
afterAll(async () => {
  await clinic?.stop();
  cli.remove();
});

const passwordOf = (name: string): string => `the-pass-of-${name}`;

/** As those who run it would have made it. */
async function account(name: string): Promise<string> {
  const who = { givenName: name, surname: 'Tester', birthDate: '1970-01-01', telephone: '07700900000' };
  const where = { nhsNumber: '9990000018', practiceId: 'p1', practiceName: 'P', clinicianName: 'C' };
  const made = await fetch(`${clinic.adminUrl}/patients`, {
    method: 'POST',
    headers: { authorization: `Bearer ${clinic.secret}`, 'content-type': 'application/json' },
    body: JSON.stringify({ email: `${name}@example.org`, password: passwordOf(name), ...who, ...where }),
  });
  expect(made.status).toBe(201);
  return `${name}@example.org,${passwordOf(name)}`;
}

/** What a patient's app asks for while one consultation is booked, held and watched. */
async function visit(): Promise<string> {
  const { ask, har } = recorder();
  const at = (place: string) => `${clinic.url}${place}`;
  await ask(at('/auth/sign-in'), {
    method: 'POST',
    body: { email: 'eve@example.org', password: passwordOf('eve'), by: 'cookie' },
  });
  await ask(at('/me'));
  await ask(at('/slots?modality=video'));
  const booking = {
    title: 'A sore knee',
    note: 'left one',
    startsAt: '2026-11-26T10:00:00Z',
    modality: 'video',
    fileName: 'knee.webm',
  };
  const booked = await ask(at('/me/consultations'), { method: 'POST', body: booking });
  const { id } = JSON.parse(booked.text) as { id: string };
  await ask(at(`/me/consultations/${id}`));
  await ask(at(`/me/consultations/${id}/attend`), { method: 'POST' });
  const headers = { 'content-type': 'video/webm' };
  await ask(at(`/me/consultations/${id}/end-call`), { method: 'POST', headers, body: new Uint8Array(3_000) });
  for (let look = 0; look < 200; look++) {
    const { text } = await ask(at('/me/history'));
    const { consultations } = JSON.parse(text) as {
      consultations: { recordings: { status: string; href: string }[] }[];
    };
    // Its link is there before it can be played.
    const stored = consultations[0]?.recordings[0];
    if (stored?.status === 'ready') {
      await ask(at(stored.href));
      break;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  await ask(at('/auth/sign-out'), { method: 'POST' });
  return har();
}

it('a visit becomes an adapter that is ready as it is', async () => {
  const accounts = ['email,password', await account('ann'), await account('bob')];
  // The visit is somebody else's: what is in their account carries no canary.
  await account('eve');
  writeFileSync(path.join(cli.folder, 'visit.har'), await visit());
  const { exitCode, stdout } = await cli.run(['record', 'visit.har', '--out', 'staging', '--name', 'staging']);
  expect(stdout).toMatch(/wrote .*staging\.target\.ts/);
  expect(stdout).toContain('TODO accounts.csv: a line email,password');
  expect(exitCode).toBe(0);
  const file = path.join(cli.folder, 'staging/staging.target.ts');
  const written = readFileSync(file, 'utf8');
  for (const theirs of ['eve@example.org', passwordOf('eve'), 'A sore knee', 'knee.webm'])
    expect(written).not.toContain(theirs);
  writeFileSync(path.join(cli.folder, 'staging/accounts.csv'), `${accounts.join('\n')}\n`, { mode: 0o600 });

  const doctor = await cli.run(['doctor', '--config', 'staging/crosstalk.config.ts']);
  expect(doctor.stdout).toMatch(/view-history json +ok .*canaries: .*title/);
  expect(doctor.stdout).toMatch(/watch +ok .*canaries: recording/);
  for (const action of ['who-am-i', 'book', 'view-consultation', 'attend', 'end-call', 'sign-out'])
    expect(doctor.stdout).toMatch(new RegExp(`${action} +ok`));
  expect(doctor.stdout).toContain('The adapter is ready for a drill');
  expect(doctor.exitCode).toBe(0);
});

it('its pages are an adapter, too', async () => {
  writeFileSync(path.join(cli.folder, 'pages.target.ts'), pagesAdapter);
  const where = ['--adapter', 'pages.target.ts', '--url', clinic.url, '--admin-url', clinic.adminUrl];
  const secret = { CROSSTALK_CLINIC_ADMIN_SECRET: clinic.secret };
  const { stdout, exitCode } = await cli.run(['doctor', ...where], secret);
  expect(stdout).toMatch(/view-history json +ok +GET \/me\/rewatch by cookie → 200.*canaries: .*title/);
  expect(stdout).toMatch(/watch +ok .*GET \/recordings\/\{id\}\/content.*canaries: recording/);
  expect(stdout).toMatch(/view-history json \(signed out\) +refused/);
  expect(stdout).toContain('The adapter is ready for a drill');
  expect(exitCode).toBe(0);
});
