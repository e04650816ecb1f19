// A name that is connected to elsewhere: what the server is asked for is the name, and so is what TLS asks for.
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, createServer as createTcpServer } from 'node:net';
import { TLSSocket } from 'node:tls';
import { afterEach, describe, expect, it } from 'vitest';
import { addressPattern, bare, namePattern, placeOf, portOf } from './connect-to.ts';
import { nodeClient } from './node-client.ts';

const declares = { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
const get = { method: 'GET', url: '/', route: '/' } as const;

describe('the place of a name', () => {
  it('is the address with its port, or the port that was asked for', () => {
    const wanted = { hostname: 'a.example', port: 443 };
    expect(placeOf(wanted)).toEqual(wanted);
    expect(placeOf(wanted, { 'b.example': '127.0.0.1' })).toEqual(wanted);
    expect(placeOf(wanted, { 'a.example': '127.0.0.1' })).toEqual({ hostname: '127.0.0.1', port: 443 });
    expect(placeOf(wanted, { 'a.example': '127.0.0.1:8443' })).toEqual({ hostname: '127.0.0.1', port: 8443 });
    expect(placeOf(wanted, { 'a.example': '[::1]:8443' })).toEqual({ hostname: '[::1]', port: 8443 });
    expect(placeOf(wanted, { 'a.example': '[::1]' })).toEqual({ hostname: '[::1]', port: 443 });
    const both = { 'a.example': '127.0.0.1', 'a.example:443': '127.0.0.2' };
    expect(placeOf(wanted, both).hostname).toBe('127.0.0.2');
    expect(placeOf({ ...wanted, port: 80 }, both).hostname).toBe('127.0.0.1');
    expect([bare('[::1]'), bare('127.0.0.1')]).toEqual(['::1', '127.0.0.1']);
    expect([portOf(new URL('https://a')), portOf(new URL('http://a')), portOf(new URL('http://a:81'))]).toEqual([
      443, 80, 81,
    ]);
  });

  it('is written as an address, for a name would be looked up again', () => {
    for (const good of ['127.0.0.1', '127.0.0.1:8443', '[::1]', '[2001:db8::7]:443'])
      expect(good).toMatch(addressPattern);
    for (const bad of ['localhost', 'a.example:1', '::1', '127.0.0.1:', 'http://127.0.0.1'])
      expect(bad).not.toMatch(addressPattern);
    for (const bad of ['https://a.example', 'A.example', 'a.example/', '[::1]']) expect(bad).not.toMatch(namePattern);
  });
});

describe('the node client', () => {
  let server: Server | ReturnType<typeof createTcpServer>;
  afterEach(() => void server.close());

  async function listening(): Promise<number> {
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return (server.address() as AddressInfo).port;
  }

  it('asks there for the name, and keeps the cookies of its domain', async () => {
    const seen: (string | undefined)[][] = [];
    server = createServer(({ headers }, answer) => {
      seen.push([headers.host, headers.cookie]);
      answer.setHeader('set-cookie', 'sid=1; Domain=example.org').end();
    });
    const port = await listening();
    const connectTo = { 'staging.example.org': `127.0.0.1:${port}` };
    const origin = 'http://staging.example.org';
    const client = nodeClient({
      session: 's',
      run: 1,
      origin,
      allowedHosts: ['media.example.org'],
      connectTo,
      declares,
    });
    await client.http.request(get);
    await client.http.request(get);
    await client.close();
    expect(seen).toEqual([
      ['staging.example.org', undefined],
      ['staging.example.org', 'sid=1'],
    ]);
    expect(client.origin).toBe(origin);
  });

  it('asks for the name in TLS', async () => {
    let asked: unknown;
    server = createTcpServer((socket) => {
      const SNICallback = (name: string): void => {
        asked = name;
        socket.destroy();
      };
      socket.on('error', () => {});
      new TLSSocket(socket, { isServer: true, SNICallback }).on('error', () => {});
    });
    const connectTo = { 'staging.example.org:443': `127.0.0.1:${await listening()}` };
    const origin = 'https://staging.example.org';
    const client = nodeClient({ session: 's', run: 1, origin, allowedHosts: [], connectTo, declares });
    await expect(client.http.request(get)).rejects.toThrow('GET /');
    await client.close();
    expect(asked).toBe('staging.example.org');
  });
});
