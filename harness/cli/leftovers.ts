// Mends what runs that died left: open faults first, then the people they made. Also done before each run.
import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import type { PatientIndex } from '../../fixtures/domain.ts';
import { person } from '../../fixtures/people.ts';
import { type Drill, runNumber } from '../drill.ts';
import { removeDeadK6Folders } from '../drivers/k6-folder.ts';
import { turnsWithin } from '../drivers/turns.ts';
import { messageOf } from '../faults/bounded.ts';
import { isGone } from '../gone.ts';
import { healLeftovers } from '../heal.ts';
import { openAdmin } from '../people/admin-client.ts';
import { openEnroller } from '../people/enroller.ts';
import { keepAsList, leftBehind, removalsIn } from '../people/people-journal.ts';
import { unseedClinicians } from '../people/seed-clinicians.ts';
import { unseedTarget } from '../people/unseed.ts';
import { readKeptDrill, runFolder } from '../run-folder.ts';
import { connectLevers, openDeployment } from './deployment.ts';
import { releasePulled } from './switch-note.ts';

/** By then a clinic has stopped whose run was killed. */
const stoppingMaxMs = 20_000;

/** Resolves to how many things are still as they were; `say` is told each thing found. */
export async function mendLeftovers(
  runs: string,
  adminSecret: string | undefined,
  say: (line: string) => void,
): Promise<number> {
  let failed = 0;
  const files = await removeDeadK6Folders();
  if (files > 0) say(`${files} folders with accounts for k6 removed`);
  // Without its secret nothing can be done on one that stands: it is worth waiting, once, for one that is about to be gone.
  const endsAt = Date.now() + (adminSecret === undefined ? stoppingMaxMs : 0);
  const patienceMs = (): number => Math.max(0, endsAt - Date.now());
  const faults = await healLeftovers(runs, async (reference, fault) =>
    fault.at === undefined && (await isGone(reference.name, reference.adminUrl, patienceMs()))
      ? null
      : connectLevers(reference, fault, adminSecret),
  );
  for (const { run, kind, outcome, detail } of faults) {
    say(`${run}: ${kind || 'journal'}: ${outcome} (${detail})`);
    if (outcome === 'failed') failed += 1;
  }
  for (const run of existsSync(runs) ? readdirSync(runs).filter((name) => name !== 'latest') : []) {
    const shut = await releaseSwitch(path.join(runs, run), patienceMs(), say).catch(messageOf);
    if (shut !== null) {
      say(`${run}: a switch is still pulled: ${shut}`);
      failed += 1;
    }
    const problem = await removePeople(path.join(runs, run), patienceMs(), say).catch(messageOf);
    if (problem === null) continue;
    say(`${run}: its patients could not be removed: ${problem}`);
    failed += 1;
  }
  return failed;
}

/** A clinic that was started for the run is gone with it, and its switch as well. */
async function releaseSwitch(run: string, patienceMs: number, say: (line: string) => void): Promise<null> {
  const released = await releasePulled(run, (drill) => isItsDeploymentGone(drill, patienceMs));
  if (released !== null) say(`${path.basename(run)}: the switch ${released} was released`);
  return null;
}

/** The problem, or null. */
async function removePeople(run: string, patienceMs: number, say: (line: string) => void): Promise<string | null> {
  const folder = runFolder(run);
  if (!existsSync(folder.people)) return null;
  const { drill } = readKeptDrill(folder);
  const number = runNumber(folder.id);
  const people = await leftBehind(folder.people, (patient) => person(drill.seed, number, patient).password);
  if (people === null) return null;
  const journal = removalsIn(folder.people);
  // Before it is opened: the secret of a clinic that was started for the run died with it, and nobody could give it.
  if (await isItsDeploymentGone(drill, patienceMs)) {
    journal.done();
    say(`${folder.id}: its deployment is gone, and its patients with it`);
    return null;
  }
  const { target, adminSecret, leases } = await openDeployment(drill, drill.allowHosts);
  const turns = turnsWithin(target.declares.rateLimit);
  const admin = openAdmin(drill, target, adminSecret, { turns });
  const enroller = openEnroller(drill, { target, run: number, leases, turns });
  if (enroller.unenrol === undefined) {
    say(`${folder.id}: the adapter has no way to remove its patients: see ${keepAsList(folder.people)}`);
    return null;
  }
  const { perhapsGone, removedCount } = people;
  const gone = { surely: new Set<PatientIndex>(), perhaps: perhapsGone, removedCount };
  const leftovers = await unseedTarget(enroller, [admin], people.patients, { gone, journal, emit: () => {} });
  const cliniciansLeft = leftovers[0] ? [] : await unseedClinicians(enroller, [admin], people.clinicians);
  await enroller.close();
  await admin.close();
  if (leftovers[0]) return `${leftovers.length} are left; the first: ${leftovers[0].problem}`;
  if (cliniciansLeft[0]) return cliniciansLeft[0];
  journal.done();
  say(`${folder.id}: ${people.patients.size} patients removed`);
  return null;
}

const isItsDeploymentGone = ({ target }: Drill, patienceMs: number): Promise<boolean> =>
  isGone(target.adapter, target.adminUrl ?? target.url, patienceMs);
