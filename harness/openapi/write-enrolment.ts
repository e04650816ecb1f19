// Writes how people are made and removed: by an administrator's calls, or by signing themselves up. What the document lacks throws, when
// it is called, an error that says what to write.
import { type Block, block, comment, type Entry, indented, text } from './code.ts';
import { bodyEntries, clinicianFacts, consultationFacts, type Facts, patientFacts, treatedBy } from './fields.ts';
import type { Picks } from './match.ts';
import type { ApiOperation } from './operations.ts';
import { personWords, type Role } from './rule.ts';
import { findId } from './schema.ts';
import { nameOf, requestEntries, taken } from './write-requests.ts';

const column = 4;

export interface WrittenEnrolment {
  readonly lines: readonly string[];
  readonly todo: readonly string[];
  readonly hasClinicians: boolean;
}

export function writeEnrolment(picks: Picks): WrittenEnrolment {
  const todo: string[] = [];
  const hasClinicians = picks.has('enrol-clinician') && picks.has('unenrol-clinician');
  const on = (role: Role, head: string, write: (operation: ApiOperation) => readonly string[]): readonly string[] => {
    const found = picks.get(role);
    if (!found) todo.push(`enrolment.${head.split('(', 1)[0]} is to be written`);
    const said = found
      ? [nameOf(found.operation), ...found.others.map((other) => `or ${nameOf(other)}?`)].join(' ')
      : '';
    const body = found ? write(found.operation) : notWritten(head.split('(', 1)[0] ?? '', wanted[role] ?? '');
    return [
      ...comment(found ? said : `TODO ${wanted[role]}`, column),
      `async ${found ? head : `${head.split('(', 1)[0]}()`} {`,
      ...indented(body, 2),
      '},',
    ];
  };
  const upload = picks.get('add-recording')?.operation;
  if (picks.has('add-consultation') && !upload)
    todo.push('enrolment.addConsultation: how does a recording come to a consultation?');
  const usesClinician = hasClinicians && picks.get('enrol')?.operation.body?.kind === 'json';
  const facts = usesClinician ? [...treatedBy, ...patientFacts] : patientFacts;
  const lines = [
    ...on('enrol', `enrol(admin, patient${usesClinician ? ', clinician' : ''})`, (operation) =>
      enrolLines(operation, facts, 'patient'),
    ),
    ...on('add-consultation', `addConsultation(admin, account, consultation${upload ? ', media' : ''})`, (operation) =>
      addLines(operation, upload),
    ),
    ...on('unenrol', 'unenrol(admin, account)', (operation) => removeLines(operation, 'patient')),
  ];
  if (!hasClinicians) return { lines, todo, hasClinicians };
  const theirs = [
    ...on('enrol-clinician', 'enrol(admin, clinician)', (operation) =>
      enrolLines(operation, clinicianFacts, 'clinician'),
    ),
    ...on('unenrol-clinician', 'unenrol(admin, account)', (operation) => removeLines(operation, 'clinician')),
  ];
  return { lines: [...lines, 'clinicians: {', ...indented(theirs, 2), '},'], todo, hasClinicians };
}

const wanted: Partial<Record<Role, string>> = {
  enrol: 'make an account for the synthetic patient, and give what signing in takes: { id, email, password }',
  'add-consultation':
    'add a past consultation, with its title and note, and with its recording where media is not null',
  unenrol: 'remove the patient and everything of theirs; already gone is success',
};

const notWritten = (name: string, what: string): readonly string[] => [
  'throw new AdapterError(',
  `  ${text(`enrolment.${name} is still to be written: ${what}`)},`,
  ');',
];

const send = (operation: ApiOperation, ids: readonly string[], more: readonly Entry[]): Block => ({
  head: 'await admin.request(',
  entries: requestEntries(operation, ids, more),
});

export function enrolLines(
  operation: ApiOperation,
  facts: Facts,
  who: 'patient' | 'clinician',
  by: 'admin' | 'http' = 'admin',
): readonly string[] {
  const body = { head: 'body: ', entries: bodyEntries(operation.body?.schema ?? {}, facts) };
  const request = { head: `const response = await ${by}.request(`, entries: requestEntries(operation, [], [body]) };
  const id = findId(operation.answer.schema);
  const what = text(`${by === 'http' ? 'signing up' : 'enrolling'} a ${who}`);
  const account = (value: string): string =>
    `return { ${value === 'id' ? 'id' : `id: ${value}`}, email: ${who}.email, password: ${who}.password };`;
  const asked = block(request, ');', column + 2);
  if (!id) return [...asked, `expectOk(response, ${what});`, account(`${who}.email`)];
  const gives = taken(id.path, 'string', `expectOk(response, ${what})`);
  return [...asked, gives.line, account(id.path.length > 1 ? `${gives.value} ?? ${who}.email` : gives.value)];
}

function addLines(operation: ApiOperation, upload: ApiOperation | undefined): readonly string[] {
  const facts = [
    ...consultationFacts.map(([words, fact]) => [words, `consultation.${fact}`] as const),
    [personWords, 'account.id'] as const,
  ];
  const request = send(
    operation,
    ['account.id'],
    [{ head: 'body: ', entries: bodyEntries(operation.body?.schema ?? {}, facts) }],
  );
  const made = block({ ...request, head: `const made = ${request.head}` }, ');', column + 2);
  if (!upload)
    return [
      ...made,
      "expectOk(made, 'adding a consultation');",
      '// TODO how does a recording come to it? The fourth argument, media, holds the bytes, or null.',
    ];
  const gives = taken(
    findId(operation.answer.schema)?.path ?? ['id'],
    'string',
    "expectOk(made, 'adding a consultation')",
  );
  const type = upload.body?.type.includes('*') ? 'video/webm' : (upload.body?.type ?? 'video/webm');
  const ids = upload.ids.length > 1 ? ['account.id', gives.value] : [gives.value];
  const store = send(upload, ids, [`headers: { 'content-type': ${text(type)} }`, 'body: media']);
  return [
    ...made,
    gives.line,
    'if (media === null) return;',
    ...block({ ...store, head: `const stored = ${store.head}` }, ');', column + 2),
    "expectOk(stored, 'storing a recording');",
  ];
}

function removeLines(operation: ApiOperation, who: string): readonly string[] {
  const request = send(operation, ['account.id'], []);
  return [
    ...block({ ...request, head: `const gone = ${request.head}` }, ');', column + 2),
    `if (gone.status !== 404) expectOk(gone, ${text(`removing a ${who}`)});`,
  ];
}
