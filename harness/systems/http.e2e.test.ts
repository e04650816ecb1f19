// HTTP calls that break and mend, to a real server that keeps what it was told.
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { random } from '../../fixtures/random.ts';
import { freePort } from '../../mocks/clinic/real/ports.ts';
import { faultNamed } from '../faults/index.ts';
import { callerOf } from './call.ts';
import { systemHosts, systemsSchema } from './index.ts';
import { reachWith } from './reach-under-test.ts';
import { bite, healAfterKill, type SystemUnderTest, systemUnderTest } from './system-under-test.ts';

const token = 'Bearer not-much-of-a-secret';

describe('http', () => {
  let server: Server;
  let url = '';
  let under: SystemUnderTest;
  let state = 'on';
  let said: string[] = [];

  async function bodyOf(request: IncomingMessage): Promise<string> {
    let body = '';
    for await (const part of request) body += part;
    return body;
  }
  const broken = { json: { path: 'flags.0.state', equals: 'off' } };
  const whole = { status: 200, json: { path: 'flags.0.state', equals: 'on' } };

  beforeAll(async () => {
    process.env.HTTP_UNDER_TEST_TOKEN = token;
    server = createServer(async (request, answer) => {
      const body = await bodyOf(request);
      const { pathname } = new URL(request.url ?? '', 'http://host');
      if (pathname === '/moved') return answer.writeHead(302, { location: '/flag' }).end();
      if (pathname === '/silent') return;
      if (pathname === '/host') return answer.end(`${request.rawHeaders.join(' ')} ${said.push(body)}`);
      if (pathname === '/large') return answer.end(Buffer.alloc(3_000_000, 'x'));
      if (request.method === 'GET') return answer.end(JSON.stringify({ flags: [{ state }] }));
      said.push(`${request.method} ${body} ${request.headers['content-type']}`);
      if (request.headers.authorization !== token)
        return answer.writeHead(401).end(`no ${request.headers.authorization}`);
      if (pathname === '/flag') state = JSON.parse(body).state;
      answer.writeHead(204).end();
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const call = (path: string, to: string) => ({
      method: 'PUT',
      url: `${url}${path}`,
      authorizationEnv: 'HTTP_UNDER_TEST_TOKEN',
      body: { state: to },
    });
    const common = {
      use: 'http',
      heal: call('/flag', 'on'),
      witness: { url: `${url}/flag`, broken, whole },
      faults: ['http'],
    };
    under = systemUnderTest({
      flags: { ...common, break: call('/flag', 'off') },
      idle: { ...common, break: call('/elsewhere', 'off') },
    });
  });
  beforeEach(() => {
    state = 'on';
    said = [];
  });
  afterAll(async () => {
    delete process.env.HTTP_UNDER_TEST_TOKEN;
    server?.closeAllConnections();
    server?.close();
  });

  it('breaks and heals', async () => {
    expect(await bite(under, 'http@flags')).toEqual({
      bit: true,
      proof: `the witness shows what "broken" describes (GET ${url}/flag: status 200)`,
    });
    expect(state).toBe('on');
    // Mended once, and not again and again.
    expect(said).toEqual(['PUT {"state":"off"} application/json', 'PUT {"state":"on"} application/json']);
  });

  it('is no proof when nothing is seen', async () => {
    expect(await bite(under, 'http@idle', { proofMaxMs: 300 })).toEqual({
      bit: false,
      proof: `the witness does not show what "broken" describes (GET ${url}/flag: status 200)`,
    });
  });

  it('is healed after the harness was killed', async () => {
    await healAfterKill(under, 'http@flags', async () => expect(state).toBe('off'));
    expect(state).toBe('on');
  });

  it('tells status and address of what went wrong, and no secret', async () => {
    process.env.HTTP_UNDER_TEST_TOKEN = 'Bearer another-secret';
    try {
      const { levers } = systemUnderTest(under.systems);
      const fault = faultNamed('http@flags');
      const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
      await expect(fault.inject(levers, memory)).rejects.toThrow(new RegExp(`^PUT ${url}/flag was answered with 401$`));
    } finally {
      process.env.HTTP_UNDER_TEST_TOKEN = token;
    }
    process.env.HTTP_UNDER_TEST_TOKEN = 'two\nlines of a secret';
    expect(() => systemUnderTest(under.systems)).toThrow(/HTTP_UNDER_TEST_TOKEN holds what no header may/);
    process.env.HTTP_UNDER_TEST_TOKEN = token;
  });

  it('follows no redirect, waits no longer than it may, and keeps little', async () => {
    await expect(callerOf({ url: `${url}/moved` }).mustDo(20_000)).rejects.toThrow(
      /with 302, and redirects are not fol/,
    );
    await expect(callerOf({ url: `${url}/silent?q=1` }).send(200)).rejects.toThrow(
      /silent was not answered within 200 ms/,
    );
    expect((await callerOf({ url: `${url}/large` }).send(20_000)).body).toHaveLength(262_144);
  });

  it('sends the headers that are given, the host too, on a connection of its own', async () => {
    process.env.HTTP_UNDER_TEST_BODY = 'a body';
    await callerOf({ method: 'POST', url: `${url}/host`, bodyEnv: 'HTTP_UNDER_TEST_BODY' }).send(20_000);
    delete process.env.HTTP_UNDER_TEST_BODY;
    const { body } = await callerOf({ url: `${url}/host`, headers: { host: 'edge.example', 'x-one': '1' } }).send(
      20_000,
    );
    expect(body.toLowerCase()).toMatch(/host edge\.example/);
    expect(body.toLowerCase()).not.toMatch(/127\.0\.0\.1/);
    expect(body.toLowerCase()).toMatch(/connection close/);
    expect(body.toLowerCase()).toMatch(/x-one 1/);
    expect(said).toEqual(['a body', '']);
  });

  it('speaks to the hosts of all its addresses', () => {
    const at = (host: string) => ({ url: `https://${host}/x` });
    const systems = systemsSchema.parse({
      flags: {
        use: 'http',
        break: at('one.example'),
        heal: at('two.example'),
        witness: { ...at('three.example'), broken: { noAnswer: true }, whole: { body: 'well' } },
        faults: ['http'],
      },
    });
    expect(systemHosts(systems)).toEqual(['one.example', 'two.example', 'three.example']);
  });

  it('says what is wrong', async () => {
    const reach = (change: object): Promise<void> => reachWith(under, 'flags', change);
    const witness = { url: `${url}/flag`, broken, whole };
    await expect(reach({ witness: { ...witness, broken: whole } })).rejects.toThrow(
      /shows what "broken" describes though/,
    );
    await expect(reach({ witness: { ...witness, whole: { status: 500 } } })).rejects.toThrow(
      /does not show what "whole"/,
    );
    await expect(reach({ witness: { ...witness, url: `http://127.0.0.1:${await freePort()}` } })).rejects.toThrow(
      /does not show what "whole" describes .*no answer/,
    );
    expect(() => reach({ witness: { ...witness, broken: {} } })).toThrow(/must say what is to be seen/);
    expect(() => reach({ witness: { ...witness, broken: { noAnswer: true, status: 500 } } })).toThrow(/noAnswer alone/);
    const call = (change: object) => ({ break: { url: `${url}/flag`, ...change } });
    expect(() => reach(call({ url: 'http://user:secret@127.0.0.1/' }))).toThrow(/must hold no user and password/);
    expect(() => reach(call({ url: `${url}?token=1` }))).toThrow(/must hold no secret in its query/);
    expect(() => reach(call({ url: 'ftp://127.0.0.1/' }))).toThrow(/an address of http or https/);
    expect(() => reach(call({ headers: { 'x-api-key': 'secret' } }))).toThrow(
      /name its environment variable under headersEnv/,
    );
    expect(() => reach(call({ headersEnv: { 'x-api-key': 'NOT_SET_ANYWHERE' } }))).toThrow(
      /NOT_SET_ANYWHERE, which is not/,
    );
    expect(() => reach(call({ bodyEnv: 'NOT_SET_ANYWHERE' }))).toThrow(
      /the body of POST .* NOT_SET_ANYWHERE, which is/,
    );
    expect(() => reach(call({ bodyEnv: 'X', body: 'x' }))).toThrow(/both a body and a bodyEnv/);
    expect(() => reach(call({ method: 'GET', body: 'x' }))).toThrow(/has a body, which no GET may have/);
    expect(() => reach(call({ headers: { 'x-reason': 'two\nlines' } }))).toThrow(/printable letters/);
    expect(() => reach(call({ methd: 'PUT' }))).toThrow(/methd/);
  });
});
