// The correct clinic: each endpoint's happy path and its refusal.
import { Readable } from 'node:stream';
import { setTimeout as pause } from 'node:timers/promises';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type ClinicUnderTest, startClinic } from './clinic-under-test.ts';
import {
  bookingOf,
  enrol,
  holdCall,
  mediaOf,
  password,
  settledHistory,
  type TestPatient,
} from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

/** For the head of a request, whose body is still to come, to get to an instance. */
const reachesMs = 1_500;
const latestMs = 10_000;

const unknownId = '00000000-0000-4000-8000-000000000000';

describe('sessions', () => {
  test('a wrong password is refused, and so is nobody', async () => {
    const { email } = await enrol(clinic);
    const wrong = await clinic.ask('/auth/sign-in', {
      method: 'POST',
      body: { email, password: 'wrong', by: 'cookie' },
    });
    expect([wrong.status, wrong.headers['set-cookie']]).toEqual([401, undefined]);
    expect(JSON.parse(wrong.text).error.code).toBe('wrong-credentials');
    for (const path of ['/me', '/me/history', '/me/rewatch', `/patients/${unknownId}/history`]) {
      expect((await clinic.ask(path)).status).toBe(401);
    }
  });

  test('a cookie signs in, is renewed after five seconds, and signs out everywhere at once', async () => {
    const patient = await enrol(clinic);
    const body = { email: patient.email, password, by: 'cookie' };
    const signedIn = await clinic.ask('/auth/sign-in', { method: 'POST', body });
    const setCookie = String(signedIn.headers['set-cookie']);
    expect(setCookie).toMatch(/^sid=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/$/);
    const cookie = setCookie.split(';')[0] ?? '';
    let renewed: string | string[] | undefined;
    for (let round = 0; renewed === undefined && round < 400; round += 1) {
      const me = await clinic.ask('/me', { headers: { cookie } });
      expect(JSON.parse(me.text).id).toBe(patient.id);
      renewed = me.headers['set-cookie'];
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    const fresh = String(renewed).split(';')[0] ?? '';
    expect(fresh).not.toBe(cookie);
    for (const either of [fresh, cookie]) {
      expect((await clinic.ask('/me', { headers: { cookie: either } })).status).toBe(200);
    }
    expect((await clinic.ask('/auth/sign-out', { method: 'POST', headers: { cookie: fresh } })).status).toBe(204);
    for (const either of [fresh, cookie, fresh, cookie]) {
      expect((await clinic.ask('/me', { headers: { cookie: either } })).status).toBe(401);
    }
    expect((await patient.ask('/me')).status).toBe(200);
  });

  test('who am I', async () => {
    const patient = await enrol(clinic);
    const me = await patient.ask('/me');
    expect(JSON.parse(me.text)).toMatchObject({
      id: patient.id,
      number: patient.number,
      accountNumber: patient.accountNumber,
      name: `Pat ${patient.mark}`,
      practice: { id: 'p1', name: 'Elm Practice' },
      actsFor: [],
    });
    expect(me.headers).toMatchObject({
      'cache-control': 'private, no-store',
      'x-cache': 'bypass',
      'x-clinic-version': 'v1',
    });
    expect(me.headers['x-clinic-node']).toMatch(/^app-[12]$/);
    expect(patient.accountNumber).not.toBe(patient.number);
  });
});

describe('consultations', () => {
  test('book, repeat the booking, cancel', async () => {
    const patient = await enrol(clinic, 0);
    const ask = { method: 'POST', body: bookingOf(patient.mark), headers: { 'idempotency-key': '1' } } as const;
    const first = await patient.ask('/me/consultations', ask);
    const again = await patient.ask('/me/consultations', ask);
    expect([first.status, again.status, again.text]).toEqual([201, 201, first.text]);
    const other = await enrol(clinic, 0);
    const theirs = await other.ask('/me/consultations', { ...ask, body: bookingOf(other.mark) });
    expect(JSON.parse(theirs.text).id).not.toBe(JSON.parse(first.text).id);
    const { id } = JSON.parse(first.text);
    expect(await patient.history()).toMatchObject([
      { id, title: `Review ${patient.mark}`, status: 'booked', recordings: [] },
    ]);
    expect((await other.ask(`/me/consultations/${id}`, { method: 'DELETE' })).status).toBe(404);
    expect((await patient.ask(`/me/consultations/${id}`, { method: 'DELETE' })).status).toBe(204);
    expect(await patient.history()).toEqual([]);
    const bad = await patient.ask('/me/consultations', {
      method: 'POST',
      body: { ...ask.body, modality: 'telepathy' },
    });
    expect(bad.status).toBe(400);
  });

  test('a switched call gives two recordings, an ordinary one gives one, and both can be watched', async () => {
    const patient = await enrol(clinic, 0);
    await holdCall(patient, true);
    await holdCall(patient, false);
    const history = await settledHistory(patient);
    expect(history.map((one) => one.recordings.length).sort()).toEqual([1, 2]);
    for (const recording of history.flatMap((one) => one.recordings)) {
      const content = await patient.ask(recording.href);
      expect([content.status, content.headers['content-type']]).toEqual([200, 'video/webm']);
      expect(content.text).toBe(Buffer.from(mediaOf(patient.mark)).toString());
    }
  });

  test("another's call can be neither attended, switched nor ended", async () => {
    const [patient, other] = [await enrol(clinic, 0), await enrol(clinic, 0)];
    const id = await patient.book();
    await patient.ask(`/me/consultations/${id}/attend`, { method: 'POST' });
    const body = mediaOf(other.mark);
    for (const verb of ['attend', 'switch-call', 'end-call']) {
      expect((await other.ask(`/me/consultations/${id}/${verb}`, { method: 'POST', body })).status).toBe(404);
    }
    const large = await patient.ask(`/me/consultations/${id}/end-call`, {
      method: 'POST',
      body: Buffer.alloc(1_048_577),
    });
    expect(large.status).toBe(413);
  });
});

describe('history', () => {
  test('comes in pages, newest first, and as a page that escapes', async () => {
    const patient = await enrol(clinic, 21);
    const first = JSON.parse((await patient.ask('/me/history')).text);
    expect(first.consultations).toHaveLength(20);
    expect(first.consultations[0].title).toBe(`Past 20 ${patient.mark}`);
    const second = JSON.parse((await patient.ask(`/me/history?cursor=${first.next}`)).text);
    expect([second.consultations.length, second.consultations[0].title, second.next]).toEqual([
      1,
      `Past 0 ${patient.mark}`,
      null,
    ]);
    expect((await patient.ask('/me/history?cursor=nonsense')).status).toBe(400);
    await patient.book('<script>alert(1)</script>');
    const page = await patient.ask('/me/rewatch');
    expect(page.text).toContain('&lt;script&gt;alert(1)');
    expect(page.text).not.toContain('<script>');
    expect(page.text).toContain('data-content="/recordings/');
  });

  test('is for a proxy while it is shared, its recordings too, and at once no longer', async () => {
    const [owner, proxy] = [await enrol(clinic), await enrol(clinic, 0)];
    const path = `/patients/${owner.id}/history`;
    expect((await proxy.ask(path)).status).toBe(403);
    expect((await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } })).status).toBe(204);
    const seen = JSON.parse((await proxy.ask(path)).text);
    expect(seen).toMatchObject({ patient: { id: owner.id }, consultations: [{ title: `Past 0 ${owner.mark}` }] });
    const href = seen.consultations[0].recordings[0].href;
    expect((await proxy.ask(href)).text).toContain(owner.mark);
    expect(JSON.parse((await proxy.ask('/me')).text).actsFor).toEqual([{ id: owner.id, name: `Pat ${owner.mark}` }]);
    expect((await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' })).status).toBe(204);
    expect([(await proxy.ask(path)).status, (await proxy.ask(href)).status]).toEqual([403, 403]);
    expect((await owner.ask('/me/proxies', { method: 'POST', body: { patientId: unknownId } })).status).toBe(404);
  });

  /** The status of a consent whose second half is sent when its owner has taken theirs back. */
  async function consentOvertaken(owner: TestPatient, proxy: TestPatient, waitMs: number): Promise<number> {
    let sendRest = (): void => {};
    const rest = new Promise<void>((resolve) => {
      sendRest = resolve;
    });
    async function* body() {
      yield Buffer.from('{"patientId":');
      await rest;
      yield Buffer.from(`"${proxy.id}"}`);
    }
    const headers = { authorization: `Bearer ${owner.token}` };
    const late = request(`${clinic.url}/me/proxies`, { method: 'POST', headers, body: Readable.from(body()) });
    await pause(waitMs);
    expect((await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' })).status).toBe(204);
    sendRest();
    const said = await late;
    await said.body.dump();
    return said.statusCode;
  }

  test('a consent that is still on its way when its owner takes theirs back does not come about', async () => {
    const [owner, proxy] = [await enrol(clinic), await enrol(clinic)];
    let status = await consentOvertaken(owner, proxy, reachesMs);
    // Its first half may have come late, and then it was not on its way; not so late, though.
    if (status === 204) status = await consentOvertaken(owner, proxy, latestMs);
    expect([status, (await proxy.ask(`/patients/${owner.id}/history`)).status]).toEqual([409, 403]);
    expect((await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } })).status).toBe(204);
    expect((await proxy.ask(`/patients/${owner.id}/history`)).status).toBe(200);
  });
});

