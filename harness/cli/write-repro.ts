// Writes the folder `repro` of a run: the sentence with the two exchanges, the plan of a few lines, and a program that shows the leak
// without the harness, which is run before it is handed out.
import { spawn } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { clinicianAccountOf, person } from '../../fixtures/people.ts';
import type { HistoryLine } from '../history.ts';
import { shownBy } from '../people/admin-client.ts';
import type { Step } from '../plan.ts';
import { cliniciansNeeded } from '../planner.ts';
import { type Column, sideBySide } from '../reproduction/exchange-text.ts';
import { planInputOf, sizeOf, sizeText } from '../reproduction/explicit-plan.ts';
import { tallyText } from '../reproduction/interval.ts';
import { loadZeroOf } from '../reproduction/load-zero.ts';
import { type Recorder, recorder, type Said } from '../reproduction/recorder.ts';
import { reproProgram } from '../reproduction/repro-program.ts';
import { CannotSayAgain, sayAgain } from '../reproduction/say-again.ts';
import type { Found } from '../reproduction/search.ts';
import { type RouteOf, sentenceOf } from '../reproduction/sentence.ts';
import { testText } from '../reproduction/sequential.ts';
import type { Wanted } from '../reproduction/wanted.ts';
import { withoutSecrets } from '../secrets.ts';
import { clinicLevers } from '../targets/clinic-levers.ts';
import type { Violation } from '../verdict.ts';
import type { RecordedRun } from './recorded-run.ts';
import type { TrialStand } from './trial-stand.ts';

export interface ReproInput {
  readonly recorded: RecordedRun;
  readonly stand: TrialStand;
  readonly wanted: Wanted;
  readonly found: Extract<Found, { kind: 'small' }>;
  say(line: string): void;
}

export interface Repro {
  readonly sentence: string;
  readonly files: readonly string[];
}

/** A trial that leaked, with all that was said in it. */
interface Recorded {
  readonly lines: readonly HistoryLine[];
  readonly violation: Violation;
  readonly recorder: Recorder;
}

/** Of trials, to have one that leaks on record. */
const recordingsMax = 6;

export async function writeRepro(input: ReproInput): Promise<Repro> {
  const { recorded, wanted, found, say } = input;
  const { rate, test, finished, plan } = found;
  const folder = path.join(recorded.folder.path, 'repro');
  mkdirSync(folder, { recursive: true });
  const leak = await recordLeak(input);
  const sentence = sentenceOf(plan, wanted, routesIn(leak?.lines ?? []));
  const kept = { version: 1, sentence, wanted, size: sizeOf(plan), rate, test, finished, plan };
  writeFileSync(path.join(folder, 'plan.json'), `${JSON.stringify(kept, null, 1)}\n`);
  const program =
    leak === null ? { why: 'in the trials that were recorded it did not leak' } : programOf(input, leak, sentence);
  const file = path.join(folder, 'repro.ts');
  rmSync(file, { force: true });
  let shown = 'why' in program ? `There is no repro.ts: ${program.why}.` : '';
  if ('text' in program) {
    writeFileSync(file, program.text);
    shown = await tryOut(file, input);
    say(shown);
  }
  const exchanges = leak === null ? '' : exchangesOf(input, leak);
  writeFileSync(path.join(folder, 'README.md'), page(input, sentence, shown, exchanges));
  return { sentence, files: ['README.md', 'plan.json', ...('text' in program ? ['repro.ts'] : [])] };
}

async function recordLeak({ stand, found, wanted }: ReproInput): Promise<Recorded | null> {
  const { target, drill, adminSecret } = stand.deployment;
  const named = Object.values(target.declares.headers);
  for (let trial = 0; trial < recordingsMax; trial++) {
    const record = recorder(named);
    const levers =
      drill.target.adapter === 'clinic' && drill.target.adminUrl && adminSecret
        ? { levers: clinicLevers({ adminUrl: drill.target.adminUrl, secret: adminSecret, fetch: record.fetch }) }
        : {};
    const { outcome, lines } = await stand.hold(found.plan, wanted, { overhear: record.overhear, ...levers });
    if (outcome.kind === 'reproduced') return { lines, violation: outcome.violation, recorder: record };
  }
  return null;
}

