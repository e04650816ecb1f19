// For tests: the triggers of the bugs that live in the app's own caches, links, keys and cursors.
import { type BugTrigger, enrolMany, foreignIn, untilForeign, viewOneByOne, viewTogether } from './bug-trigger.ts';
import type { ClinicUnderTest, Said } from './clinic-under-test.ts';
import { bookingOf, byBearer, byCookie, enrol, type TestPatient } from './patient-under-test.ts';

const flush = (clinic: ClinicUnderTest): Promise<Said> => clinic.admin('/cache/flush', { method: 'POST' });

async function viewWithCookies(clinic: ClinicUnderTest, patients: readonly TestPatient[]): Promise<readonly string[]> {
  return viewOneByOne(await Promise.all(patients.map((patient) => byCookie(clinic, patient))));
}

/** The other may look or not while it is shared; then it is withdrawn, and they look. */
async function shareAndWithdraw(clinic: ClinicUnderTest, looksBefore: boolean): Promise<readonly string[]> {
  const [owner, proxy] = [await enrol(clinic), await enrol(clinic)];
  await owner.ask('/me/proxies', { method: 'POST', body: { patientId: proxy.id } });
  const path = `/patients/${owner.id}/history`;
  if (looksBefore && (await proxy.ask(path)).status !== 200) throw new Error('the shared history could not be seen');
  await owner.ask(`/me/proxies/${proxy.id}`, { method: 'DELETE' });
  return foreignIn(await proxy.ask(path), proxy);
}

async function viewWhile(
  clinic: ClinicUnderTest,
  mode: 'slow' | 'down',
  patients: readonly TestPatient[],
): Promise<readonly string[]> {
  await viewOneByOne(patients);
  await clinic.admin('/cache', { method: 'PUT', body: { mode, latencyMs: 50 } });
  try {
    return await viewOneByOne(patients);
  } finally {
    await clinic.admin('/cache', { method: 'PUT', body: { mode: 'ok' } });
  }
}

async function linkOf(patient: TestPatient): Promise<string> {
  const href = (await patient.history())[0]?.recordings[0]?.href;
  if (href === undefined) throw new Error(`${patient.mark} has nothing to play`);
  return href;
}

async function bookWithKeys(bookings: readonly (readonly [TestPatient, string])[]): Promise<readonly string[]> {
  const foreign: string[] = [];
  for (const [patient, key] of bookings) {
    const said = await patient.ask('/me/consultations', {
      method: 'POST',
      body: bookingOf(patient.mark),
      headers: { 'idempotency-key': key },
    });
    if (said.status !== 201) throw new Error(`booking answered ${said.status}: ${said.text}`);
    foreign.push(...foreignIn(said, patient));
  }
  return foreign;
}

/** All open the first page; then, after a flush or none, all turn to the next. */
async function turnPages(clinic: ClinicUnderTest, flushes: boolean): Promise<readonly string[]> {
  const patients: TestPatient[] = [];
  for (let index = 0; index < 3; index += 1) patients.push(await enrol(clinic, 3));
  const cursors: string[] = [];
  for (const patient of patients) cursors.push(JSON.parse((await patient.ask('/me/history?limit=2')).text).next);
  if (flushes) await flush(clinic);
  const foreign: string[] = [];
  for (const [index, patient] of patients.entries()) {
    const page = await patient.ask(`/me/history?limit=2&cursor=${cursors[index]}`);
    if (page.status !== 200 || JSON.parse(page.text).consultations.length === 0)
      throw new Error(`the second page answered ${page.status}: ${page.text}`);
    foreign.push(...foreignIn(page, patient));
  }
  return foreign;
}

async function bookAndView(patient: TestPatient): Promise<Said> {
  const booked = await patient.ask('/me/consultations', { method: 'POST', body: bookingOf(patient.mark) });
  if (booked.status !== 201) throw new Error(`booking answered ${booked.status}: ${booked.text}`);
  return patient.ask(`/me/consultations/${JSON.parse(booked.text).id}`);
}

/** Some book and view their bookings in the time that the failover loses, or before it; then others book and view theirs. */
async function bookAroundFailover(clinic: ClinicUnderTest, inLostTime: boolean): Promise<readonly string[]> {
  const [before, after] = [await enrolMany(clinic, 2), await enrolMany(clinic, 2)];
  if (!inLostTime) for (const patient of before) await bookAndView(patient);
  const { failoverCount } = (await clinic.state()).database;
  await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 5_000 } });
  if (inLostTime) for (const patient of before) await bookAndView(patient);
  await clinic.until('the replica has taken over', ({ database }) => {
    return database.failoverCount > failoverCount && !database.failingOver;
  });
  const foreign: string[] = [];
  for (const patient of after) {
    const again = await byBearer(clinic, patient);
    foreign.push(...foreignIn(await bookAndView(again), again));
  }
  return foreign;
}

export const appTriggers: readonly BugTrigger[] = [
  {
    bug: 'heuristic-freshness',
    nodeCount: 2,
    quiet: async (clinic) => viewOneByOne(await enrolMany(clinic, 3)),
    trigger: async (clinic) => viewWithCookies(clinic, await enrolMany(clinic, 3)),
  },
  {
    bug: 'stale-after-revoke',
    nodeCount: 2,
    quiet: (clinic) => shareAndWithdraw(clinic, false),
    trigger: (clinic) => shareAndWithdraw(clinic, true),
  },
  {
    bug: 'session-store-fallback',
    nodeCount: 1,
    quiet: async (clinic) => viewWhile(clinic, 'slow', await enrolMany(clinic, 3)),
    trigger: async (clinic) => viewWhile(clinic, 'down', await enrolMany(clinic, 3)),
  },
  {
    bug: 'reconnect-herd',
    nodeCount: 1,
    async quiet(clinic) {
      const patients = await enrolMany(clinic, 6);
      const together = [...(await viewTogether(patients)), ...(await viewTogether(patients))];
      await flush(clinic);
      return [...together, ...(await viewOneByOne(patients))];
    },
    async trigger(clinic) {
      const patients = await enrolMany(clinic, 6);
      return untilForeign(async () => {
        await viewOneByOne(patients);
        await flush(clinic);
        return viewTogether(patients);
      });
    },
  },
  {
    bug: 'id-reuse-after-failover',
    nodeCount: 2,
    quiet: (clinic) => bookAroundFailover(clinic, false),
    trigger: (clinic) => bookAroundFailover(clinic, true),
  },
  {
    bug: 'link-reuse',
    nodeCount: 2,
    async quiet(clinic) {
      const patient = await enrol(clinic);
      return foreignIn(await patient.ask(await linkOf(patient)), patient);
    },
    async trigger(clinic) {
      const [owner, other] = [await enrol(clinic), await enrol(clinic)];
      const link = await linkOf(owner);
      return [...foreignIn(await other.ask(link), other), ...foreignIn(await clinic.ask(link), other)];
    },
  },
  {
    bug: 'idempotency-unscoped',
    nodeCount: 2,
    async quiet(clinic) {
      const [first, second] = [await enrol(clinic), await enrol(clinic)];
      return bookWithKeys([
        [first, 'first-1'],
        [first, 'first-1'],
        [second, 'second-1'],
      ]);
    },
    async trigger(clinic) {
      const [first, second] = [await enrol(clinic), await enrol(clinic)];
      return bookWithKeys([
        [first, '1'],
        [second, '1'],
      ]);
    },
  },
  {
    bug: 'cursor-unscoped',
    nodeCount: 2,
    quiet: (clinic) => turnPages(clinic, false),
    trigger: (clinic) => turnPages(clinic, true),
  },
];
