import { expect, test } from 'vitest';
import { seamsWith } from './bugs/index.ts';
import { createLiveStream, type LiveEvent, type LiveStream, openStreamDesk, type StreamDesk } from './live-streams.ts';

const event = (patientId: string, atUs: number): LiveEvent => ({
  id: `event ${atUs}`,
  atUs,
  patientId,
  kind: 'booked',
  consultationId: 'c1',
  title: `of ${patientId}`,
});

const standIn = (patientId: string): LiveStream => ({
  patientId,
  sessionId: `session of ${patientId}`,
  send: () => {},
  end: () => {},
});

/** Four enter, the second leaves; whose stream each of the others' events would go to. */
function routesAfter(desk: StreamDesk, how: 'ended' | 'cut'): readonly string[][] {
  const streams = ['a', 'b', 'c', 'd'].map(standIn);
  for (const stream of streams) desk.enter(stream);
  const [, second] = streams;
  if (second !== undefined) desk.leave(second, how);
  return ['a', 'b', 'c', 'd'].map((patientId) => desk.streamsOf(patientId).map((stream) => stream.patientId));
}

test('the desk knows whose streams are open, however one left', () => {
  for (const how of ['ended', 'cut'] as const) {
    expect(routesAfter(openStreamDesk(), how)).toEqual([['a'], [], ['c'], ['d']]);
  }
  const desk = openStreamDesk();
  const [one, two] = [standIn('a'), standIn('a')];
  desk.enter(one);
  desk.enter(two);
  expect(desk.streamsOf('a')).toEqual([one, two]);
  desk.leave(one, 'cut');
  expect([desk.streamsOf('a'), desk.all()]).toEqual([[two], [two]]);
});

test('with stream-misrouted it is right until one is cut', () => {
  const { openStreamDesk: openWrongDesk } = seamsWith(['stream-misrouted']);
  expect(routesAfter(openWrongDesk(), 'ended')).toEqual([['a'], [], ['c'], ['d']]);
  expect(routesAfter(openWrongDesk(), 'cut')).toEqual([['a'], [], ['d'], []]);
});

test('a stream greets, tells each event once and none that is too old, and says how it left', async () => {
  const leaves: string[] = [];
  const start = { patientId: 'a', sessionId: 's', name: 'Pat', afterUs: 10, forMs: 5_000 };
  const open = () => createLiveStream({ ...start, left: (_, how) => leaves.push(how) });
  const { stream, body } = open();
  for (const atUs of [9, 10, 11, 11, 12]) stream.send(event('a', atUs));
  stream.end();
  stream.send(event('a', 13));
  const chunks: string[] = [];
  for await (const chunk of body) chunks.push(String(chunk));
  const text = chunks.join('');
  expect(text.startsWith('event: hello\ndata: {"patient":{"id":"a","name":"Pat"}}\n\n')).toBe(true);
  expect(text.match(/^id: .*$/gm)).toEqual(['id: 11', 'id: 12']);
  const second = open();
  second.body.destroy();
  await new Promise((resolve) => setImmediate(resolve));
  expect(leaves).toEqual(['ended', 'cut']);
});

test('a stream whose client reads nothing is ended before it fills the memory', () => {
  const { stream, body } = createLiveStream({
    patientId: 'a',
    sessionId: 's',
    name: 'Pat',
    afterUs: 0,
    forMs: 5_000,
    left: () => {},
  });
  for (let atUs = 1; atUs < 10_000; atUs += 1) stream.send(event('a', atUs));
  expect(body.readableLength).toBeLessThan(70_000);
  body.destroy();
});