describe('recordings', () => {
  test('come in ranges, to their viewer, with their link, in their session', async () => {
    const [patient, other] = [await enrol(clinic), await enrol(clinic)];
    const href = (await patient.history())[0]?.recordings[0]?.href ?? '';
    const part = await patient.ask(href, { headers: { range: 'bytes=100-199' } });
    expect([part.status, part.headers['content-range'], part.text.length]).toEqual([206, 'bytes 100-199/9000', 100]);
    expect(part.headers['cache-control']).toBe('private, no-store');
    expect((await patient.ask(href, { headers: { range: 'bytes=9000-' } })).status).toBe(416);
    expect((await other.ask(href)).status).toBe(403);
    expect((await clinic.ask(href)).status).toBe(401);
    expect((await patient.ask(href.replace('exp=1', 'exp=2'))).status).toBe(403);
    expect((await patient.ask(href.split('?')[0] ?? '')).status).toBe(403);
  });

  test('are gone with their patient, who is erased at once', async () => {
    const patient = await enrol(clinic);
    const href = (await patient.history())[0]?.recordings[0]?.href ?? '';
    expect((await patient.ask('/me', { method: 'DELETE' })).status).toBe(204);
    for (const path of ['/me', '/me/history', href]) expect((await patient.ask(path)).status).toBe(401);
    const body = { email: patient.email, password, by: 'bearer' };
    expect((await clinic.ask('/auth/sign-in', { method: 'POST', body })).status).toBe(401);
  });
});

