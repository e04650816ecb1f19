import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { createTransport } from './edge-transport.ts';

test('an instance that falls silent in mid-answer is given up', async () => {
  const origin = createServer((_request, response) => void response.writeHead(200).write('half'));
  await once(origin.listen(0, '127.0.0.1'), 'listening');
  try {
    const upstream = { node: 'app-1', port: (origin.address() as AddressInfo).port };
    const sent = createTransport(50)(upstream, { method: 'GET', url: '/', headers: {}, body: undefined });
    await expect(sent.answer.then(text)).rejects.toThrow();
  } finally {
    origin.closeAllConnections();
    origin.close();
  }
});
