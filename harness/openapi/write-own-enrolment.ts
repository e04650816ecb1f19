// Writes how people are made where the document knows no administrator: they sign up by themselves, or their accounts are there already and
// leased; each adds what is theirs in a session of their own.
import { type Block, block, comment, type Entry, indented, text } from './code.ts';
import { bodyEntries, consultationFacts, patientFacts } from './fields.ts';
import type { Picks } from './match.ts';
import type { ApiOperation } from './operations.ts';
import { personWords } from './rule.ts';
import { findId } from './schema.ts';
import { enrolLines, type WrittenEnrolment } from './write-enrolment.ts';
import { idsFor, nameOf, requestEntries, taken } from './write-requests.ts';

const column = 4;

/** Whether it is for people themselves to sign up, by what the document has. */
export const isByPatients = (picks: Picks): boolean => picks.get('enrol')?.operation.isAdmin === false;

const request = (head: string, operation: ApiOperation, ids: readonly string[], more: readonly Entry[]): Block => ({
  head: `${head}send(session, `,
  entries: requestEntries(operation, ids, more),
});

/** `list` leads to what can be played. */
export function writeOwnEnrolment(picks: Picks, list: ApiOperation | undefined): WrittenEnrolment {
  const signUp = picks.get('enrol')?.operation;
  if (signUp === undefined) return writeLeased(picks, list);
  const add = (picks.get('add-consultation') ?? picks.get('book'))?.operation;
  const upload = picks.get('add-recording')?.operation;
  const gone = (picks.get('unenrol') ?? picks.get('erase'))?.operation;
  const todo = [
    ...(add ? [] : ['enrolment.addConsultation is to be written']),
    ...(upload ? [] : ['enrolment.addConsultation: how does a recording come to a consultation?']),
    ...(gone ? [] : ['enrolment.remove is to be written: without it what is made stays, and is listed']),
  ];
  const lines = [
    "// No administrator's call makes people here: they sign up by themselves, and act in sessions of their own.",
    "by: 'patients',",
    ...said(signUp, 'async signUp(http, patient) {', enrolLines(signUp, patientFacts, 'patient', 'http')),
    ...(add
      ? said(
          add,
          `async addConsultation(session, consultation${upload ? ', media' : ''}) {`,
          addLines(add, { upload, list }),
        )
      : nothingAdded),
    ...(gone ? said(gone, 'async remove(session) {', removeLines(gone)) : []),
  ];
  return { lines, todo, hasClinicians: false };
}

const nothingAdded = [
  '// TODO add a past consultation, with its title and note, and its recording where media is not null.',
  'async addConsultation() {},',
];

/** Nobody's account is ours to remove. A call that is held, and ends with its recording, is a past consultation, too. */
function writeLeased(picks: Picks, list: ApiOperation | undefined): WrittenEnrolment {
  const add = (picks.get('add-consultation') ?? picks.get('book'))?.operation;
  const ended = picks.get('end-call')?.operation;
  const upload = picks.get('add-recording')?.operation ?? (ended?.body?.kind === 'media' ? ended : undefined);
  const attended = upload === ended ? picks.get('attend')?.operation : undefined;
  return {
    lines: [
      "// Accounts that exist already are leased from the drill's list; in each, what the patient may do adds what carries the canaries.",
      "by: 'patients',",
      ...(add
        ? said(
            add,
            `async addConsultation(session, consultation${upload ? ', media' : ''}) {`,
            addLines(add, { upload, attended, list }),
          )
        : nothingAdded),
    ],
    todo: [
      ...(add
        ? []
        : [
            'enrolment.addConsultation is to be written: nothing in the visit made a consultation, and without a title of ours on it nothing can be judged',
          ]),
      ...(upload ? [] : ['enrolment.addConsultation: how does a recording come to a consultation?']),
    ],
    hasClinicians: false,
  };
}

const said = (operation: ApiOperation, head: string, body: readonly string[]): readonly string[] => [
  ...comment(nameOf(operation), column),
  head,
  ...indented(body, 2),
  '},',
];

interface Around {
  readonly upload: ApiOperation | undefined;
  /** What must be said between the two. */
  readonly attended?: ApiOperation | undefined;
  /** It leads to what can be played. */
  readonly list: ApiOperation | undefined;
}

function addLines(operation: ApiOperation, { upload, attended, list }: Around): readonly string[] {
  const facts = [
    ...consultationFacts.map(([words, fact]) => [words, `consultation.${fact}`] as const),
    [personWords, 'session.account.id'] as const,
  ];
  const body = { head: 'body: ', entries: bodyEntries(operation.body?.schema ?? {}, facts) };
  const made = block(request('const made = await ', operation, idsFor(operation), [body]), ');', column + 2);
  const done = "expectOk(made, 'adding a consultation')";
  if (!upload)
    return [
      ...made,
      `${done};`,
      '// TODO how does a recording come to it? The third argument, media, holds the bytes, or null.',
    ];
  const id = taken(findId(operation.answer.schema)?.path ?? ['id'], 'string', done);
  const type = upload.body?.type.includes('*') ? 'video/webm' : (upload.body?.type ?? 'video/webm');
  const more = [`headers: { 'content-type': ${text(type)} }`, 'body: media'];
  return [
    ...made,
    id.line,
    'if (media === null) return;',
    ...(attended
      ? [
          ...block(request('const held = await ', attended, idsFor(attended, id.value), []), ');', column + 2),
          "expectOk(held, 'attending a consultation');",
        ]
      : []),
    ...(list ? countLines(list) : []),
    ...block(request('const stored = await ', upload, idsFor(upload, id.value), more), ');', column + 2),
    "expectOk(stored, 'storing a recording');",
    ...(list ? waitLines : []),
  ];
}

function countLines(list: ApiOperation): readonly string[] {
  const ids = list.ids.map(() => 'session.account.id');
  return [
    ...block(request('const look = () => ', list, ids, []), ');', column + 2),
    "takeList(session, expectOk(await look(), 'looking at the list'));",
    'const before = session.playable.length;',
  ];
}

const waitLines = [
  '// It may be processed first: until the list leads to one more than before.',
  'await untilReady(look, (listed) => {',
  '  takeList(session, listed);',
  '  return session.playable.length > before;',
  '});',
];

function removeLines(operation: ApiOperation): readonly string[] {
  const ids = operation.ids.map(() => 'session.account.id');
  return [
    ...block(request('const gone = await ', operation, ids, []), ');', column + 2),
    "if (gone.status !== 404) expectOk(gone, 'removing a patient');",
  ];
}
