// The whole adapter as one file of source: its declarations, what could be told of the actions and of enrolment, and a TODO for each
// action that could not, with the scenarios that it would let be played.
import { about, adapterActions, isMustHave } from '../targets/about.ts';
import type { Declarations } from '../targets/target.ts';
import { comment, indented, key, text } from './code.ts';
import type { Picks } from './match.ts';
import { writeActions } from './write-actions.ts';
import { type WrittenEnrolment, writeEnrolment } from './write-enrolment.ts';
import { writeList } from './write-list.ts';
import { isByPatients, writeOwnEnrolment } from './write-own-enrolment.ts';
import type { WrittenAction } from './write-requests.ts';

export type AdapterImport = 'target' | 'talk' | 'web' | 'logins/form-login';

export interface AdapterInput {
  readonly name: string;
  /** Of what it was made, as in `its OpenAPI document (Reference clinic 1.0.0)`; null: of guesses. */
  readonly origin: string | null;
  readonly headers: Declarations['headers'];
  readonly picks: Picks;
  /** Takes the place of the document's. */
  readonly signIn?: readonly string[];
  /** What stands at the head of the file, instead of what `crosstalk init` says. */
  readonly about?: string;
  /** Whoever is in it has an account already. */
  readonly isLeased?: boolean;
  /** Comments at the end. */
  readonly remarks?: readonly string[];
  /** The scenarios that can't be played without it, by action. */
  readonly needing: ReadonlyMap<string, readonly string[]>;
  /** Where the package's modules are imported from: `target`, `talk` and the ready logins. */
  importedFrom(module: AdapterImport): string;
}

export interface WrittenAdapter {
  readonly source: string;
  readonly actions: readonly string[];
  /** People make themselves: there is no administrator, and no secret of one. */
  readonly byPatients: boolean;
  readonly missing: readonly string[];
  /** What is marked with TODO besides. */
  readonly todo: readonly string[];
}

/** Names of `talk.ts` that written functions may use. */
const talk = [
  'expectOk',
  'form',
  'isOk',
  'keep',
  'keepConsultation',
  'keepToken',
  'listenTo',
  'onConsultation',
  'play',
  'say',
  'send',
  'untilReady',
  'verdictOf',
  'withQuery',
];

export function writeAdapter(input: AdapterInput): WrittenAdapter {
  const history = input.picks.get('view-history')?.operation;
  const list = history && writeList(history, input.picks.get('watch')?.operation);
  const byPatients = input.isLeased === true || isByPatients(input.picks);
  const enrolment = byPatients
    ? writeOwnEnrolment(input.picks, list?.isPlayable ? history : undefined)
    : writeEnrolment(input.picks);
  const actions = new Map(writeActions(input.picks, list));
  if (input.signIn) actions.set('sign-in', { lines: input.signIn, todo: [] });
  // What clinicians do needs clinicians.
  if (!enrolment.hasClinicians) for (const orphan of ['view-day', 'move-practice']) actions.delete(orphan);
  const missing = adapterActions.filter((kind) => !actions.has(kind));
  const body = [...(list ? [...list.lines, ''] : []), ...targetLines(input, actions, missing, enrolment)];
  const remarks = (input.remarks ?? []).flatMap((remark) => ['', ...comment(remark, 0)]);
  const source = [...header(input), ...imports(body, input), '', ...body, ...remarks, ''].join('\n');
  const todo = [...actions].flatMap(([kind, { todo }]) => todo.map((each) => `${kind}: ${each}`));
  return {
    source,
    actions: [...actions.keys()],
    byPatients,
    missing,
    todo: [...todo, ...enrolment.todo],
  };
}

function header({ name, origin, about: said }: AdapterInput): readonly string[] {
  if (said !== undefined) return comment(said, 0);
  const from =
    origin === null
      ? `Begun by \`crosstalk init\`: the addresses are guesses, to be replaced by those of ${name}.`
      : `Written by \`crosstalk init\` from ${origin}; yours to edit.`;
  const about = `How each action is said to ${name}. ${from} Lines with TODO say what is missing. \`npx crosstalk doctor\` tries every function, and shows what was sent and what came back.`;
  return comment(about, 0);
}

function imports(body: readonly string[], { importedFrom }: AdapterInput): readonly string[] {
  const code = body.filter((line) => !line.trimStart().startsWith('//')).join('\n');
  const used = (name: string): boolean => new RegExp(`(?<![.\\w])${name}\\b`).test(code);
  const helpers = talk.filter((name) => used(name));
  const types = ['HttpResponse', 'SessionContext'].filter(used).map((name) => `type ${name}`);
  const values = ['AdapterError', 'defineTarget'].filter(used);
  const targets = [...values, ...types].sort((one, other) => withoutType(one).localeCompare(withoutType(other), 'en'));
  return [
    ...importLines(['formLogin'].filter(used), importedFrom('logins/form-login')),
    ...importLines(helpers, importedFrom('talk')),
    ...importLines(targets, importedFrom('target')),
  ];
}

const withoutType = (name: string): string => name.replace('type ', '');

function importLines(names: readonly string[], from: string): readonly string[] {
  if (names.length === 0) return [];
  const line = `import { ${names.join(', ')} } from ${text(from)};`;
  return line.length <= 120 ? [line] : ['import {', ...names.map((name) => `  ${name},`), `} from ${text(from)};`];
}

function targetLines(
  { name, headers, needing, origin }: AdapterInput,
  actions: ReadonlyMap<string, WrittenAction>,
  missing: readonly (typeof adapterActions)[number][],
  enrolment: WrittenEnrolment,
): readonly string[] {
  const guess = origin === null ? ['// TODO every address below is a guess.'] : [];
  return [
    'export const target = defineTarget({',
    `  name: ${text(name)},`,
    '  declares: {',
    ...indented(declarationLines(headers), 4),
    '  },',
    '  actions: {',
    ...indented([...guess, ...[...actions.values()].flatMap(({ lines }) => lines)], 4),
    ...indented(
      missing.flatMap((kind) => missingLines(kind, needing.get(kind) ?? [])),
      4,
    ),
    '  },',
    '  enrolment: {',
    ...indented(enrolment.lines, 4),
    '  },',
    '});',
  ];
}

function declarationLines(headers: Declarations['headers']): readonly string[] {
  const entries = Object.entries(headers).map(([what, name]) => `${what}: ${text(name)}`);
  return [
    '// Response headers that name the serving node, its version, the cache’s verdict, and the request.',
    ...(entries.length > 0
      ? [`headers: { ${entries.join(', ')} },`]
      : ['// TODO none was seen: a drill can say more of a leak when it knows who answered.', 'headers: {},']),
    '// How long after sign-out, withdrawal or erasure an answer may still hold personal data. 0: at once.',
    'signOutBoundMs: 0,',
    'withdrawalBoundMs: 0,',
    'erasureBoundMs: 0,',
    '// How long a recording may take to appear once its call has ended.',
    'recordingReadyBoundMs: 10_000,',
  ];
}

function missingLines(kind: (typeof adapterActions)[number], scenarios: readonly string[]): readonly string[] {
  const { what, sketch } = about[kind];
  const unlocks = isMustHave(kind)
    ? 'Without it nothing can be judged.'
    : scenarios.length === 0
      ? ''
      : ` It is needed by: ${scenarios.join(', ')}.`;
  return [...comment(`TODO ${key(kind)}: ${what}. ${unlocks}`.replaceAll(/ +/g, ' ').trim(), 4), `// ${sketch},`];
}
