// What adapters are made of, against answers as short as they can be.
import { describe, expect, it } from 'vitest';
import { patientIndex } from '../../fixtures/domain.ts';
import {
  expectOk,
  form,
  keepConsultation,
  keepToken,
  listenTo,
  onConsultation,
  play,
  say,
  send,
  untilReady,
  withQuery,
} from './talk.ts';
import type { HttpRequest, HttpResponse, SessionContext } from './target.ts';

const answer = (status: number, text = ''): HttpResponse => ({
  status,
  text,
  header: () => undefined,
  json: () => JSON.parse(text),
});

function opened(...answers: readonly HttpResponse[]) {
  const sent: HttpRequest[] = [];
  const waiting = [...answers];
  const session: SessionContext = {
    http: {
      request: async (request) => {
        sent.push(request);
        return waiting.shift() ?? answer(200);
      },
    },
    origin: 'http://target.example',
    patient: patientIndex(0),
    account: {},
    accountOf: () => ({}),
    clinicianAccountOf: () => ({}),
    consultation: () => ({ item: 0, title: '', note: '', startsAt: '', modality: 'video', fileName: '' }),
    recording: async () => new Uint8Array(),
    memory: new Map(),
    playable: [],
    postedLink: null,
    signedIn: 'yes',
    issued: () => {},
  };
  return { session, sent };
}

const me: HttpRequest = { method: 'GET', url: '/me', route: '/me' };

describe('requests of a session', () => {
  it('carry its token, to its own host alone, until there is none', async () => {
    const { session, sent } = opened();
    expect(keepToken(session, 'abc')).toEqual(['abc']);
    await send(session, { ...me, headers: { 'x-own': '1' } });
    await send(session, { ...me, url: 'https://elsewhere.example/me' });
    expect(keepToken(session, undefined)).toEqual([]);
    await send(session, me);
    expect(sent.map(({ headers }) => headers)).toEqual([{ 'x-own': '1', authorization: 'Bearer abc' }, {}, {}]);
  });

  it.each([
    [204, 'ok'],
    [404, 'refused'],
    [500, 'failed'],
  ])('status %d is %s', async (status, outcome) => {
    expect(await say(opened(answer(status)).session, me)).toMatchObject({ outcome });
  });

  it('act on a consultation that was booked, and on no other', async () => {
    const { session } = opened();
    keepConsultation(session, 4, 'c-4');
    const act = async (id: string) => ({ outcome: 'ok' as const, detail: id });
    expect(await onConsultation(session, 4, act)).toEqual({ outcome: 'ok', detail: 'c-4' });
    expect(await onConsultation(session, 5, act)).toMatchObject({ outcome: 'failed' });
  });

  it('play a link as bytes, or the range of it, and nothing without one', async () => {
    const { session, sent } = opened();
    await play(session, '/v/1', '/v/{id}', { firstByte: 0, lastByte: 9 });
    expect(sent).toEqual([expect.objectContaining({ expect: 'bytes', headers: { range: 'bytes=0-9' } })]);
    expect(await play(session, undefined, '/v/{id}')).toMatchObject({ outcome: 'failed' });
  });

  it('listen on from where the last stream ended', async () => {
    const { session, sent } = opened(answer(200, 'id: 7\ndata: a\n\nid: 9\ndata: b\n\n'));
    await listenTo(session, me);
    await listenTo(session, me);
    expect(sent.map(({ headers }) => headers?.['last-event-id'])).toEqual([undefined, '9']);
  });

  it('wait until something is ready, but neither for ever nor past a refusal', async () => {
    const isReady = ({ text }: HttpResponse): boolean => text === 'ready';
    const asked = async (...answers: readonly HttpResponse[]): Promise<[HttpResponse, number]> => {
      const { session, sent } = opened(...answers);
      return [await untilReady(() => send(session, me), isReady), sent.length];
    };
    expect(await asked(answer(200, 'not yet'), answer(200, 'ready'))).toMatchObject([{ text: 'ready' }, 2]);
    expect(await asked(answer(404))).toMatchObject([{ status: 404 }, 1]);
    expect((await asked())[1]).toBe(60);
  });
});

describe('what is written and read', () => {
  it('puts a query behind a path, without what is undefined', () => {
    expect(withQuery('/a', { x: undefined })).toBe('/a');
    expect(withQuery('/a', { x: 1, y: 'b&c' })).toBe('/a?x=1&y=b%26c');
    expect(withQuery('/a?z=0', { x: 1 })).toBe('/a?z=0&x=1');
  });

  it('writes forms', () => {
    const { headers, body } = form({ email: 'a@b', note: 'x&y' });
    expect(new TextDecoder().decode(body)).toBe('email=a%40b&note=x%26y');
    expect(headers).toEqual({ 'content-type': 'application/x-www-form-urlencoded' });
  });

  it('lets no enrolment go on after an answer that is none', () => {
    expect(expectOk(answer(201), 'enrolling')).toMatchObject({ status: 201 });
    expect(() => expectOk(answer(409, 'taken'), 'enrolling')).toThrow('enrolling: the target answered 409: taken');
  });
});
