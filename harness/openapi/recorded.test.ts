// A visit to a real server of one file, recorded and written as an adapter: what is recognised by what happened and not by names, and
// that nothing of anybody's stands in what is written.
import { createContext, runInContext } from 'node:vm';
import { transformSync } from 'esbuild';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import { type Asked, type Reply, sessionUnderTest, type UnderTest } from '../logins/session-under-test.ts';
import * as talk from '../targets/talk.ts';
import { recordingOf } from './har.ts';
import { recordedOf } from './recorded.ts';
import { recordedAdapter } from './recorded-adapter.ts';
import { type Recorder, recorder } from './recording-under-test.ts';
import { merged, schemaOf } from './sample-schema.ts';

let under: UnderTest | undefined;
afterEach(() => under?.close());

const secrets = {
  email: 'ann@clinic.example',
  password: 'hunter2-Aa1!',
  token: 'eyJ0b2tlbi1vZi1hbm4',
  id: '6f1c2ab0-77aa-4c3e-9d11-0123456789ab',
};
const film = 'film-0042-8d1f';

/** Whose names say little: rooms are consultations, tapes are recordings. */
const api = ({ method, path, headers }: Asked): Reply => {
  const type = (mime: string) => ({ 'content-type': mime });
  const at = `${method} ${path}`;
  if (at === 'POST /v2/gate') return { body: { data: { jwt: secrets.token } }, headers: type('application/json') };
  if (headers.authorization !== `Bearer ${secrets.token}`) return { status: 401 };
  if (at === 'GET /v2/self')
    return { body: { id: secrets.id, email: secrets.email }, headers: type('application/json') };
  if (at === `GET /v2/people/${secrets.id}/rooms`)
    return {
      body: {
        rooms: [{ id: 'room-1-abcdef', tapes: [{ id: film, url: `/v2/tapes/${film}/run?sig=s1gned` }] }],
        total: 1,
      },
      headers: type('application/json'),
    };
  if (path === `/v2/tapes/${film}/run`) return { body: 'bytes', headers: type('video/webm') };
  if (at === 'POST /v2/leave') return { status: 204, headers: { 'set-cookie': 'x=; Max-Age=0' } };
  if (path.startsWith('/assets')) return { body: 'body{}', headers: type('text/css') };
  return { status: 404 };
};

async function visit(reply: (asked: Asked) => Reply, walk: (recording: Recorder, origin: string) => Promise<void>) {
  under = await sessionUnderTest(reply);
  const recording = recorder();
  await walk(recording, under.origin);
  const recorded = recordedOf(recordingOf(recording.har(), 'visit.har'));
  const written = recordedAdapter({
    name: 'staging',
    headers: {},
    needing: new Map(),
    importedFrom: (module) => `crosstalk/${module}`,
    recorded,
  });
  return { recorded, ...written };
}

interface WrittenTarget {
  readonly enrolment: { addConsultation(...given: readonly unknown[]): Promise<void> };
}

/** The target of an adapter as it was written. */
function targetIn(source: string): WrittenTarget {
  const module = { exports: {} as { target: WrittenTarget } };
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
  const context = createContext({
    module,
    exports: module.exports,
    require: (name: string) =>
      name.endsWith('talk') ? talk : { defineTarget: (target: unknown) => target, AdapterError: Error },
  });
  runInContext(code, context);
  return module.exports.target;
}

