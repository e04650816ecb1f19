// The client against a real server: what is sighted, what is kept, what a hang-up does to the connection.
import { once } from 'node:events';
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, describe, expect, it } from 'vitest';
import { canaryOf } from '../../fixtures/canary.ts';
import { patientIndex } from '../../fixtures/domain.ts';
import { traceparentOf, tracesOf } from '../tracing.ts';
import { type Client, requestTimeoutMs } from './client.ts';
import { nodeClient } from './node-client.ts';

const token = canaryOf(1, patientIndex(9), 'title', 2);
const declares = {
  headers: { node: 'x-node', version: 'x-version', requestId: 'x-id' },
  signOutBoundMs: 0,
  withdrawalBoundMs: 0,
  erasureBoundMs: 0,
  recordingReadyBoundMs: 0,
};

describe('node client', () => {
  let server: Server;
  let client: Client;
  afterEach(async () => {
    await client.close();
    server.closeAllConnections();
    server.close();
  });

  async function serve(listener: RequestListener): Promise<string> {
    server = createServer(listener).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    client = nodeClient({ session: 's', run: 1, origin, allowedHosts: ['127.0.0.1'], declares });
    return origin;
  }

  it('waits for an answer as long as it was told to', async () => {
    const origin = await serve(() => {});
    await client.close();
    const options = { session: 's', run: 1, origin, allowedHosts: ['127.0.0.1'], declares };
    client = nodeClient({ ...options, patienceMs: 200 - requestTimeoutMs });
    await expect(get()).rejects.toThrow('no whole answer within 200 ms');
  });

  const get = (url = '/', expect?: 'bytes') =>
    client.http.request({ method: 'GET', url, route: '/', ...(expect && { expect }) });

  it('sights canaries in headers, and in a compressed body as the client reads it, and names node and version', async () => {
    await serve((_, answer) => {
      answer.setHeader('content-encoding', 'gzip');
      answer.setHeader('x-note', token);
      answer.setHeader('x-node', 'app-7');
      answer.setHeader('x-version', 'v3');
      answer.end(gzipSync(`{"title":"${token.toUpperCase()}"}`));
    });
    expect((await get()).json()).toEqual({ title: token.toUpperCase() });
    expect(client.take().exchanges).toMatchObject([
      {
        status: 200,
        node: 'app-7',
        version: 'v3',
        connection: 's#1',
        credentials: 'none',
        sightings: [
          { owner: 9, kind: 'title', item: 2, where: 'header:x-note' },
          { owner: 9, kind: 'title', item: 2, where: 'body', offset: 10 },
        ],
      },
    ]);
    expect(client.take().exchanges).toEqual([]);
  });

  it('sends each request as a span of the operation’s trace, a stream beside it too, and nothing of it unless it is told to', async () => {
    const seen: unknown[] = [];
    const origin = await serve((request, answer) => {
      seen.push(request.headers.traceparent);
      answer.end(String(request.headers.baggage));
    });
    client.begin('s/1');
    expect((await get()).text).toBe('undefined');
    await client.close();
    client = nodeClient({ session: 's', run: 1, origin, allowedHosts: [], declares, traceRun: 'run 1' });
    expect((await get()).text).toBe('undefined');
    client.begin('s/1');
    expect((await get()).text).toBe('crosstalk.run=run%201');
    await get();
    const beside = client.beside();
    beside.begin('s/2');
    await beside.http.request({ method: 'GET', url: '/', route: '/' });
    const exchanges = [...client.take().exchanges, ...beside.take().exchanges];
    await beside.close();
    const [one, two] = ['s/1', 's/2'].map(tracesOf('run 1'));
    const sent = [one?.spanIdOf(1), one?.spanIdOf(2), two?.spanIdOf(1)];
    expect(exchanges.map(({ spanId }) => spanId)).toEqual([undefined, ...sent]);
    const told = exchanges.slice(1).map(({ traceId = '', spanId = '' }) => traceparentOf({ traceId, spanId }));
    expect(seen).toEqual([undefined, undefined, ...told]);
  });

  it('joins the lines of one header, as everybody does', async () => {
    await serve((_, answer) => answer.setHeader('set-cookie', ['a=1; Path=/', 'b=2']).end());
    const response = await get();
    expect(response.header('Set-Cookie')).toBe('a=1; Path=/, b=2');
    expect(response.header('x-none')).toBeUndefined();
  });

  it('scans an error as it does any other answer', async () => {
    await serve((_, answer) => answer.writeHead(500).end(`oops ${token}`));
    expect((await get()).status).toBe(500);
    expect(client.take().exchanges[0]?.sightings).toMatchObject([{ owner: 9 }]);
  });

  it('keeps cookies, knows their values only by fingerprint, and freezes them on demand', async () => {
    const seen: (string | undefined)[] = [];
    await serve((request, answer) => {
      seen.push(request.headers.cookie);
      answer.setHeader('set-cookie', [`sid=secret-value-number-${seen.length}; HttpOnly`, 'lang=en']).end();
    });
    await get();
    client.freezeCookies();
    await get();
    await get();
    expect(seen).toEqual([undefined, 'sid=secret-value-number-1; lang=en', 'sid=secret-value-number-1; lang=en']);
    const { exchanges, sessionValues } = client.take();
    expect(sessionValues).toHaveLength(3);
    expect(new Set(sessionValues).size).toBe(3);
    expect(JSON.stringify({ exchanges, sessionValues })).not.toContain('secret-value');
  });

  it('hangs up in mid-answer, keeps what was sighted until then, and goes on over a new connection', async () => {
    let closed = 0;
    await serve((request, answer) => {
      if (request.url === '/ok') return void answer.end('ok');
      request.socket.once('close', () => closed++);
      answer.write(`${token} and then`);
    });
    client.hangUpAfter(1_000);
    await expect(get('/', 'bytes')).rejects.toMatchObject({ reason: 'aborted' });
    client.hangUpAfter(null);
    expect((await get('/ok')).text).toBe('ok');
    const [cut, next] = client.take().exchanges;
    expect(cut).toMatchObject({ partial: true, sightings: [{ owner: 9 }], connection: 's#1' });
    expect(next).toMatchObject({ status: 200, connection: 's#2' });
    expect(closed).toBe(1);
  });

  it('says that nobody answers, and refuses to follow a link to a host that the drill does not allow', async () => {
    await serve((_, answer) => answer.end());
    await expect(get('http://elsewhere.example/video')).rejects.toThrow(/elsewhere\.example.*allowHosts/);
    await new Promise((resolve) => server.close(resolve));
    await expect(get()).rejects.toMatchObject({ reason: 'connection-error' });
    expect(client.take().exchanges).toMatchObject([{ status: 0 }]);
  });

  it('names the route of a body that is not JSON', async () => {
    await serve((_, answer) => answer.end('<html>'));
    const response = await client.http.request({ method: 'GET', url: '/x', route: '/x/{id}' });
    expect(() => response.json()).toThrow(/GET \/x\/\{id\} answered 200 with a body of 6 characters that is not JSON/);
  });

  it('cuts an upload off in its middle, however fast the network is', async () => {
    let received = 0;
    const cut = new Promise<void>((resolve) => {
      void serve((request) => {
        request.on('data', (chunk: Buffer) => {
          received += chunk.length;
        });
        request.once('error', () => resolve());
      });
    });
    await new Promise((resolve) => setTimeout(resolve, 50));
    client.hangUpAfter(1_000);
    const body = new Uint8Array(30_000);
    await expect(client.http.request({ method: 'POST', url: '/', route: '/', body })).rejects.toMatchObject({
      reason: 'aborted',
    });
    await cut;
    expect(received).toBe(15_000);
  });

  it('reads a stream beside other requests, with the same cookies and a record of its own', async () => {
    const cookies: (string | undefined)[] = [];
    await serve((request, answer) => {
      cookies.push(request.headers.cookie);
      if (request.url === '/in') return void answer.setHeader('set-cookie', 'sid=1').end();
      if (request.url !== '/live') return void answer.end('ok');
      answer.write('event: hello\n\n');
      setTimeout(() => answer.end(`data: ${token}\n\n`), 200);
    });
    await get('/in');
    const beside = client.beside();
    const live = beside.http.request({ method: 'GET', url: '/live', route: '/live', streamsForMs: 200 });
    await new Promise((resolve) => setTimeout(resolve, 50));
    await get('/other');
    expect(client.take().exchanges.map(({ connection }) => connection)).toEqual(['s#1', 's#1']);
    expect((await live).text).toContain('hello');
    expect(beside.take().exchanges).toMatchObject([{ connection: 's#2', sightings: [{ owner: 9 }] }]);
    expect(cookies).toEqual([undefined, 'sid=1', 'sid=1']);
    await beside.close();
  });
});