/** By name: what the people of that trial have to sign in with. */
function secretsIn({ found: { plan }, stand }: ReproInput, lines: readonly HistoryLine[]): Map<string, string> {
  const run = lines.find((line) => line.t === 'run')?.run ?? 0;
  const patients = plan.people.map(
    (patient) => [`password ${patient}`, person(plan.seed, run, patient).password] as const,
  );
  const clinicians = cliniciansNeeded(planInputOf(plan)).map(
    (clinician) => [`password clinician ${clinician}`, clinicianAccountOf(plan.seed, run, clinician).password] as const,
  );
  const { adminSecret } = stand.deployment;
  return new Map([...patients, ...clinicians, ...(adminSecret ? [['admin secret', adminSecret] as const] : [])]);
}

function programOf(input: ReproInput, leak: Recorded, sentence: string): { text: string } | { why: string } {
  const { found, stand } = input;
  const { drill, target, adminSecret, leases } = stand.deployment;
  const { said, pulled } = leak.recorder;
  if (leases) return { why: 'the accounts are leased, and are in a list that is not written here' };
  if (target.enrolment.by === 'patients') return { why: 'patients sign up by themselves, which it can not say again' };
  if (found.plan.faults.length > 0 && pulled.length === 0)
    return { why: 'what is broken is broken otherwise than over HTTP: `crosstalk confirm` plays the plan' };
  const ended = leak.lines.find((line) => line.t === 'phase' && line.phase === 'load' && line.event === 'ended');
  const beganAt = loadZeroOf(leak.lines);
  const secrets = secretsIn(input, leak.lines);
  try {
    const text = reproProgram({
      sentence,
      said: sayAgain({
        ...{ said, pulled, secrets },
        load: { beganAt, endedAt: ended?.t === 'phase' ? ended.at : beganAt },
        mustNotShow: ownersForbidden(input, leak),
      }),
      url: drill.target.url,
      adminUrl: drill.target.adminUrl ?? drill.target.url,
      adminSecretEnv: stand.clinic ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : drill.target.adminSecretEnv,
      adminHeaders: adminSecret ? shownBy(target, '{{admin secret}}') : {},
    });
    const leaked = [...secrets].find(([, secret]) => text.includes(secret));
    return leaked ? { why: `a secret (${leaked[0]}) would have stood in it` } : { text };
  } catch (error) {
    if (error instanceof CannotSayAgain) return { why: error.message };
    throw error;
  }
}

const foreignRules: ReadonlySet<string> = new Set([
  'foreign-listing',
  'foreign-identity',
  'foreign-recording',
  'session-swap',
]);

/** Where everybody has a right to their own alone, everybody else; else only what was seen in the trial. */
function ownersForbidden({ found, wanted }: ReproInput, { violation }: Recorded): (said: Said) => readonly number[] {
  const { plan } = found;
  const shares = plan.sessions.some(({ steps }) => steps.some(({ action }) => action.kind === 'share'));
  return ({ actor, request, at }) => {
    const session = plan.sessions.find(({ id }) => id === actor);
    if (!session || `${request.method} ${request.route}` !== wanted.route) return [];
    if (foreignRules.has(wanted.rule) && !shares && session.patient !== null)
      return plan.people.filter((patient) => patient !== session.patient);
    return actor === violation.session && at >= violation.at - 1 ? [violation.owner] : [];
  };
}

const runMaxMs = 120_000;