describe('the public side', () => {
  test('is cached at the edge, with its age', async () => {
    const first = await clinic.ask('/assets/clinic.css');
    const second = await clinic.ask('/assets/clinic.css');
    expect([first.headers['x-cache'], second.headers['x-cache']]).toEqual(['miss', 'hit']);
    expect(Number(second.headers.age)).toBeGreaterThanOrEqual(0);
    expect(second.text).toBe(first.text);
    expect(JSON.parse((await clinic.ask('/slots?modality=video')).text).slots[0]).toMatchObject({
      clinician: 'Dr Hale',
    });
    expect((await clinic.ask('/nowhere')).status).toBe(404);
  });
});

describe('the admin port', () => {
  test('wants its secret, and removes a patient twice without complaint', async () => {
    const wrong = await clinic.admin('/state', { headers: { authorization: 'Bearer wrong' } });
    expect(wrong.status).toBe(401);
    const patient = await enrol(clinic);
    expect((await clinic.admin(`/patients/${patient.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await clinic.admin(`/patients/${patient.id}`, { method: 'DELETE' })).status).toBe(204);
    expect((await patient.ask('/me/history')).status).toBe(401);
    expect((await clinic.admin('/patients', { method: 'POST', body: { givenName: 'A' } })).status).toBe(400);
  });
});
