// What patients and clinicians do, one entry an action: a table to extend.
import type { ApiOperation } from './operations.ts';
import {
  bonus,
  consultations,
  endsWithId,
  gives,
  lastIsOf,
  maybe,
  onlyOf,
  type Rule,
  takes,
  things,
  titleWords,
  writes,
} from './rule.ts';
import { findField, findLink, findList, wordsOf } from './schema.ts';

const ofOneConsultation = (operation: ApiOperation): number | null =>
  lastIsOf(operation, 'consultation', 'other') && !endsWithId(operation) ? 1 : null;

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
    role: 'slots',
    methods: ['GET'],
    words: [[/\b(slots?|availab\w*|openings?|free)\b/, 5]],
    by: 'patient',
    shape: (operation) => (operation.answer.kind === 'json' && operation.ids.length === 0 ? 1 : null),
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
    role: 'view-consultation',
    methods: ['GET'],
    words: [[consultations, 5]],
    by: 'patient',
    shape: (operation) =>
      endsWithId(operation) && lastIsOf(operation, 'consultation', 'other') && operation.answer.kind === 'json'
        ? bonus([gives(operation, /^(title|notes?|subject|reason)$/), 1])
        : null,
  },
  {
    role: 'book',
    methods: ['POST'],
    words: [
      [/\bbook/, 2],
      [consultations, 4],
    ],
    not: /\b(cancel|attend|join|end|start)\b/,
    by: 'patient',
    shape: (operation) =>
      onlyOf(operation, 'person') && operation.body?.kind === 'json'
        ? bonus(
            [takes(operation, /^(starts?|date|slot|when|time|scheduled|begin)/), 1],
            [takes(operation, titleWords), 2],
          )
        : null,
  },
  {
    role: 'cancel',
    methods: ['DELETE', ...writes],
    words: [
      [consultations, 3],
      [/\bcancel/, 3],
    ],
    by: 'patient',
    shape: (operation) => {
      if (!lastIsOf(operation, 'consultation', 'other')) return null;
      if (operation.method === 'DELETE') return endsWithId(operation) ? 2 : null;
      return /\bcancel/.test(operation.said) ? 1 : null;
    },
  },
  {
    role: 'attend',
    methods: writes,
    words: [[/\b(attend|join|check ?in|start|begin)\b/, 5]],
    not: /\bcancel/,
    by: 'patient',
    shape: ofOneConsultation,
  },
  {
    role: 'switch-call',
    methods: writes,
    words: [[/\b(switch|upgrade)\b/, 5]],
    by: 'patient',
    shape: ofOneConsultation,
  },
  {
    role: 'end-call',
    methods: writes,
    words: [[/\b(end|finish|complete|hang ?up|leave)\b/, 5]],
    not: /\bcancel/,
    by: 'patient',
    shape: ofOneConsultation,
  },
  {
    role: 'watch',
    methods: ['GET'],
    words: [
      [/\b(recordings?|videos?|media)\b/, 3],
      [/\b(content|stream|play\w*|watch|file|download|blob|data)\b/, 3],
    ],
    not: /\b(thumbnails?|posters?|avatars?|images?|exports?)\b/,
    by: 'patient',
    shape: (operation) => {
      if (operation.ids.length === 0) return null;
      if (operation.answer.kind === 'media') return 3;
      return operation.answer.kind !== 'json' ? 0 : null;
    },
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
