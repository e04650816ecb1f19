// A value at a declared place of an answer: a header, or a path into its JSON. Safe inside k6.
import type { HttpResponse } from '../targets/target.ts';
import { LoginProblem } from './problem.ts';

/** A path such as `data.session.token` or `tokens.0`, or the name of a header. */
export type Place = string | { readonly header: string };

/** A text that is not empty, or a number as text. */
export function foundAt(place: Place, response: HttpResponse): string | undefined {
  const value = typeof place === 'string' ? within(response.json(), place) : response.header(place.header);
  if (typeof value === 'number') return String(value);
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** Throws a `LoginProblem` that names the place. `what` was asked, as in `POST /login`. */
export function valueAt(place: Place, response: HttpResponse, what: string): string {
  const value = foundAt(place, response);
  if (value !== undefined) return value;
  const where = typeof place === 'string' ? `at ${place}` : `in the header ${place.header}`;
  throw new LoginProblem(`${what} answered ${response.status} without a text ${where}`);
}

function within(json: unknown, path: string): unknown {
  let value = json;
  for (const name of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}
