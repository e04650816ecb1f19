// What is done with one consultation and its recording, one entry an action: a table to extend.
import type { ApiOperation } from './operations.ts';
import {
  bonus,
  consultations,
  endsWithId,
  gives,
  lastIsOf,
  onlyOf,
  type Rule,
  takes,
  titleWords,
  writes,
} from './rule.ts';

const ofOneConsultation = (operation: ApiOperation): number | null =>
  lastIsOf(operation, 'consultation', 'other') && !endsWithId(operation) ? 1 : null;

export const consultationRules: readonly Rule[] = [
  {
    role: 'slots',
    methods: ['GET'],
    words: [[/\b(slots?|availab\w*|openings?|free)\b/, 5]],
    by: 'patient',
    shape: (operation) => (operation.answer.kind === 'json' && operation.ids.length === 0 ? 1 : null),
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
];
