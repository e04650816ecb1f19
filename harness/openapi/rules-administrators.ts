// What an administrator does to make and remove people. Where there is no administrator, people sign themselves up.
import type { ApiOperation } from './operations.ts';
import { bonus, consultations, endsWithId, maybe, onlyOf, personWords, type Rule, takes, titleWords } from './rule.ts';

const account = (operation: ApiOperation): number | null =>
  operation.ids.length === 0 && takes(operation, /^(e ?mail|user ?name)/)
    ? bonus([takes(operation, /passw/), 3], [operation.isAdmin, 3])
    : null;

const removal = (operation: ApiOperation): number | null =>
  endsWithId(operation) && operation.ids.length === 1 ? 1 : null;

export const administratorRules: readonly Rule[] = [
  {
    role: 'enrol',
    methods: ['POST'],
    words: [
      [/\b(patients?|users?|accounts?|members?|customers?)\b/, 3],
      [/\b(register|sign ?up|enrol\w*|create)\b/, 2],
    ],
    not: /\b(sign ?in|log ?in|clinicians?|doctors?|reset)\b/,
    by: 'administrator',
    shape: account,
  },
  {
    role: 'enrol-clinician',
    methods: ['POST'],
    words: [[/\b(clinicians?|doctors?|practitioners?|providers?|staff)\b/, 5]],
    not: /\b(sign ?in|log ?in)\b/,
    by: 'administrator',
    shape: account,
  },
  {
    role: 'add-consultation',
    methods: ['POST'],
    words: [
      [consultations, 4],
      [/\b(histor(y|ies)|records?)\b/, 2],
    ],
    by: 'administrator',
    shape: (operation) =>
      operation.body?.kind === 'json' &&
      onlyOf(operation, 'person') &&
      (operation.ids.length === 1 || takes(operation, personWords))
        ? bonus([operation.isAdmin, 3], [takes(operation, titleWords), 1])
        : null,
  },
  {
    role: 'add-recording',
    methods: ['PUT', 'POST'],
    words: [[/\b(recordings?|videos?|media|files?|uploads?)\b/, 4]],
    by: 'administrator',
    shape: (operation) =>
      operation.body?.kind === 'media' && operation.ids.length > 0
        ? bonus([operation.isAdmin, 3], [consultations.test(operation.said), 1])
        : null,
  },
  {
    role: 'unenrol',
    methods: ['DELETE'],
    words: [[/\b(patients?|users?|accounts?|members?|customers?)\b/, 4]],
    not: /\b(clinicians?|doctors?|practitioners?|providers?)\b/,
    by: 'administrator',
    shape: (operation) =>
      onlyOf(operation, 'person') ? maybe(removal(operation), bonus([operation.isAdmin, 2])) : null,
  },
  {
    role: 'unenrol-clinician',
    methods: ['DELETE'],
    words: [[/\b(clinicians?|doctors?|practitioners?|providers?|staff)\b/, 4]],
    by: 'administrator',
    shape: (operation) => (onlyOf(operation, 'clinician') ? removal(operation) : null),
  },
];
