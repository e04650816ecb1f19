import { afterEach, describe, expect, it, vi } from 'vitest';
import { leashOn } from '../drivers/leash.ts';
import type { Admin } from './admin-client.ts';
import { callEnrolment, EnrolmentError, enrolmentMaxMs } from './enrolment-call.ts';
import { remove } from './unseed.ts';

const source = { path: import.meta.filename, places: { enrol: 'my-adapter.ts:60', unenrol: 'my-adapter.ts:80' } };
const call = { fn: 'enrol', whom: 'patient 3', secrets: ['correct-horse'] };

function adminWith(asked: string[] = []): Admin {
  const leash = leashOn({
    http: {
      async request({ url }) {
        asked.push(url);
        return { status: 200, header: () => undefined, text: '', json: () => ({}) };
      },
    },
  });
  return { http: leash.http, leash, secrets: ['the-admins-secret'], close: async () => {} };
}

afterEach(() => {
  vi.useRealTimers();
});

describe('one call of an enrolment function', () => {
  it.each<[string, () => Promise<unknown>, RegExp]>([
    [
      'throws',
      () => Promise.reject(new Error('409 taken')),
      /^enrol \(enrolment-call\.test\.ts:\d+\), for patient 3: 409 taken$/,
    ],
    ['throws a text', () => Promise.reject('no'), /^enrol \(my-adapter\.ts:60\), for patient 3: threw the text "no"/],
    [
      'tells secrets',
      () => Promise.reject(new Error('POST {"password":"correct-horse"} with the-admins-secret')),
      /: POST \{"password":"\[secret\]"\} with \[secret\]$/,
    ],
  ])('%s', async (_, work, message) => {
    await expect(callEnrolment({ source }, adminWith(), call, work)).rejects.toThrow(message);
  });

  it('hangs: given up after its time, and what it asks for later is not sent', async () => {
    vi.useFakeTimers();
    const asked: string[] = [];
    const admin = adminWith(asked);
    const calling = callEnrolment({ source }, admin, call, async () => {
      await new Promise((resolve) => setTimeout(resolve, enrolmentMaxMs + 1_000));
      await admin.http.request({ method: 'POST', url: '/late', route: '/late' });
    }).catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(enrolmentMaxMs + 5_000);
    const error = await calling;
    expect(error).toMatchObject({
      isOverdue: true,
      message: `enrol (my-adapter.ts:60), for patient 3: it took longer than ${enrolmentMaxMs} ms`,
    });
    expect(asked).toEqual([]);
  });

  it('asks without an end: stopped', async () => {
    const asked: string[] = [];
    const admin = adminWith(asked);
    const calling = callEnrolment({ source }, admin, call, async () => {
      for (;;) await admin.http.request({ method: 'GET', url: '/x', route: '/x' }).catch(() => null);
    });
    await expect(calling).rejects.toThrow(/enrol \(.*\), for patient 3: made 300 requests in one call/);
    expect(asked).toHaveLength(300);
    // The next call starts anew.
    await callEnrolment({ source }, admin, call, () => admin.http.request({ method: 'GET', url: '/y', route: '/y' }));
    expect(asked.at(-1)).toBe('/y');
  });
});

it('a removal that hung is not tried again, one that failed is', async () => {
  vi.useFakeTimers();
  let tries = 0;
  const failing = (isOverdue: boolean) => () => {
    tries += 1;
    return Promise.reject(new EnrolmentError('unenrol: no', isOverdue));
  };
  expect(await remove(failing(true))).toEqual({ said: 'unenrol: no', isOpen: true });
  expect(tries).toBe(1);
  const removing = remove(failing(false));
  await vi.advanceTimersByTimeAsync(60_000);
  expect(await removing).toEqual({ said: 'unenrol: no', isOpen: false });
  expect(tries).toBe(6);
});
