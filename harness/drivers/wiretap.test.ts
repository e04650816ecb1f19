import { once } from 'node:events';
import { createServer, type RequestListener, request, type Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import type { Exchange } from '../history.ts';
import { traceparentOf } from '../tracing.ts';
import { sleep } from './sleep.ts';
import { openWiretap, type Wiretap } from './wiretap.ts';

const canary = canaryOf(7, patientIndex(3), 'title', 0);
const headers = { node: 'x-node', version: 'x-version' };
const declares = { headers, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
const waitMaxMs = 20_000;

let server: Server;
let wiretap: Wiretap;

async function through(listener: RequestListener): Promise<{ origin: string; heard: Exchange[]; values: string[] }> {
  server = createServer(listener).listen(0, '127.0.0.1');
  await once(server, 'listening');
  wiretap = await openWiretap({ run: 7, declares, allowedHosts: [] });
  const heard: Exchange[] = [];
  const values: string[] = [];
  wiretap.listenFor({
    session: 's1',
    record(exchange, sessionValues) {
      heard.push(exchange);
      values.push(...sessionValues);
    },
  });
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, heard, values };
}

afterEach(async () => {
  await wiretap.close();
  server.closeAllConnections();
  server.close();
});

/** As a browser asks its proxy. */
async function ask(url: string, cookie?: string): Promise<{ status: number; body: Buffer; broken: boolean }> {
  const asked = request(wiretap.server, { path: url, headers: { host: new URL(url).host, ...(cookie && { cookie }) } });
  asked.end();
  const [answer] = await once(asked, 'response');
  const chunks: Buffer[] = [];
  const broken = await (async () => {
    try {
      for await (const chunk of answer) chunks.push(chunk);
      return false;
    } catch {
      return true;
    }
  })();
  return { status: answer.statusCode, body: Buffer.concat(chunks), broken };
}

async function until(done: () => boolean): Promise<void> {
  const endsAt = Date.now() + waitMaxMs;
  while (!done() && Date.now() < endsAt) await sleep(5);
}

describe('the wiretap', () => {
  it('hands an answer on as it is, and hears what was in it, also when it is compressed', async () => {
    const packed = gzipSync(`<p>${canary}</p>`);
    const { origin, heard, values } = await through((_, answer) => {
      answer.setHeader('set-cookie', 'sid=0123456789abcdef0123');
      answer.writeHead(200, { 'content-encoding': 'gzip', 'x-node': 'app-1' }).end(packed);
    });
    const got = await ask(`${origin}/me/42?secret=1`, 'sid=x');
    expect(got).toEqual({ status: 200, body: packed, broken: false });
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([
      {
        method: 'GET',
        route: '/me/{id}',
        status: 200,
        node: 'app-1',
        credentials: 'cookie',
        sightings: [{ owner: 3 }],
      },
    ]);
    expect(heard[0]?.partial).toBeUndefined();
    expect(values).toEqual([expect.stringMatching(/^sid=/)]);
  });

  it('says to which trace a request belongs, behind the browser’s back, unless the page said so itself', async () => {
    const trace = { traceId: '1'.repeat(32), spanId: '2'.repeat(16), baggage: 'crosstalk.run=r' };
    const seen: unknown[] = [];
    const { origin } = await through((asked, answer) => {
      seen.push(asked.headers.traceparent);
      answer.end();
    });
    const heard: Exchange[] = [];
    wiretap.listenFor({ session: 's1', record: (exchange) => void heard.push(exchange), nextTrace: () => trace });
    await ask(`${origin}/`);
    const theirs = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16) };
    const own = request(wiretap.server, { path: `${origin}/`, headers: { traceparent: traceparentOf(theirs) } });
    own.end();
    await once(own, 'response');
    await until(() => heard.length === 2);
    expect(seen).toEqual([trace, theirs].map(traceparentOf));
    expect(heard.map(({ traceId, spanId }) => ({ traceId, spanId }))).toEqual([
      { traceId: trace.traceId, spanId: trace.spanId },
      theirs,
    ]);
  });

  it('hears a stream while it is open, and does not count it as under way', async () => {
    const { origin, heard } = await through((_, answer) => {
      answer.writeHead(200, { 'content-type': 'text/event-stream' });
      answer.write(`data: ${canary}\n\n`);
    });
    const asked = request(wiretap.server, { path: `${origin}/live` });
    asked.end();
    const [answer] = await once(asked, 'response');
    const [first] = await once(answer, 'data');
    expect(String(first)).toContain(canary);
    expect(wiretap.pending()).toBe(0);
    asked.destroy();
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([{ route: '/live', partial: true, sightings: [{ owner: 3 }] }]);
  });

  it('hands on as broken what broke off, and records it as no whole answer', async () => {
    const { origin, heard } = await through((_, answer) => {
      answer.writeHead(200, { 'content-length': '1000' });
      answer.write(canary);
      setTimeout(() => answer.destroy(), 20);
    });
    expect((await ask(`${origin}/x`)).broken).toBe(true);
    await until(() => heard.length > 0);
    expect(heard).toMatchObject([{ partial: true, sightings: [{ owner: 3 }] }]);
  });

  it('gives what a session asked for to that session, though another is at the browser when it comes', async () => {
    const held: { finish?: () => void } = {};
    const { origin, heard } = await through((_, answer) => {
      held.finish = () => answer.end(canary);
    });
    const later: Exchange[] = [];
    const asked = ask(`${origin}/slow`);
    await until(() => wiretap.pending() === 1 && held.finish !== undefined);
    wiretap.listenFor({ session: 's2', record: (exchange) => void later.push(exchange) });
    held.finish?.();
    await asked;
    await until(() => heard.length > 0);
    expect([heard.length, later.length]).toEqual([1, 0]);
  });

  it('reaches no host but those of the drill', async () => {
    const { origin } = await through((_, answer) => answer.end());
    expect((await ask(`${origin}/`)).status).toBe(200);
    expect((await ask('http://example.org/')).status).toBe(403);
    const socket = connect(Number(new URL(wiretap.server).port), '127.0.0.1');
    socket.write('CONNECT example.org:443 HTTP/1.1\r\n\r\n');
    const [said] = await once(socket, 'data');
    expect(String(said)).toContain('403');
    socket.destroy();
  });

  it('answers 502 for a target that is not there, and records that no answer came', async () => {
    const { origin, heard } = await through(() => {});
    server.close();
    server.closeAllConnections();
    expect((await ask(`${origin}/`)).status).toBe(502);
    expect(heard).toMatchObject([{ status: 0, partial: true }]);
  });
});