/** Runs it as anybody would, and says what it did. */
async function tryOut(file: string, { stand }: ReproInput): Promise<string> {
  const { drill, adminSecret } = stand.deployment;
  await stand.freshen().catch(() => {});
  const secretEnv = stand.clinic ? 'CROSSTALK_CLINIC_ADMIN_SECRET' : drill.target.adminSecretEnv;
  const child = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), file], {
    env: {
      ...process.env,
      URL: drill.target.url,
      ADMIN_URL: drill.target.adminUrl ?? drill.target.url,
      ...(adminSecret && { [secretEnv]: adminSecret }),
    },
    stdio: ['ignore', 'pipe', 'pipe'],
    timeout: runMaxMs,
  });
  let text = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk: Buffer) => {
      text = (text + chunk).slice(-2_000);
    });
  }
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  const words = withoutSecrets(text.trim().replaceAll('\n', '; '), adminSecret ? [adminSecret] : []).slice(0, 300);
  if (exitCode === 1) return `repro.ts was run alone, and leaked (${words}).`;
  return `repro.ts was run alone and did NOT show the leak (exit code ${exitCode}: ${words}); \`crosstalk confirm\` plays the plan itself.`;
}

function exchangesOf(input: ReproInput, leak: Recorded): string {
  const { violation, recorder: record } = leak;
  const { found, wanted } = input;
  const isOfRoute = ({ request }: Said): boolean => `${request.method} ${request.route}` === wanted.route;
  const shown = record.said
    .filter((said) => said.actor === violation.session && isOfRoute(said))
    .toSorted((one, other) => Math.abs(one.at - violation.at) - Math.abs(other.at - violation.at))[0];
  if (!shown) return '';
  const owners = new Set(found.plan.sessions.filter(({ patient }) => patient === violation.owner).map(({ id }) => id));
  const own = record.said.findLast((said) => owners.has(said.actor) && said !== shown && isOfRoute(said));
  const planted = record.said.find(
    ({ actor, request }) => actor === 'admin' && request.body !== undefined && !(request.body instanceof Uint8Array),
  );
  const left = own ?? planted;
  const secrets = secretsIn(input, leak.lines).values();
  const viewer = violation.viewer === null ? 'somebody who is not signed in' : `patient ${violation.viewer}`;
  const column = (title: string, said: Said, foreign: readonly number[]): Column => ({ title, said, foreign });
  const right = column(`${viewer}, to whom it was shown`, shown, [violation.owner]);
  if (!left) return '';
  return sideBySide(
    column(own ? `patient ${violation.owner}, whose it is` : 'the administrator, making the people', left, []),
    right,
    secrets,
  );
}

function page({ recorded, found, wanted }: ReproInput, sentence: string, shown: string, exchanges: string): string {
  const { folder, kept } = recorded;
  const run = path.relative('.', folder.path);
  const faults = found.plan.faults.map(({ kind }) => kind).join(', ');
  return `# ${sentence}

${wanted.rule} at \`${wanted.route}\`, from the run ${folder.id}. ${sizeText(found.plan)}${faults ? ` (${faults})` : ''}; reproduced in ${tallyText(found.rate)} that were held after it was chosen.
While it was cut down, ${testText(found.test)}.${found.finished ? '' : ' The budget was spent before it was certain that nothing more can be taken away.'}

Play it again, and after a fix confirm that it is gone:

\`\`\`sh
npx crosstalk confirm ${run}${kept.clinic ? `\nnpx crosstalk confirm --no-bug ${run}` : ''}
\`\`\`

${shown}
${exchanges === '' ? '' : `\n\`\`\`text\n${exchanges}\n\`\`\`\n`}`;
}

/** What each kind of action asked for last in the trial. */
function routesIn(lines: readonly HistoryLine[]): RouteOf {
  const routes = new Map<string, string>();
  for (const line of lines) {
    const last = line.t === 'operation' && line.alarm !== true ? line.exchanges.at(-1) : undefined;
    if (line.t === 'operation' && last) {
      routes.set(keyOf(line.action, line.page, line.of), `${last.method} ${last.route}`);
    }
  }
  return ({ action }: Step) =>
    routes.get(
      action.kind === 'view-history'
        ? keyOf(action.kind, action.page, action.of)
        : keyOf(action.kind, undefined, undefined),
    ) ?? null;
}

const keyOf = (kind: string, page: string | undefined, of: number | undefined): string =>
  `${kind} ${page ?? ''} ${of ?? ''}`;
