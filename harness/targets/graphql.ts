// How adapters speak GraphQL: one address for everything, so an operation's name stands for the route, and an answer that says 200 may be a refusal.
// Safe inside k6.
import { z } from 'zod';
import { authorized } from '../logins/authorized.ts';
import { isOk, verdictOf } from './talk.ts';
import type { ActionResult, HttpResponse, SessionContext } from './target.ts';

export interface GraphqlOperation {
  /** Of the document's operation: findings are grouped by it. */
  readonly name: string;
  /** The document; must hold an operation of that name. */
  readonly query: string;
  readonly variables?: Readonly<Record<string, unknown>>;
  /** Default `/graphql`. */
  readonly url?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const answerSchema = z.looseObject({
  data: z.unknown().optional(),
  errors: z
    .array(
      z.looseObject({
        message: z.string(),
        extensions: z.looseObject({ code: z.string().optional() }).optional(),
      }),
    )
    .optional(),
});

export interface GraphqlAnswer {
  readonly response: HttpResponse;
  /** What was asked for, as far as there is an answer; the shape is the adapter's to check. */
  readonly data: unknown;
  /** By status and errors. An error beside data is a failure: whoever looks at half a list sees less than there is. */
  readonly result: ActionResult;
}

/** What servers call a request that they will not answer to this one (Apollo's and Relay's usual codes). */
const refusals: readonly string[] = ['UNAUTHENTICATED', 'FORBIDDEN', 'UNAUTHORIZED', 'NOT_FOUND'];

/** A query or mutation by POST, with what the session holds. */
export async function graphql(session: SessionContext, operation: GraphqlOperation): Promise<GraphqlAnswer> {
  const { name, query, variables = {}, url = '/graphql', headers = {} } = operation;
  const response = await authorized(session, {
    method: 'POST',
    url,
    route: `${url}#${name}`,
    headers: { accept: 'application/graphql-response+json, application/json', ...headers },
    body: { operationName: name, query, variables },
  });
  return read(response, name);
}

function read(response: HttpResponse, name: string): GraphqlAnswer {
  const parsed = response.text === '' ? undefined : answerSchema.safeParse(jsonOrNull(response));
  if (!parsed?.success) {
    const result: ActionResult = isOk(response)
      ? { outcome: 'failed', detail: `${name} answered no GraphQL: neither data nor errors` }
      : verdictOf(response);
    return { response, data: null, result };
  }
  const { data = null, errors = [] } = parsed.data;
  const [first] = errors;
  if (first === undefined) return { response, data, result: verdictOf(response) };
  const code = first.extensions?.code ?? '';
  const outcome = refusals.includes(code) || verdictOf(response).outcome === 'refused' ? 'refused' : 'failed';
  // The message is the target's own words, and may hold anybody's data.
  return { response, data, result: { outcome, detail: `${name}: ${errors.length} errors${code && `, ${code}`}` } };
}

function jsonOrNull(response: HttpResponse): unknown {
  try {
    return response.json();
  } catch {
    return null;
  }
}

/**
 * What stands at `path` in the data, such as `me.visits.edges.node`: lists on the way are gone through, what is not there is left out.
 */
export function valuesAt(data: unknown, path: string): unknown[] {
  let values: unknown[] = [data];
  for (const name of path.split('.')) {
    values = values.flat().flatMap((value) => {
      const found = typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined;
      return found === undefined || found === null ? [] : [found];
    });
  }
  return values.flat();
}

export const textsAt = (data: unknown, path: string): string[] =>
  valuesAt(data, path).flatMap((value) =>
    typeof value === 'string' ? [value] : typeof value === 'number' ? [String(value)] : [],
  );
