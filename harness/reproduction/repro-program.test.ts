// The programs are run as anybody would, against a little service whose leak goes by who was there before.
import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type ProgramInput, reproProgram } from './repro-program.ts';
import { reproShell } from './repro-shell.ts';
import type { Request, SayAgain } from './say-again.ts';

let server: Server;
let asked: string[] = [];
let marks: string[] = [];
let url = '';
let folder = '';

beforeEach(async () => {
  [asked, marks] = [[], []];
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-repro-'));
  server = createServer(async (request, response) => {
    let body = '';
    for await (const chunk of request) body += chunk;
    asked.push(`${request.method} ${request.url?.split('?')[0]}`);
    if (request.method === 'POST') marks.push(body);
    // Whoever looks is shown the last one enrolled, once three have been.
    const isLeaking = asked.filter((each) => each === 'POST /patients').length >= 3;
    response.statusCode = request.url?.startsWith('/?gone') ? 410 : request.url?.startsWith('/?') ? 302 : 200;
    response.end(isLeaking ? (marks.at(-1) ?? '') : 'nothing');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterEach(async () => {
  await new Promise((resolve) => server.close(resolve));
  rmSync(folder, { recursive: true, force: true });
});

const enrol = (patient: number): Request => ({
  ...{ actor: 'admin', atMs: -1, method: 'POST', url: '/patients' },
  body: JSON.stringify({ surname: `{{mark ${patient} surname 0}}` }),
});
const leave: Request = { actor: 'admin', atMs: -1, method: 'DELETE', url: '/patients' };
const turn: Request = { actor: 'turn', atMs: 0, method: 'GET', url: '/?turn={{password turn}}' };

const programs = {
  'repro.ts': { text: reproProgram, command: process.execPath, file: 'repro.mjs' },
  'repro.sh': { text: reproShell, command: 'bash', file: 'repro.sh' },
} as const;

async function run(
  before?: readonly Request[],
  program: keyof typeof programs = 'repro.ts',
  { setUp = [enrol(4)], cleanUp = [] }: Partial<SayAgain> = {},
): Promise<{ readonly exitCode: number | null; readonly text: string }> {
  const look = { actor: 's1', atMs: 0, method: 'GET', url: '/me', mustNotShow: [4] };
  const input: ProgramInput = {
    sentence: 'A looks',
    said: { setUp, sessions: [look], faults: [], cleanUp },
    ...(before && { before }),
    ...{ url, adminUrl: url, adminSecretEnv: 'ADMIN_SECRET', adminHeaders: {} },
  };
  const { text: written, command, file } = programs[program];
  const at = path.join(folder, file);
  writeFileSync(at, written(input) ?? '');
  const child = spawn(command, [at], { env: { ...process.env, ROUNDS: '2', ADMIN_SECRET: 'secret' } });
  let text = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk) => {
      text += chunk;
    });
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  return { exitCode, text };
}

it('says so when nothing leaked, however often it is said again', async () => {
  expect(await run()).toEqual({ exitCode: 0, text: expect.stringContaining('it did not leak') });
  expect(asked).toEqual(['POST /patients', 'GET /me', 'POST /patients', 'GET /me']);
});

it('shows a leak that goes by who was there before, who come and go once', async () => {
  const { exitCode, text } = await run([enrol(8), enrol(12), leave, turn]);
  expect({ exitCode, text }).toEqual({ exitCode: 1, text: expect.stringContaining('IT LEAKED') });
  expect(text).toContain('GET /me, asked by s1, showed of patient 4 surname 0');
  expect(asked).toEqual([
    ...['POST /patients', 'POST /patients', 'DELETE /patients', 'GET /'],
    ...['POST /patients', 'GET /me'],
  ]);
});

it('can not be done where somebody who should have been there before could not come', async () => {
  const { exitCode, text } = await run([{ ...enrol(8), url: '/?refused' }]);
  expect({ exitCode, text }).toEqual({ exitCode: 3, text: expect.stringContaining('POST /?refused answered 302') });
});

const goes = (url: string): Request => ({ ...leave, url });
/** The second can't be made; of another nothing is known. */
const halfMade: Partial<SayAgain> = {
  setUp: [enrol(4), { ...enrol(8), url: '/?gone' }],
  cleanUp: [goes('/patients?{{mark 4 surname 0}}'), goes('/patients?{{id 8}}')],
};

it('removes those who were made, and nobody it knows nothing of, where it can not be done', async () => {
  expect((await run([], 'repro.ts', halfMade)).exitCode).toBe(3);
  expect(asked).toEqual(['POST /patients', 'POST /', 'DELETE /patients']);
});

describe('with nothing but a shell', () => {
  it('says so when nothing leaked, the once that it is said', async () => {
    expect(await run(undefined, 'repro.sh')).toEqual({ exitCode: 0, text: expect.stringContaining('it did not leak') });
    expect(asked).toEqual(['POST /patients', 'GET /me']);
  });

  it('shows a leak that goes by who was there before', async () => {
    const { exitCode, text } = await run([enrol(8), enrol(12), leave, turn], 'repro.sh');
    expect({ exitCode, text }).toEqual({ exitCode: 1, text: expect.stringContaining('IT LEAKED') });
    expect(text).toMatch(/^s1 was shown what is another's: [a-z]{24}$/m);
    expect(asked).toEqual([
      ...['POST /patients', 'POST /patients', 'DELETE /patients', 'GET /'],
      ...['POST /patients', 'GET /me'],
    ]);
  });

  it('removes those who were made, and nobody it knows nothing of, where it can not be done', async () => {
    expect((await run([], 'repro.sh', halfMade)).exitCode).toBe(3);
    expect(asked).toEqual(['POST /patients', 'POST /', 'DELETE /patients']);
  });

  it('can not be done where somebody could not be made', async () => {
    await new Promise((resolve) => server.close(resolve));
    const { exitCode, text } = await run([enrol(8)], 'repro.sh');
    expect({ exitCode, text }).toEqual({ exitCode: 3, text: 'it could not be done: POST /patients\n' });
  });
});
