// The board at the desk, as k6's users reach it: over the loopback, behind the secret path.
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openBoard } from './board.ts';
import { type Desk, openDesk } from './k6-desk.ts';

describe('the board at the desk', () => {
  let desk: Desk;
  beforeEach(async () => {
    desk = await openDesk({
      makeRecording: () => Promise.reject(new Error('not in this test')),
      meet: () => Promise.resolve(false),
      board: openBoard(1_000),
    });
  });
  afterEach(() => desk.close());

  const post = (name: string, body: string) => fetch(`${desk.url}/board/${name}`, { method: 'POST', body });
  const read = (name: string) => fetch(`${desk.url}/board/${name}`);

  it('gives a link to whoever asks, also to those who asked before it was posted', async () => {
    const link = '/recordings/1/content?exp=9&sig=ä';
    const early = read('t0.1%2Flink');
    expect((await post('t0.1%2Flink', link)).status).toBe(204);
    expect(await (await early).text()).toBe(link);
    expect(await (await read('t0.1%2Flink')).text()).toBe(link);
  });

  it('keeps nobody waiting for ever, and takes no endless link', async () => {
    expect((await read('never')).status).toBe(404);
    expect((await post('long', 'x'.repeat(20_000))).status).toBe(413);
    expect((await read('long')).status).toBe(404);
  });

  it('outlives whoever hangs up in the middle of a post', async () => {
    const { hostname, port, pathname } = new URL(desk.url);
    const socket = connect(Number(port), hostname);
    socket.write(`POST ${pathname}/board/half HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nhalf of`);
    await new Promise((resolve) => setTimeout(resolve, 50));
    socket.destroy();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect((await read('half')).status).toBe(404);
  });

  it('answers no one without the secret', async () => {
    await post('a', '/link');
    const elsewhere = new URL('/board/a', desk.url).href;
    expect((await fetch(elsewhere)).status).toBe(404);
  });
});
