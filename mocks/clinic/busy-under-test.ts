// For tests: patients who do a bit of everything at once while the clinic is broken, and what they were shown meanwhile.
import type { Said } from './clinic-under-test.ts';
import { markShape, type ShownConsultation, type TestPatient } from './patient-under-test.ts';

const firstHref = ([first]: readonly ShownConsultation[]): string => first?.recordings[0]?.href ?? '';

export interface Busy {
  /** All that was foreign, and how often each status came. */
  stop(): Promise<{
    readonly foreign: readonly string[];
    readonly statuses: ReadonlyMap<number, number>;
    readonly slowestMs: number;
  }>;
}

/** Everybody does a bit of everything, again and again, some hanging up in mid-answer, until told to stop. */
export async function everybodyBusy(patients: readonly TestPatient[]): Promise<Busy> {
  const hrefs = await Promise.all(patients.map(async (one) => firstHref(await one.history())));
  const foreign: string[] = [];
  const statuses = new Map<number, number>();
  let stopped = false;
  let slowestMs = 0;
  const visit = async (patient: TestPatient, path: string, round: number): Promise<Said | undefined> => {
    const signal = round % 5 === 0 ? { signal: AbortSignal.timeout(1 + (round % 13)) } : {};
    const askedAtMs = performance.now();
    const said = await patient.ask(path, signal).catch(() => undefined);
    slowestMs = Math.max(slowestMs, performance.now() - askedAtMs);
    if (said === undefined) return undefined;
    statuses.set(said.status, (statuses.get(said.status) ?? 0) + 1);
    for (const mark of said.text.match(markShape) ?? []) if (mark !== patient.mark) foreign.push(`${path}: ${mark}`);
    return said;
  };
  const live = async (patient: TestPatient, first: string): Promise<void> => {
    let href = first;
    for (let round = 1; !stopped && round < 100_000; round += 1) {
      const path = ['/me/history', '/me', '/me/rewatch', href][round % 4] ?? '';
      const said = await visit(patient, path, round);
      // A link lives for a minute.
      if (path === '/me/history' && said?.status === 200) href = firstHref(JSON.parse(said.text).consultations);
    }
  };
  const lives = Promise.all(patients.map((patient, index) => live(patient, hrefs[index] ?? '')));
  return {
    async stop() {
      stopped = true;
      await lives;
      return { foreign, statuses, slowestMs };
    },
  };
}
