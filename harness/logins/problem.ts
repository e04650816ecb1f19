// A login that did not come about, as an outcome for the history. Its words name the route, the status and what was looked for;
// never a credential, a code or a token, nor what the answer says in words of its own. Safe inside k6.
import type { ActionResult, HttpResponse } from '../targets/target.ts';
import { routeOf } from './address.ts';

export class LoginProblem extends Error {
  override name = 'LoginProblem';
  readonly outcome: 'refused' | 'failed';
  constructor(message: string, outcome: LoginProblem['outcome'] = 'failed') {
    super(message);
    this.outcome = outcome;
  }
}

const refusals: readonly number[] = [401, 403];

/** `what`: what was expected of the answer instead. */
export function unexpected(
  method: string,
  url: string,
  { status }: Pick<HttpResponse, 'status'>,
  what: string,
): LoginProblem {
  const outcome = refusals.includes(status) ? 'refused' : 'failed';
  return new LoginProblem(`${method} ${routeOf(url)} answered ${status}, where ${what}`, outcome);
}

/** A login as the result of an action. A request that broke off stays what it is, for the driver to say. */
export async function resultOf(login: () => Promise<void>): Promise<ActionResult> {
  try {
    await login();
    return { outcome: 'ok' };
  } catch (problem) {
    if (!(problem instanceof LoginProblem)) throw problem;
    return { outcome: problem.outcome, detail: problem.message };
  }
}
