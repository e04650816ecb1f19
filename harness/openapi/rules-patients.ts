// What patients and clinicians do besides: who they are, their lists, what they share; one entry an action: a table to extend.
import type { ApiOperation } from './operations.ts';
import { bonus, endsWithId, gives, lastIsOf, maybe, onlyOf, type Rule, takes, things, writes } from './rule.ts';
import { findField, findLink, findList, wordsOf } from './schema.ts';

const list = (operation: ApiOperation): number | null => {
  const found = operation.answer.kind === 'json' ? findList(operation.answer.schema) : undefined;
  if (found === undefined) return null;
  const hasRecordings = findField(found.schema, ({ name }) => /\b(recording|video|media)s?\b/.test(wordsOf(name)));
  return bonus(
    [true, 2],
    [findLink(found.schema) !== undefined, 2],
    [hasRecordings !== undefined, 2],
    [/\b(me|my|mine)\b/.test(operation.said), 2],
  );
};

export const patientRules: readonly Rule[] = [
  {
    role: 'sign-in',
    methods: ['POST'],
    words: [
      [/\b(sign ?in|log ?in)\b/, 5],
      [/\b(auth\w*|tokens?|sessions?)\b/, 2],
    ],
    not: /\b(sign ?out|log ?out|refresh|reset|register|sign ?up|verify|revoke)\b/,
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 0 && takes(operation, /passw|^pin$|^secret$/)
        ? bonus([gives(operation, /token|jwt/), 1], [true, 2])
        : null,
  },
  {
    role: 'who-am-i',
    methods: ['GET'],
    words: [[/\b(who ?am ?i|me|user ?info|profile|current ?user|account)\b/, 5]],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 0 &&
      operation.answer.kind === 'json' &&
      findList(operation.answer.schema)?.path.length !== 0
        ? bonus(
            [gives(operation, /^(e ?mail|name|surname|.* name)$/), 2],
            [/\/(me|whoami|userinfo|profile|account)$/.test(operation.path), 2],
          )
        : null,
  },
  {
    role: 'view-history',
    methods: ['GET'],
    words: [
      [things, 4],
      [/\b(histor(y|ies)|rewatch)\b/, 2],
    ],
    not: /\b(slots?|availab\w*|exports?)\b/,
    by: 'patient',
    shape: (operation) => (onlyOf(operation, 'person') ? maybe(list(operation), -operation.ids.length) : null),
  },
  {
    role: 'view-history-of',
    methods: ['GET'],
    words: [
      [things, 4],
      [/\b(histor(y|ies)|rewatch)\b/, 2],
    ],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 1 && onlyOf(operation, 'person') ? maybe(list(operation), -3) : null,
  },
  {
    role: 'export',
    methods: ['POST', 'GET'],
    words: [[/\bexports?\b|\bdata ?download\b|\btakeout\b/, 5]],
    by: 'patient',
    shape: (operation) => (operation.ids.length === 0 ? bonus([operation.method === 'POST', 1]) : null),
  },
  {
    role: 'export-state',
    methods: ['GET'],
    words: [[/\bexports?\b/, 5]],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 1 && endsWithId(operation) && operation.answer.kind === 'json' ? 1 : null,
  },
  {
    role: 'export-file',
    methods: ['GET'],
    words: [[/\bexports?\b/, 5]],
    by: 'patient',
    shape: (operation) => (operation.ids.length === 1 && operation.answer.kind === 'media' ? 1 : null),
  },
  {
    role: 'listen',
    methods: ['GET'],
    words: [[/\b(live|events?|streams?|notifications?|updates?)\b/, 3]],
    by: 'patient',
    shape: (operation) => (operation.answer.kind === 'events' ? 5 : null),
  },
  {
    role: 'share',
    methods: ['POST'],
    words: [[/\b(share|sharing|prox(y|ies)|delegat\w*|grants?|caregivers?|carers?)\b/, 5]],
    not: /\b(stop|revoke|withdraw)\b/,
    by: 'patient',
    shape: (operation) =>
      operation.body?.kind === 'json' && onlyOf(operation, 'person') && operation.ids.length === 0 ? 1 : null,
  },
  {
    role: 'withdraw',
    methods: ['DELETE', 'POST'],
    words: [
      [/\b(shar(e|es|ing)|prox(y|ies)|delegat\w*|grants?|caregivers?|carers?)\b/, 4],
      [/\b(withdraw|stop|revoke)\b/, 2],
    ],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 1 &&
      lastIsOf(operation, 'person', 'other') &&
      (operation.method === 'DELETE' || /withdraw|stop|revoke/.test(operation.said))
        ? 1
        : null,
  },
  {
    role: 'view-day',
    methods: ['GET'],
    words: [[/\b(days?|schedules?|agendas?|worklists?|diar(y|ies))\b/, 4]],
    by: 'anyone',
    shape: (operation) => {
      const byDate = operation.parameters.some(({ name }) => /\b(date|day)\b/.test(wordsOf(name)));
      return operation.answer.kind === 'json' && operation.ids.length === 0 && byDate
        ? bonus([operation.isStaff, 2], [findList(operation.answer.schema) !== undefined, 1])
        : null;
    },
  },
  {
    role: 'move-practice',
    methods: writes,
    words: [[/\b(practices?|move|transfer|clinics?|gp|clinicians?)\b/, 4]],
    by: 'anyone',
    shape: (operation) =>
      takes(operation, /^(clinician|doctor|practitioner|provider) ?(id)?$/) && operation.ids.length === 0 ? 2 : null,
  },
  {
    role: 'erase',
    methods: ['DELETE', 'POST'],
    words: [
      [/\b(erase|forget|delete|close)\b/, 3],
      [/\b(me|account|profile|myself)\b/, 3],
    ],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 0 && (operation.method === 'DELETE' || /\b(erase|forget)\b/.test(operation.said))
        ? 1
        : null,
  },
  {
    role: 'sign-out',
    methods: ['POST', 'DELETE', 'GET'],
    words: [
      [/\b(sign ?out|log ?out)\b/, 6],
      [/\bsessions?\b/, 2],
    ],
    by: 'patient',
    shape: (operation) =>
      operation.ids.length === 0 ? bonus([operation.method === 'POST', 1], [operation.method === 'DELETE', 3]) : null,
  },
];
