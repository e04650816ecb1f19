// What a witness at an HTTP address must be seen to answer, as a drill's file writes it.
import { z } from 'zod';
import type { Answer } from './call.ts';

const text = z.string().min(1).max(500);
const pathStepsMax = 16;

export const seenSchema = z
  .strictObject({
    status: z.number().int().min(100).max(599).optional(),
    /** A text that stands in the body. */
    body: text.optional(),
    /** A value in a JSON body: `{ path: 'pools.0.state', equals: 'drained' }`. */
    json: z
      .strictObject({
        path: text.refine((path) => path.split('.').length <= pathStepsMax, `of ${pathStepsMax} steps at most`),
        equals: z.union([z.string(), z.number(), z.boolean(), z.null()]),
      })
      .optional(),
    /** Nothing: the connection is refused, ends, or stays silent. */
    noAnswer: z.literal(true).optional(),
  })
  .refine(
    ({ noAnswer, ...seen }) => (Object.keys(seen).length === 0) === (noAnswer === true),
    'must say what is to be seen: a status, a body, json, or noAnswer alone',
  );
export type Seen = z.infer<typeof seenSchema>;

/** `null`: there was no answer. */
export function matches(answer: Answer | null, { status, body, json, noAnswer }: Seen): boolean {
  if (noAnswer === true || answer === null) return noAnswer === true && answer === null;
  if (status !== undefined && answer.status !== status) return false;
  if (body !== undefined && !answer.body.includes(body)) return false;
  return json === undefined || valueAt(answer.body, json.path) === json.equals;
}

function valueAt(body: string, path: string): unknown {
  try {
    return path
      .split('.')
      .reduce<unknown>(
        (value, step) => (isObject(value) && Object.hasOwn(value, step) ? value[step] : undefined),
        JSON.parse(body),
      );
  } catch {
    return undefined;
  }
}

const isObject = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

/** `200`, as a sentence says it; never the body. */
export const toldAs = (answer: Answer | null): string => (answer === null ? 'no answer' : `status ${answer.status}`);
