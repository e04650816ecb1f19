import { describe, expect, test } from 'vitest';
import { graphql, textsAt, valuesAt } from './graphql.ts';
import type { HttpRequest, SessionContext } from './target.ts';

function asked(status: number, text: string) {
  const requests: HttpRequest[] = [];
  const session = {
    origin: 'http://127.0.0.1:1',
    memory: new Map(),
    http: {
      async request(request: HttpRequest) {
        requests.push(request);
        return { status, text, header: () => undefined, json: () => JSON.parse(text) };
      },
    },
  } as unknown as SessionContext;
  return { requests, answer: graphql(session, { name: 'History', query: 'query History { me { id } }' }) };
}

const answered = async (status: number, body: unknown) =>
  (await asked(status, typeof body === 'string' ? body : JSON.stringify(body)).answer).result;

describe('an answer', () => {
  test('with data and no errors is ok; the operation’s name stands for the route', async () => {
    const { requests, answer } = asked(200, '{"data":{"me":{"id":"7"}}}');
    expect(await answer).toMatchObject({ data: { me: { id: '7' } }, result: { outcome: 'ok' } });
    expect(requests).toEqual([
      expect.objectContaining({
        method: 'POST',
        url: '/graphql',
        route: '/graphql#History',
        body: { operationName: 'History', query: 'query History { me { id } }', variables: {} },
      }),
    ]);
  });

  test('of 200 with errors is what the errors say, and never in the target’s words', async () => {
    const refused = { data: null, errors: [{ message: 'Ann Smith may not', extensions: { code: 'FORBIDDEN' } }] };
    expect(await answered(200, refused)).toEqual({ outcome: 'refused', detail: 'History: 1 errors, FORBIDDEN' });
    const failed = { data: { me: null }, errors: [{ message: 'Ann Smith is broken' }] };
    expect(await answered(200, failed)).toEqual({ outcome: 'failed', detail: 'History: 1 errors' });
  });

  test('of another status is what the status says', async () => {
    expect(await answered(401, { errors: [{ message: 'no' }] })).toMatchObject({ outcome: 'refused' });
    expect(await answered(403, '')).toEqual({ outcome: 'refused', detail: '403' });
    expect(await answered(502, '<html>')).toEqual({ outcome: 'failed', detail: '502' });
  });

  test('that is no GraphQL is a failure', async () => {
    expect(await answered(200, '<html>')).toMatchObject({
      outcome: 'failed',
      detail: expect.stringContaining('no GraphQL'),
    });
    expect(await answered(200, '[]')).toMatchObject({ outcome: 'failed' });
  });
});

test('what stands at a path is found through lists, and what is not there left out', () => {
  const data = {
    me: { visits: { edges: [{ node: { id: 1, video: 'a' } }, { node: { id: '2', video: null } }, null] } },
  };
  expect(textsAt(data, 'me.visits.edges.node.id')).toEqual(['1', '2']);
  expect(textsAt(data, 'me.visits.edges.node.video')).toEqual(['a']);
  expect(valuesAt(data, 'me.nothing.there')).toEqual([]);
  expect(valuesAt(null, 'me')).toEqual([]);
});
