import { describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import type { HttpRequest } from '../targets/target.ts';
import type { Said } from './recorder.ts';
import { reproProgram } from './repro-program.ts';
import { reproShell } from './repro-shell.ts';
import { CannotSayAgain, type Learning, type SayAgainInput, sayAgain } from './say-again.ts';

const surname = canaryOf(7, patientIndex(4), 'surname', 0);
const title = canaryOf(7, patientIndex(4), 'title', 2);
const password = 'correct-horse-4';
const beganAt = 10_000;

const said = (actor: string, atMs: number, request: Partial<HttpRequest>, answer: unknown = {}): Said => ({
  ...{ actor, at: beganAt + atMs, ms: 5 },
  request: { method: 'GET', url: '/me', route: '/me', ...request },
  answer:
    answer === null
      ? null
      : { status: 200, text: typeof answer === 'string' ? answer : JSON.stringify(answer), headers: {} },
});

const enrolled = said(
  'admin',
  -500,
  { method: 'POST', url: '/patients', body: { surname, email: `${surname}@example.com`, password } },
  { id: 'p-91f3' },
);
const signedIn = said(
  's4',
  10,
  { method: 'POST', url: '/login', body: { email: `${surname}@example.com`, password } },
  { token: 'tok-8841aa' },
);
const looked = said('s4', 50, { headers: { authorization: 'Bearer tok-8841aa' } }, { titles: [title] });
const removed = said('admin', 900, { method: 'DELETE', url: '/patients/p-91f3' });

const input = (all: readonly Said[]): SayAgainInput => ({
  ...{ said: all, pulled: [] },
  load: { beganAt, endedAt: beganAt + 500 },
  secrets: new Map([['password 4', password]]),
  mustNotShow: ({ actor }) => (actor === 's4' ? [8] : []),
});

describe('what is said again', () => {
  it('has a name for everything that is another each time', () => {
    const { setUp, sessions, cleanUp } = sayAgain(input([removed, looked, signedIn, enrolled]));
    const mark = '{{mark 4 surname 0}}';
    expect(setUp[0]?.body).toBe(
      JSON.stringify({ surname: mark, email: `${mark}@example.com`, password: '{{password 4}}' }),
    );
    expect(sessions.map(({ atMs }) => atMs)).toEqual([10, 50]);
    expect(sessions[0]?.learns).toEqual([{ name: expect.any(String), path: ['token'] }]);
    const name = sessions[0]?.learns?.[0]?.name ?? '';
    expect(sessions[1]?.headers).toEqual({ authorization: `Bearer {{${name}}}` });
    expect(cleanUp[0]?.url).toBe(`/patients/{{${setUp[0]?.learns?.[0]?.name}}}`);
  });

  it('holds no secret and no canary of the trial', () => {
    const text = JSON.stringify(sayAgain(input([enrolled, signedIn, looked, removed])));
    for (const secret of [password, 'tok-8841aa', surname, 'p-91f3']) expect(text).not.toContain(secret);
  });

  it('refuses where a credential would stand in it that no answer told of', () => {
    expect(() => sayAgain(input([enrolled, looked]))).toThrow(CannotSayAgain);
  });

  it('learns a link that stands in a page', () => {
    const page = said('s4', 20, { url: '/rewatch' }, '<a href="/recordings/r77-long-id/content">play</a>');
    const played = said('s4', 40, { url: '/recordings/r77-long-id/content' });
    const { sessions } = sayAgain(input([enrolled, page, played]));
    expect(sessions[0]?.learns?.[0]).toMatchObject({ after: '<a href="', until: '"' });
    expect(sessions[1]?.url).toMatch(/^\{\{value \d+\}\}$/);
  });

  it('hangs up where the client hung up, and puts marks in the place of a recording', () => {
    const cutOff = said('s4', 30, {}, null);
    const media = said('admin', -100, {
      method: 'PUT',
      url: '/media',
      body: new Uint8Array(Buffer.from(`x${title}y`)),
    });
    const { setUp, sessions } = sayAgain(input([media, cutOff]));
    expect(sessions[0]?.hangUpAfterMs).toBe(5);
    expect(setUp[0]?.media).toEqual(['{{mark 4 title 2}}']);
  });
});

describe('the shell script', () => {
  const request = { actor: 'admin', atMs: 0, method: 'GET', url: '/$(reboot)`id`"{{value 1}}' };
  const program = (learns: Learning[]): string | null =>
    reproShell({
      sentence: 'A asks\nrm -rf /',
      said: {
        setUp: [{ ...request, learns }],
        sessions: [{ ...request, actor: "a'b", mustNotShow: [4] }],
        faults: [],
        cleanUp: [],
      },
      ...{
        url: 'http://127.0.0.1:1',
        adminUrl: 'http://127.0.0.1:2',
        adminSecretEnv: 'ADMIN_SECRET',
        adminHeaders: {},
      },
    });

  it('lets the shell read nothing of what a target may say but the values by their names', () => {
    const text = program([{ name: 'value 1', path: ['id', "it's"] }]) ?? '';
    expect(text).toContain(['\\$(reboot)\\`id\\`\\"$', '{value_1}"'].join(''));
    expect(text).toContain(`value_1=$(jq -r 'getpath(["id","it'\\''s"])'`);
    expect(text).toContain('# A asks rm -rf /\n');
  });

  it('is not written where an answer is no JSON', () => {
    expect(program([{ name: 'value 1', after: 'href="', until: '"' }])).toBeNull();
  });
});

describe('the program', () => {
  it('is one line of comment and data for whatever a target may say', () => {
    const text = reproProgram({
      sentence: 'A asks\nprocess.exit(9)\u2028for all',
      said: {
        setUp: [],
        sessions: [{ actor: 's', atMs: 0, method: 'GET', url: "/';process.exit(9)//" }],
        faults: [],
        cleanUp: [],
      },
      url: 'http://127.0.0.1:1',
      adminUrl: 'http://127.0.0.1:2',
      adminSecretEnv: 'ADMIN_SECRET',
      adminHeaders: {},
    });
    expect(text).toContain('// A asks process.exit(9) for all\n');
    expect(text).toContain(`"url":"/';process.exit(9)//"`);
  });
});
