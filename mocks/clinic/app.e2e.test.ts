// The correct app: cards, pages, keys, links and renewals that are the counterparts of bugs, with the cache in any state.
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { type ClinicUnderTest, type Said, startClinic } from './clinic-under-test.ts';
import { bookingOf, byCookie, enrol, type TestPatient } from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic('--nodes', '1');
});
afterAll(() => clinic.stop());

const setCache = (mode: 'ok' | 'down'): Promise<Said> => clinic.admin('/cache', { method: 'PUT', body: { mode } });
afterEach(() => setCache('ok'));

function book(patient: TestPatient, key: string, title?: string): Promise<Said> {
  const body = bookingOf(patient.mark, title);
  return patient.ask('/me/consultations', { method: 'POST', body, headers: { 'idempotency-key': key } });
}

describe('a repeated key', () => {
  test.each(['ok', 'down'] as const)(
    'gets the first answer again, and only from its patient (cache %s)',
    async (mode) => {
      await setCache(mode);
      const [first, other] = [await enrol(clinic), await enrol(clinic)];
      const made = await book(first, 'k1', 'Once');
      const again = await book(first, 'k1', 'Another title');
      expect([made.status, made.headers['idempotency-replayed']]).toEqual([201, undefined]);
      expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, 'true']);
      const body = JSON.parse(made.text);
      expect(JSON.parse(again.text)).toEqual(body);
      const title = `Once ${first.mark}`;
      expect(body).toMatchObject({
        status: 'booked',
        title,
        note: `Note ${first.mark}`,
        startsAt: '2031-03-01T09:00:00.000Z',
      });
      const others = await book(other, 'k1');
      expect([others.status, others.headers['idempotency-replayed']]).toEqual([201, undefined]);
      expect(others.text).not.toContain(first.mark);
      expect((await first.history()).filter((one) => one.title === title)).toHaveLength(1);
    },
  );

  test('is no key when it is empty or too long', async () => {
    const patient = await enrol(clinic, 0);
    for (const key of ['', 'k'.repeat(101)]) expect((await book(patient, key)).status).toBe(400);
    expect(await patient.history()).toEqual([]);
  });
});

describe('one consultation by itself', () => {
  test.each(['ok', 'down'] as const)('is its patient’s alone, as it is now (cache %s)', async (mode) => {
    await setCache(mode);
    const [patient, other] = [await enrol(clinic), await enrol(clinic)];
    const path = `/me/consultations/${await patient.book('Card')}`;
    for (const status of ['booked', 'in-call', 'in-call']) {
      const shown = await patient.ask(path);
      expect(JSON.parse(shown.text)).toEqual({
        id: path.slice(-36),
        title: `Card ${patient.mark}`,
        note: `Note ${patient.mark}`,
        startsAt: '2031-03-01T09:00:00.000Z',
        modality: 'video',
        clinician: 'Dr Ash',
        status,
      });
      expect(shown.headers['cache-control']).toBe('private, no-store');
      expect((await other.ask(path)).status).toBe(404);
      await patient.ask(`${path}/attend`, { method: 'POST' });
    }
    expect((await clinic.ask(path)).status).toBe(401);
    expect((await patient.ask(`/me/consultations/${'x'.repeat(36)}`)).status).toBe(404);
  });

  test('is gone once it is cancelled', async () => {
    const patient = await enrol(clinic);
    const path = `/me/consultations/${await patient.book()}`;
    expect((await patient.ask(path)).status).toBe(200);
    expect((await patient.ask(path, { method: 'DELETE' })).status).toBe(204);
    expect((await patient.ask(path)).status).toBe(404);
  });
});

describe('pages', () => {
  async function pagesOf(patient: TestPatient, limit: number): Promise<readonly (readonly string[])[]> {
    const pages: string[][] = [];
    for (let cursor: string | null = ''; cursor !== null && pages.length < 9; ) {
      const rest: string = cursor === '' ? '' : `&cursor=${cursor}`;
      const page = JSON.parse((await patient.ask(`/me/history?limit=${limit}${rest}`)).text);
      pages.push(page.consultations.map((one: { id: string }) => one.id));
      cursor = page.next;
      await clinic.admin('/cache/flush', { method: 'POST' });
    }
    return pages;
  }

  test('hold the whole list once, in order, whatever becomes of the cache between them', async () => {
    const patient = await enrol(clinic, 5);
    const all = (await patient.history()).map((one) => one.id);
    expect(await pagesOf(patient, 2)).toEqual([all.slice(0, 2), all.slice(2, 4), all.slice(4)]);
    expect(await pagesOf(patient, 5)).toEqual([all]);
  });

  test('another’s cursor is a place in one’s own list', async () => {
    const [patient, other] = [await enrol(clinic, 3), await enrol(clinic, 3)];
    const { next } = JSON.parse((await other.ask('/me/history?limit=2')).text);
    const page = await patient.ask(`/me/history?limit=2&cursor=${next}`);
    expect(page.text).not.toContain(other.mark);
  });

  test.each(['limit=0', 'limit=21', 'limit=2.5', 'limit=', 'limit=two', 'cursor=7', 'cursor='])(
    '%s is refused',
    async (query) => {
      const patient = await enrol(clinic, 0);
      const code = query.startsWith('limit') ? 'bad-limit' : 'bad-cursor';
      const said = await patient.ask(`/me/history?${query}`);
      expect([said.status, JSON.parse(said.text).error.code]).toEqual([400, code]);
    },
  );

  test('there is nothing behind the history', async () => {
    const patient = await enrol(clinic);
    for (const path of ['/me/history/x.css', '/me/history/', '/me/history/1'])
      expect((await patient.ask(path)).status).toBe(404);
  });
});

test('public pages renew a session that is due, and nobody else gets its new value', async () => {
  const cookie = await byCookie(clinic, await enrol(clinic));
  const bearer = await enrol(clinic);
  await new Promise((resolve) => setTimeout(resolve, 5_200));
  const [slots, home] = [await cookie.ask('/slots?modality=renewal'), await bearer.ask('/')];
  expect(String(slots.headers['set-cookie'])).toMatch(/^sid=[\w-]{43};/);
  expect(home.headers['x-session-token']).toMatch(/^[\w-]{43}$/);
  for (const path of ['/slots?modality=renewal', '/']) {
    const after = await clinic.ask(path, { headers: { cookie: 'sid=nobody' } });
    expect([after.status, after.headers['set-cookie'], after.headers['x-session-token']]).toEqual([
      200,
      undefined,
      undefined,
    ]);
  }
  const renewed = String(slots.headers['set-cookie']).split(';')[0] ?? '';
  expect(JSON.parse((await clinic.ask('/me', { headers: { cookie: renewed } })).text).id).toBe(cookie.id);
});

test('a right that is withdrawn ends at once, for the list and for what it linked to', async () => {
  const [owner, proxy] = [await enrol(clinic), await enrol(clinic)];
  await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } });
  const shared = JSON.parse((await proxy.ask(`/patients/${owner.id}/history`)).text);
  const { href } = shared.consultations[0].recordings[0];
  expect((await proxy.ask(href)).status).toBe(200);
  expect((await owner.ask(href)).status).toBe(403);
  expect((await clinic.ask(href)).status).toBe(401);
  await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' });
  expect([(await proxy.ask(`/patients/${owner.id}/history`)).status, (await proxy.ask(href)).status]).toEqual([
    403, 403,
  ]);
});
