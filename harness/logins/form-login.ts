// Signs in at pages: opens one, fills in what comes, ends with a session in a cookie. It goes wherever the product sends it, so a
// login at an identity provider on the way is another form in the list. Safe inside k6.
import type { ActionResult, SessionContext } from '../targets/target.ts';
import { isAt, isOwn, resolved, routeOf } from './address.ts';
import { type FormStep, fillPages, formsOf } from './fill.ts';
import { letGo } from './held.ts';
import { LoginProblem, resultOf, unexpected } from './problem.ts';
import { type Visit, type Walk, walk } from './walk.ts';

export interface FormLogin {
  /** Where it begins: the page with the form, or an address that redirects there. */
  readonly page: string;
  /** In the order in which they come up. One that does not come up (a consent that was given before) is left out. */
  readonly forms: readonly [FormStep, ...FormStep[]];
  readonly signedIn: Sign;
}

/** What tells that the login has succeeded, after the last form was sent and its redirects were followed. */
export type Sign =
  /** A cookie that was set, by name: the session's own. */
  | { readonly cookie: string }
  /** A path to which one of the answers redirected. */
  | { readonly redirect: string }
  /** A text on the page that came. */
  | { readonly shows: string }
  | { readonly status: number };

export const formLogin = (session: SessionContext, login: FormLogin): Promise<ActionResult> =>
  resultOf(async () => {
    letGo(session);
    const way = walk(session);
    const first = await way.open(login.page);
    const { end, sent } = await fillPages(way, first, login.forms);
    if (sent === 0 && end.kind === 'page') {
      const wanted = Object.keys(login.forms[0].fields).join(', ');
      throw unexpected(
        end.method,
        end.url,
        end.response,
        `a form with ${wanted} was expected: ${formsOf(end.response)}`,
      );
    }
    requireSign(session, login.signedIn, way, end);
  });

/** Throws a `LoginProblem` unless the sign is there. */
export function requireSign(session: SessionContext, sign: Sign, way: Walk, end: Visit): void {
  const lacking = lackingOf(session, sign, way, end);
  if (lacking === null) return;
  if (end.kind === 'stop') throw new LoginProblem(`the login ended at ${routeOf(end.url)}, where ${lacking}`);
  throw unexpected(end.method, end.url, end.response, `${lacking}: ${formsOf(end.response)}`);
}

function lackingOf(session: SessionContext, sign: Sign, way: Walk, end: Visit): string | null {
  if ('cookie' in sign) {
    const value = way.cookie(sign.cookie);
    if (value === undefined) return `a new cookie ${sign.cookie} was expected`;
    session.issued(value);
    return null;
  }
  if ('redirect' in sign) {
    const place = resolved(`${session.origin}/`, sign.redirect);
    const wasThere = way.redirects.some((url) => isOwn(url, session.origin) && isAt(url, place));
    return wasThere ? null : `a redirect to ${routeOf(place)} was expected`;
  }
  if (end.kind === 'stop') return 'a page was expected';
  if ('shows' in sign)
    return end.response.text.includes(sign.shows) ? null : `${JSON.stringify(sign.shows)} was expected on it`;
  return end.response.status === sign.status ? null : `${sign.status} was expected`;
}
