// An OpenAPI document as a list of operations, each with what tells what it is for: its words, its ids, what it takes and gives.
import type { HttpRequest } from '../targets/target.ts';
import { asSchema, type Schema, wordsOf } from './schema.ts';
import type { OpenApiRoot } from './source.ts';

export interface Parameter {
  readonly name: string;
  readonly in: 'query' | 'header';
  readonly required: boolean;
  readonly schema: Schema;
}

/** Of what an id in an address is the id. */
export type IdOf = 'person' | 'clinician' | 'consultation' | 'recording' | 'other';

export interface Body {
  readonly kind: 'json' | 'form' | 'media' | 'multipart';
  readonly type: string;
  readonly schema: Schema;
}

export interface Answer {
  readonly kind: 'none' | 'json' | 'events' | 'media' | 'page';
  readonly schema: Schema;
}

export interface ApiOperation {
  readonly method: HttpRequest['method'];
  /** With the path of the document's server before it, and ids in braces. */
  readonly path: string;
  readonly id: string;
  /** Words of the path and the operation's id. */
  readonly said: string;
  /** Words of its summary and tags. */
  readonly told: string;
  readonly isAdmin: boolean;
  readonly isStaff: boolean;
  readonly ids: readonly IdOf[];
  readonly parameters: readonly Parameter[];
  readonly body: Body | null;
  readonly answer: Answer;
}

const methods = ['get', 'post', 'put', 'patch', 'delete'] as const;
const operationsMax = 5_000;
const people = /\b(patient|user|member|account|customer|client|person|people|proxy|proxie|delegate|share|profile)s?\b/;
const staff = /\b(clinician|doctor|practitioner|provider|staff|physician)s?\b/;
const consultation = /\b(consultation|appointment|booking|visit|encounter|meeting|call|order|session)s?\b/;
const recording = /\b(recording|video|media|file|document|attachment|download|object|photo)s?\b/;

const listOf = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.map(asSchema) : []);
const textOf = (value: unknown): string => (typeof value === 'string' ? value : '');

export function operationsOf(document: OpenApiRoot): readonly ApiOperation[] {
  const base = basePathOf(document.servers);
  const found: ApiOperation[] = [];
  for (const [path, item] of Object.entries(document.paths))
    for (const method of methods) {
      if (item[method] === undefined || found.length === operationsMax) continue;
      const operation = asSchema(item[method]);
      const servers = operation.servers ?? item.servers;
      const full = `${servers === undefined ? base : basePathOf(servers)}${path}`;
      found.push(
        operationOf(method.toUpperCase() as ApiOperation['method'], full, operation, item, servers !== undefined),
      );
    }
  return found;
}

/** `https://example.org/api/v1` and `/api/v1/` are `/api/v1`: the host is the drill's. */
function basePathOf(servers: unknown): string {
  const url = textOf(listOf(servers)[0]?.url).replace(/^[a-z]+:\/\/[^/]*/, '');
  return url.includes('{') ? '' : url.replace(/\/+$/, '');
}

function operationOf(
  method: ApiOperation['method'],
  path: string,
  operation: Schema,
  item: Schema,
  isElsewhere: boolean,
): ApiOperation {
  const id = textOf(operation.operationId);
  const said = wordsOf(`${path} ${id}`);
  const tags = Array.isArray(operation.tags) ? operation.tags.map(textOf) : [];
  const security = JSON.stringify(operation.security ?? []);
  const parameters = [...listOf(item.parameters), ...listOf(operation.parameters)];
  return {
    method,
    path,
    id,
    said,
    told: wordsOf(`${textOf(operation.summary)} ${tags.join(' ')}`),
    isAdmin: isElsewhere || /\badmin/.test(`${said} ${wordsOf(`${tags.join(' ')} ${security}`)}`),
    isStaff: staff.test(`${wordsOf(path.replaceAll(/\{[^}]*\}/g, ' '))} ${wordsOf(tags.join(' '))}`),
    ids: idsOf(path),
    parameters: parameters.flatMap((parameter) => {
      const where = parameter.in;
      if (where !== 'query' && where !== 'header') return [];
      const schema = asSchema(parameter.schema);
      return [{ name: textOf(parameter.name), in: where, required: parameter.required === true, schema }];
    }),
    body: bodyOf(asSchema(asSchema(operation.requestBody).content)),
    answer: answerOf(asSchema(operation.responses)),
  };
}

/** By its name, else by the word before it: `/appointments/{id}`. */
function idsOf(path: string): readonly IdOf[] {
  return [...path.matchAll(/([^/]*)\/\{([^}]+)\}/g)].map(([, before = '', name = '']) => {
    const kindOf = (words: string): IdOf | undefined => {
      if (staff.test(words)) return 'clinician';
      if (consultation.test(words)) return 'consultation';
      if (recording.test(words)) return 'recording';
      if (people.test(words)) return 'person';
      return undefined;
    };
    return kindOf(wordsOf(name)) ?? kindOf(wordsOf(before)) ?? 'other';
  });
}

const isMedia = (type: string, schema: Schema): boolean =>
  /^(video|audio|image|application\/(octet-stream|zip|pdf))/.test(type) || schema.format === 'binary';

function contentsOf(content: Schema): readonly { readonly type: string; readonly schema: Schema }[] {
  return Object.entries(content).map(([type, value]) => ({ type, schema: asSchema(asSchema(value).schema) }));
}

function bodyOf(content: Schema): Body | null {
  const all = contentsOf(content);
  const withType = (kind: Body['kind'], wanted: RegExp): Body | undefined => {
    const found = all.find(({ type }) => wanted.test(type));
    return found && { kind, ...found };
  };
  const media = all.find(({ type, schema }) => isMedia(type, schema));
  return (
    withType('json', /json/) ??
    withType('form', /urlencoded/) ??
    (media && { kind: 'media' as const, ...media }) ??
    withType('multipart', /multipart/) ??
    null
  );
}

/** Of the first answer that says all went well. */
function answerOf(responses: Schema): Answer {
  const [status = ''] = Object.keys(responses).filter((each) => /^2/.test(each) || each === 'default');
  const all = contentsOf(asSchema(asSchema(responses[status]).content));
  const json = all.find(({ type }) => /json/.test(type));
  if (all.some(({ type }) => type === 'text/event-stream')) return { kind: 'events', schema: {} };
  if (json) return { kind: 'json', schema: json.schema };
  if (all.some(({ type, schema }) => isMedia(type, schema))) return { kind: 'media', schema: {} };
  return { kind: all.length > 0 ? 'page' : 'none', schema: {} };
}
