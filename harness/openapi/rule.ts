// What an operation looks like that says one of the contract's actions. Words weigh more in the path and the operation's id than in
// summary and tags; what it takes and gives decides whether it can be the one at all.
import type { Action } from '../plan.ts';
import type { ApiOperation, IdOf } from './operations.ts';
import { findField, wordsOf } from './schema.ts';

/** What is looked for: actions, the further calls that some of them take, and what an administrator does. */
export type Role =
  | Exclude<Action['kind'], 'turn-page' | 'open-odd-path' | 'follow-link' | 'read-inbox'>
  | 'view-history-of'
  | 'export-state'
  | 'export-file'
  | 'enrol'
  | 'add-consultation'
  | 'add-recording'
  | 'unenrol'
  | 'enrol-clinician'
  | 'unenrol-clinician';

export interface Rule {
  readonly role: Role;
  readonly methods: readonly ApiOperation['method'][];
  readonly words: readonly (readonly [RegExp, number])[];
  /** Its words, in the path or the id, rule it out. */
  readonly not?: RegExp;
  /** Whose action it is: `patient` rules out what stands under clinicians. */
  readonly by: 'patient' | 'anyone' | 'administrator';
  /** What its shape adds; null: it can't be this one. */
  shape(operation: ApiOperation): number | null;
}

export const titleWords = /^(title|subject|reason|summary|topic|name|description|notes?)$/;
export const personWords = /^(patient|user|member|account|customer|owner)( ?id)?$/;
export const things =
  /\b(histor(y|ies)|rewatch|recordings?|consultations?|appointments?|visits?|videos?|encounters?|bookings?)\b/;
export const consultations = /\b(consultations?|appointments?|bookings?|visits?|encounters?)\b/;
export const writes = ['POST', 'PUT', 'PATCH'] as const;

export const takes = ({ body }: ApiOperation, words: RegExp): boolean =>
  body !== null && findField(body.schema, ({ name }) => words.test(wordsOf(name))) !== undefined;
export const gives = ({ answer }: ApiOperation, words: RegExp): boolean =>
  findField(answer.schema, ({ name }) => words.test(wordsOf(name))) !== undefined;
export const endsWithId = ({ path }: ApiOperation): boolean => path.endsWith('}');
export const onlyOf = ({ ids }: ApiOperation, ...wanted: readonly IdOf[]): boolean =>
  ids.every((id) => wanted.includes(id));
export const lastIsOf = ({ ids }: ApiOperation, ...wanted: readonly IdOf[]): boolean =>
  wanted.includes(ids.at(-1) as IdOf);
export const bonus = (...points: readonly (readonly [boolean, number])[]): number =>
  points.reduce((sum, [holds, points]) => sum + (holds ? points : 0), 0);

export const maybe = (points: number | null, more: number): number | null => (points === null ? null : points + more);
