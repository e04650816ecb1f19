// A harness that dies in the middle of a fault, for tests: plans, writes its journal, injects, says so, and waits to be killed.
// Arguments: the run's folder, the kind of the fault, the drill's systems as JSON.
import { random } from '../../fixtures/random.ts';
import { faultNamed } from '../faults/index.ts';
import { openJournal } from '../journal.ts';
import { connectSystems, systemsSchema } from './index.ts';

const waitMaxMs = 60_000;

const [folder = '', kind = '', json = ''] = process.argv.slice(2);
const systems = systemsSchema.parse(JSON.parse(json));
const levers = { nodes: async () => [], systems: connectSystems(systems) };
const fault = faultNamed(kind);
const journal = await openJournal(folder, { name: 'a-deployment', adminUrl: '', systems });
const memory = await fault.plan(levers, random('seed', 'fault', 'f1'));
await journal.opening({ id: 'f1', kind, memory });
await fault.inject(levers, memory);
await journal.open('f1');
process.stdout.write('injected\n');
setTimeout(() => {}, waitMaxMs);
