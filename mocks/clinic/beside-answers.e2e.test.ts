// What the correct clinic does beside its answers (streams, exports, notices, storing) while its parts fail: nobody is ever told, sent
// or given what is another's, and afterwards all of it works again.
import { setTimeout as pause } from 'node:timers/promises';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { enrolMany } from './bug-trigger.ts';
import { type ClinicUnderTest, type Said, startClinic } from './clinic-under-test.ts';
import { openStream } from './listen-under-test.ts';
import {
  bookingOf,
  fetchExport,
  holdCall,
  markShape,
  password,
  settledHistory,
  type TestPatient,
} from './patient-under-test.ts';

let clinic: ClinicUnderTest;
beforeAll(async () => {
  clinic = await startClinic();
});
afterAll(() => clinic.stop());

const serving = (state: { nodes: readonly { state: string }[] }): boolean =>
  state.nodes.every((one) => one.state === 'serving');

function foreignMarks(text: string, patient: TestPatient): readonly string[] {
  return [...new Set(text.match(markShape))].filter((mark) => mark !== patient.mark);
}

function textOf({ status, bytes, headers, text }: Said): string {
  if (status !== 200 || headers['content-type'] !== 'application/zip') return text;
  return Object.entries(unzipSync(bytes))
    .map(([name, content]) => name + strFromU8(content))
    .join('');
}

interface Life {
  /** What was foreign in all that was told, sent or given. */
  stop(): Promise<readonly string[]>;
}

/** Everybody listens, books, holds calls and exports, again and again, signing in anew when turned out. */
function live(patients: readonly TestPatient[]): Life {
  let stopped = false;
  const foreign: string[] = [];
  const note = (patient: TestPatient, what: string, text: string): void => {
    for (const mark of foreignMarks(text, patient)) foreign.push(`${what} of ${patient.mark}: ${mark}`);
  };
  const lives = patients.map(async (patient, index) => {
    let headers: Record<string, string> = { authorization: `Bearer ${patient.token}` };
    const ask = async (what: string, path: string, method: 'GET' | 'POST' = 'GET', body?: unknown) => {
      // An answer that is cut with its instance is none.
      const said = await clinic
        .ask(path, { method, headers, ...(body === undefined ? {} : { body }) })
        .catch(() => undefined);
      if (said === undefined) return said;
      note(patient, what, textOf(said));
      if (said.status === 401) {
        const credentials = { email: patient.email, password, by: 'bearer' };
        const again = await clinic.ask('/auth/sign-in', { method: 'POST', body: credentials });
        if (again.status === 200) headers = { authorization: `Bearer ${JSON.parse(again.text).token}` };
      }
      return said;
    };
    for (let round = 0; !stopped && round < 500; round += 1) {
      const streaming = ask('stream', `/me/live?forMs=${300 + 100 * index}`);
      const booked = await ask('booking', '/me/consultations', 'POST', bookingOf(patient.mark));
      const asked = await ask('export', '/me/exports', 'POST');
      await pause(250);
      if (booked?.status === 201 && round % 2 === 0) {
        const path = `/me/consultations/${JSON.parse(booked.text).id}`;
        await clinic.ask(path, { method: 'DELETE', headers }).catch(() => {});
      }
      if (asked?.status === 202) await ask('export', `/me/exports/${JSON.parse(asked.text).id}/content`);
      note(patient, 'mailbox', JSON.stringify(await patient.inbox()));
      await streaming;
    }
  });
  return {
    async stop() {
      stopped = true;
      await Promise.all(lives);
      return foreign;
    },
  };
}

/** A new session of the same patient, in whose words everything works. */
async function expectAllWorks(patient: TestPatient): Promise<void> {
  const credentials = { email: patient.email, password, by: 'bearer' };
  const { token } = JSON.parse((await clinic.ask('/auth/sign-in', { method: 'POST', body: credentials })).text);
  const headers = { authorization: `Bearer ${token}` };
  const again: TestPatient = {
    ...patient,
    ask: (path, what = {}) => clinic.ask(path, { ...what, headers: { ...headers, ...what.headers } }),
    history: async () => JSON.parse((await clinic.ask('/me/history', { headers })).text).consultations,
    book: async (title) => {
      const said = await clinic.ask('/me/consultations', {
        method: 'POST',
        body: bookingOf(patient.mark, title),
        headers,
      });
      return JSON.parse(said.text).id;
    },
  };
  const { all: told } = await openStream(again, 5_000);
  const called = await holdCall(again, false);
  const history = await settledHistory(again);
  expect(history.find(({ id }) => id === called)?.recordings).toHaveLength(1);
  expect(textOf(await fetchExport(again))).toContain(called);
  const { text } = await told;
  expect([text.includes('event: recording-ready'), foreignMarks(text, patient)]).toEqual([true, []]);
  for (let round = 0; !JSON.stringify(await patient.inbox()).includes(called); round += 1) {
    if (round === 400) throw new Error(`no notice of ${called} arrived`);
    await pause(50);
  }
}

test('a database that fails over with writes lost', async () => {
  const patients = await enrolMany(clinic, 4);
  const life = live(patients);
  await pause(700);
  await clinic.admin('/database/failover', { method: 'POST', body: { lagMs: 400 } });
  await clinic.until('the failover ends', ({ database }) => database.failoverCount === 1 && !database.failingOver);
  await pause(1_500);
  expect(await life.stop()).toEqual([]);
  const [first] = patients;
  if (first !== undefined) await expectAllWorks(first);
});

test('an instance frozen with work in hand, another killed, the mail provider away and back', async () => {
  const patients = await enrolMany(clinic, 4);
  const life = live(patients);
  await pause(500);
  await clinic.admin('/mail', { method: 'PUT', body: { mode: 'down' } });
  await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGSTOP' } });
  await clinic.until('it is missed', ({ nodes }) => nodes[0]?.state === 'down');
  await pause(500);
  await clinic.admin('/mail', { method: 'PUT', body: { mode: 'ok' } });
  await pause(500);
  await clinic.admin('/nodes/app-1/signal', { method: 'POST', body: { signal: 'SIGCONT' } });
  await clinic.until('it is back', serving);
  const { bootId } = (await clinic.state()).nodes[1] ?? {};
  await clinic.admin('/nodes/app-2/signal', { method: 'POST', body: { signal: 'SIGKILL' } });
  await clinic.until('it is back, anew', (now) => serving(now) && now.nodes[1]?.bootId !== bootId);
  expect(await life.stop()).toEqual([]);
  const [first] = patients;
  if (first !== undefined) await expectAllWorks(first);
});
