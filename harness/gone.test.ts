import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { isGone } from './gone.ts';

let server: Server;
let url = '';
beforeEach(async () => {
  server = createServer((_, response) => response.end('here'));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => void server.close());

it('a clinic that answers is there, one that nothing listens for is gone, and of others nobody can say', async () => {
  expect(await isGone('clinic', url)).toBe(false);
  await new Promise((resolve) => server.close(resolve));
  expect(await isGone('clinic', url)).toBe(true);
  expect(await isGone('./staging.ts', url)).toBe(false);
  expect(await isGone('clinic', 'http://clinic.example')).toBe(false);
  expect(await isGone('clinic', 'nowhere')).toBe(false);
});

it('one that is about to stop is waited for', async () => {
  setTimeout(() => server.close().closeAllConnections(), 600);
  expect(await isGone('clinic', url, 10_000)).toBe(true);
});
