// Writes the folder `repro` of a run: the sentence with the two exchanges, the plan of a few lines, and programs that show the leak
// without the harness.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { plain } from '../../reports/text.ts';
import { faultNamed } from '../faults/index.ts';
import type { HistoryLine } from '../history.ts';
import type { Step } from '../plan.ts';
import { type ExplicitPlan, sizeOf, sizeText } from '../reproduction/explicit-plan.ts';
import { tallyText } from '../reproduction/interval.ts';
import type { Found } from '../reproduction/search.ts';
import { type RouteOf, sentenceOf } from '../reproduction/sentence.ts';
import { testsText } from '../reproduction/sequential.ts';
import type { Wanted } from '../reproduction/wanted.ts';
import { exchangesOf, recordLeak } from './recorded-leak.ts';
import type { RecordedRun } from './recorded-run.ts';
import { writePrograms } from './repro-programs.ts';
import type { TrialStand } from './trial-stand.ts';

export interface ReproInput {
  readonly recorded: RecordedRun;
  /** The whole of the run, of which what was found is a part. */
  readonly whole: ExplicitPlan;
  readonly stand: TrialStand;
  readonly wanted: Wanted;
  readonly found: Extract<Found, { kind: 'small' }>;
  /** Aborted, no further program is tried. */
  readonly signal: AbortSignal;
  /** Each program is run once; no further try begins after this (ms since the epoch). */
  readonly until: number;
  say(line: string): void;
}

export interface Repro {
  readonly sentence: string;
  readonly files: readonly string[];
}

export async function writeRepro(input: ReproInput): Promise<Repro> {
  const { recorded, wanted, found, say } = input;
  const { rate, test, finished, plan } = found;
  const folder = path.join(recorded.folder.path, 'repro');
  mkdirSync(folder, { recursive: true });
  const leak = await recordLeak(input);
  const sentence = plain(sentenceOf(plan, { ...wanted, ...leak?.violation }, routesIn(leak?.lines ?? [])));
  const kept = { version: 1, sentence, wanted, size: sizeOf(plan), rate, test, finished, plan };
  writeFileSync(path.join(folder, 'plan.json'), `${JSON.stringify(kept, null, 1)}\n`);
  const { files, told } = await writePrograms(folder, input, leak, sentence);
  for (const line of told) say(line);
  const exchanges = leak === null ? '' : exchangesOf(input, leak);
  writeFileSync(path.join(folder, 'README.md'), page(input, sentence, told.join('\n'), exchanges));
  return { sentence, files: ['README.md', 'plan.json', ...files] };
}

const code = (text: string): string => plain(text).replaceAll('`', "'");

const againNote =
  '\nThe version that is rolled out stays: bring the one before it back, or start the deployment anew, before a program is run again.';

function page({ recorded, found, wanted }: ReproInput, sentence: string, shown: string, exchanges: string): string {
  const { folder, kept } = recorded;
  const run = path.relative('.', folder.path);
  const kinds = found.plan.faults.map(({ kind }) => kind);
  const faults = kinds.join(', ');
  return `# ${sentence}

${wanted.rule} at \`${code(wanted.route)}\`, from the run ${folder.id}. ${sizeText(found.plan)}${faults ? ` (${faults})` : ''}; reproduced in ${tallyText(found.rate)} that were held after it was chosen.
While it was cut down, ${testsText(found.test)}.${found.finished ? '' : ' The budget was spent before it was certain that nothing more can be taken away.'}

Play it again, and after a fix confirm that it is gone:

\`\`\`sh
npx crosstalk confirm ${run}${kept.clinic ? `\nnpx crosstalk confirm --no-bug ${run}` : ''}
\`\`\`

${shown}${kinds.some((kind) => faultNamed(kind).rollsOut) ? againNote : ''}
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
