import { describe, expect, it } from 'vitest';
import type { Http, HttpResponse } from '../targets/target.ts';
import { patiently } from './patient-client.ts';

const answer = (status: number, headers: Record<string, string> = {}): HttpResponse => ({
  status,
  header: (name) => headers[name],
  text: '',
  json: () => ({}),
});

/** Answers one after another, and the last for ever. */
async function asked(
  answers: readonly HttpResponse[],
  conflictStatuses: readonly number[] = [],
): Promise<{ status: number; requests: number; pauses: number[] }> {
  const pauses: number[] = [];
  let requests = 0;
  const http: Http = {
    async request() {
      requests += 1;
      return answers[Math.min(requests, answers.length) - 1] as HttpResponse;
    },
  };
  const wait = async (ms: number): Promise<void> => void pauses.push(ms);
  const { request } = patiently(http, { conflictStatuses }, wait);
  const { status } = await request({ method: 'POST', url: '/users', route: '/users', body: {} });
  return { status, requests, pauses };
}

describe('while people are made', () => {
  it('a target that limits its callers is asked again when it says', async () => {
    const limited = answer(429, { 'retry-after': '2' });
    expect(await asked([limited, limited, answer(201)])).toEqual({ status: 201, requests: 3, pauses: [2_000, 2_000] });
    expect((await asked([answer(429), answer(429), answer(201)])).pauses).toEqual([500, 1_000]);
    expect((await asked([answer(503, { 'retry-after': '1' }), answer(201)])).status).toBe(201);
  });

  it('a conflict is repeated only where the target declares it for one', async () => {
    expect(await asked([answer(409), answer(201)])).toEqual({ status: 409, requests: 1, pauses: [] });
    expect((await asked([answer(409), answer(201)], [409])).status).toBe(201);
  });

  it('nobody waits for ever, and what is meant is not repeated', async () => {
    expect((await asked([answer(429, { 'retry-after': '3600' })])).requests).toBe(1);
    expect((await asked([answer(409)], [409])).requests).toBe(5);
    expect((await asked([answer(503)])).requests).toBe(1);
    expect((await asked([answer(401)])).requests).toBe(1);
  });
});