describe('a recorded visit', () => {
  it('becomes an adapter, by what happened in it, with no value of anybody’s', async () => {
    const headers = { authorization: `Bearer ${secrets.token}`, 'x-csrf-token': 'f0rgery' };
    const { source, columns, recorded } = await visit(api, async ({ ask }, origin) => {
      await ask(`${origin}/assets/app.css`);
      await ask(`${origin}/v2/gate`, {
        method: 'POST',
        body: { login: secrets.email, password: secrets.password, remember: true },
      });
      await ask(`${origin}/v2/self`, { headers });
      await ask(`${origin}/v2/people/${secrets.id}/rooms?limit=20`, { headers });
      await ask(`${origin}/v2/tapes/${film}/run?sig=s1gned`, { headers });
      await ask(`${origin}/v2/leave`, { method: 'POST', headers });
    });
    expect(recorded.origin).toBe(under?.origin);
    expect(source).toContain('body: { login: email, password, remember: true }');
    expect(source).toContain('sessionValues: keepToken(session, data?.jwt)');
    expect(source).toContain(
      `'who-am-i': (session) => say(session, { method: 'GET', url: '/v2/self', route: '/v2/self' })`,
    );
    expect(source).toContain('`/v2/people/$' + '{owner.id}/rooms`');
    expect(source).toContain('one.tapes?.flatMap((each) => each.url ?? [])');
    expect(source).toContain(
      "play(session, session.playable[pick % session.playable.length], '/v2/tapes/{id}/run', range)",
    );
    expect(source).toContain(
      "'sign-out': (session) => say(session, { method: 'POST', url: '/v2/leave', route: '/v2/leave' })",
    );
    expect(source).toContain("by: 'patients',");
    expect(source.replaceAll(/\n\/\/ /g, ' ')).toContain('TODO requests of the visit carried the header x-csrf-token');
    expect(columns).toEqual(['email', 'password', 'id']);
    for (const secret of [...Object.values(secrets), film, 's1gned', 'f0rgery', 'room-1'])
      expect(source).not.toContain(secret);
  });

  it('enrols by what the patient did, and waits until what was sent up can be played', async () => {
    const rooms: { id: string; url: string | null; isSent: boolean }[] = [];
    /** What is sent up is processed for so many looks at the list. */
    let looks = 0;
    let takes = 40;
    const reply = ({ method, path }: Asked): Reply => {
      const json = (body: Record<string, unknown>): Reply => ({
        body,
        headers: { 'content-type': 'application/json' },
      });
      const at = `${method} ${path}`;
      if (at === 'POST /auth/sign-in') return json({ token: secrets.token });
      if (at === 'POST /me/consultations') {
        const id = `6f1c2ab0-77aa-4c3e-9d11-00000000000${rooms.length}`;
        rooms.push({ id, url: null, isSent: false });
        return { ...json({ id }), status: 201 };
      }
      if (path.endsWith('/end-call')) {
        looks = takes;
        for (const room of rooms) room.isSent ||= path.includes(room.id);
      }
      if (method === 'POST') return { status: 204 };
      if (path.startsWith('/recordings/')) return { body: 'bytes', headers: { 'content-type': 'video/webm' } };
      looks -= 1;
      for (const room of rooms) if (room.isSent && looks < 0) room.url = `/recordings/${room.id}/content`;
      return json({ consultations: rooms.map(({ id, url }) => ({ id, recordings: url === null ? [] : [{ url }] })) });
    };
    const headers = { authorization: `Bearer ${secrets.token}` };
    const { source } = await visit(reply, async ({ ask }, origin) => {
      const body = { email: secrets.email, password: secrets.password };
      await ask(`${origin}/auth/sign-in`, { method: 'POST', body });
      const booked = {
        title: 'A knee',
        note: 'left',
        startsAt: '2030-01-01T10:00:00Z',
        modality: 'video',
        fileName: 'a.webm',
      };
      const { text } = await ask(`${origin}/me/consultations`, { method: 'POST', headers, body: booked });
      const at = `${origin}/me/consultations/${JSON.parse(text).id}`;
      await ask(`${at}/attend`, { method: 'POST', headers });
      const film = { ...headers, 'content-type': 'video/webm' };
      await ask(`${at}/end-call`, { method: 'POST', headers: film, body: new Uint8Array(3_000) });
      // More of the same than samples are taken of.
      for (let look = 0; look <= takes; look += 1) await ask(`${origin}/me/history`, { headers });
      await ask(`${origin}${rooms[0]?.url}`, { headers });
    });
    expect(source).toContain('watch: (session, { pick, range }) =>');
    takes = 3;
    const { enrolment } = targetIn(source);
    const session = { ...(under as UnderTest).session, playable: [] };
    const consultation = {
      title: 'T',
      note: 'N',
      startsAt: '2030-01-02T10:00:00Z',
      modality: 'video',
      fileName: 'b.webm',
    };
    await enrolment.addConsultation(session, consultation, new Uint8Array(10));
    expect(session.playable).toEqual(rooms.map(({ id }) => `/recordings/${id}/content`));
    expect(rooms).toHaveLength(2);
    // Not longer than it takes.
    expect(looks).toBe(-1);
  });

  it('that began at a form signs in by the form, with what the page hides', async () => {
    const reply = ({ method, path }: Asked): Reply => {
      if (`${method} ${path}` === 'GET /welcome')
        return {
          body: '<form method="post" action="/session"><input type="hidden" name="_csrf" value="h1dden"><input name="username"><input name="password" type="password"></form>',
          headers: { 'content-type': 'text/html' },
        };
      if (path === '/session')
        return { status: 303, headers: { location: '/home', 'set-cookie': 'sid=abc; HttpOnly' } };
      return { body: '<h1>home</h1>', headers: { 'content-type': 'text/html; charset=utf-8' } };
    };
    const { source } = await visit(reply, async ({ ask }, origin) => {
      await ask(`${origin}/welcome`);
      const body = new URLSearchParams({
        _csrf: 'h1dden',
        username: secrets.email,
        password: secrets.password,
      }).toString();
      await ask(`${origin}/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
    });
    expect(source).toContain("page: '/welcome',");
    expect(source).toContain('forms: [{ fields: { username: email, password } }],');
    expect(source).toContain("signedIn: { cookie: 'sid' },");
    for (const secret of [...Object.values(secrets), 'h1dden', 'abc']) expect(source).not.toContain(`'${secret}`);
  });

  it('to a system of pages becomes the adapter for pages', async () => {
    const html = (body: string): Reply => ({ body, headers: { 'content-type': 'text/html' } });
    const reply = ({ method, path }: Asked): Reply => {
      if (`${method} ${path}` === 'POST /door')
        return { status: 303, headers: { location: '/rooms', 'set-cookie': 'sid=abc; Path=/' } };
      if (path === '/door')
        return html('<form method="post"><input name="user"><input name="password" type="password"></form>');
      if (path === '/rooms') return html('<a href="/rooms/4711/tape?x=1&amp;y=2">watch</a>');
      if (path === '/rooms/4711/tape') return html('<video src="/store/0815.webm?sig=1"></video>');
      if (path === '/store/0815.webm') return { body: 'bytes', headers: { 'content-type': 'video/webm' } };
      if (path === '/my/page') return html(`<p>${secrets.email}</p>`);
      return { status: 303, headers: { location: '/door', 'set-cookie': 'sid=; Max-Age=0; Path=/' } };
    };
    const { source, todo } = await visit(reply, async ({ ask }, origin) => {
      await ask(`${origin}/door`);
      const body = new URLSearchParams({ user: secrets.email, password: secrets.password }).toString();
      await ask(`${origin}/door`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded' },
        body,
      });
      await ask(`${origin}/my/page`);
      await ask(`${origin}/rooms/4711/tape?x=1&y=2`);
      await ask(`${origin}/store/0815.webm?sig=1`);
      await ask(`${origin}/rooms/leave`, { method: 'POST' });
    });
    expect(source).toContain("import { web } from 'crosstalk/web';");
    expect(source).toContain("fields: ({ email = '', password = '' }) => ({ user: email, password }),");
    expect(source).toContain("signedIn: { cookie: 'sid' },");
    expect(source).toContain("history: { page: '/rooms', recordings: '/store/{id}', player: '/rooms/{id}/tape' },");
    expect(source).toContain("self: '/my/page',");
    expect(source).toContain("signOut: { action: '/rooms/leave' },");
    expect(todo).toHaveLength(1);
    for (const secret of [...Object.values(secrets), '4711', '0815']) expect(source).not.toContain(secret);
  });

  it('without a sign-in, or with what is not understood, says so', async () => {
    const { source } = await visit(
      () => ({ body: { value: 1 }, headers: { 'content-type': 'application/json' } }),
      async ({ ask }, origin) => {
        await ask(`${origin}/odd/thing`);
      },
    );
    expect(source).toContain('// TODO nobody signed in during the visit');
    expect(source).toContain('Seen in the visit, and taken for no action: GET /odd/thing.');
  });

  it('is refused in one sentence where it is none', () => {
    expect(() => recordingOf('PK\u0003\u0004', 'visit.har')).toThrow('visit.har is a zip archive');
    expect(() => recordingOf('{"log":', 'visit.har')).toThrow('may have been cut off');
    expect(() => recordingOf('{"log":{}}', 'visit.har')).toThrow('visit.har is no HAR recording: log.entries');
  });

  it('whatever it holds, puts no line into the file but its own', () => {
    const hostile = fc.constantFrom('\n', '*/', '`$', '{x}`', "'", '"', '\\', '{id}', '\u2028', 'a', '//');
    const text = fc.array(hostile, { maxLength: 6 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, text, text, (name, path, type) => {
        const entries = [
          {
            request: {
              method: 'POST',
              url: `http://target.example/login/${path}`,
              headers: [{ name: `x-token${name}`, value: name }],
              postData: {
                mimeType: `application/json${type}`,
                text: JSON.stringify({ password: 'p', [name]: { [name]: 1 } }),
              },
            },
            response: {
              status: 200,
              headers: [{ name: 'set-cookie', value: `${name}=1` }],
              content: {
                mimeType: `application/json${type}`,
                text: JSON.stringify({ [name]: [{ id: name, url: path }] }),
              },
            },
          },
        ];
        const recorded = recordedOf(recordingOf(JSON.stringify({ log: { entries } }), 'visit.har'));
        const { source } = recordedAdapter({
          name: 'a',
          headers: {},
          needing: new Map(),
          importedFrom: () => 'x',
          recorded,
        });
        expect(() => transformSync(source, { loader: 'ts' })).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });
});

describe('the schema of samples', () => {
  it('is of all of them together, without a value and without tables by id', () => {
    const one = schemaOf({ id: 'secret', list: [], more: null, 'ann@clinic.example': 1 });
    const other = schemaOf({ id: 'b', list: [{ url: 'u' }], more: { x: 1 } });
    expect(JSON.stringify(one)).not.toMatch(/secret|ann@/);
    expect(merged([one, other])).toMatchObject({
      required: ['id', 'list', 'more'],
      properties: {
        list: { type: 'array', items: { properties: { url: { type: 'string' } } } },
        more: { type: 'object' },
      },
    });
  });
});
