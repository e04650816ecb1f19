// Fills in the pages of a login: on each page the first declared form that fits it, each once, with all that a browser would send
// along and the page's CSRF token. Safe inside k6.
import type { HttpResponse } from '../targets/target.ts';
import { type Fields, resolved, routeOf, unescaped } from './address.ts';
import { type Page, type PageForm, pageOf } from './page-forms.ts';
import { LoginProblem } from './problem.ts';
import type { Visit, Walk } from './walk.ts';

/** One form to fill in. It fits a page that has a form with fields (or buttons) of all these names. */
export interface FormStep {
  readonly fields: Fields;
  readonly csrf?: CsrfToken;
}

/** Where the page keeps its token. Hidden inputs are sent along in any case; named here, one that is missing is an error. */
export type CsrfToken =
  | { readonly input: string }
  /** A meta tag of that name; sent in a header, or as a field. */
  | { readonly meta: string; readonly header: string }
  | { readonly meta: string; readonly field: string }
  /** A cookie that an answer has set; sent in a header. */
  | { readonly cookie: string; readonly header: string };

const pagesMax = 10;
/** Hidden fields of pages that a script submits: the answer to a login on its way to the app (OAuth form_post, SAML). */
const handedOn = ['code', 'id_token', 'SAMLResponse', 'error'];

/** Where the pages lead once no form fits any more, and how many forms were sent. */
export async function fillPages(
  walk: Walk,
  first: Visit,
  steps: readonly FormStep[],
): Promise<{ readonly end: Visit; readonly sent: number }> {
  const left = [...steps];
  let visit = first;
  let sent = 0;
  for (let count = 0; count < pagesMax; count++) {
    if (visit.kind === 'stop') return { end: visit, sent };
    const page = pageOf(visit.response.text);
    const step = left.find((each) => formFor(page, each) !== undefined);
    const form = step ? formFor(page, step) : page.forms.find(isHandedOn);
    if (form === undefined) return { end: visit, sent };
    if (step) {
      left.splice(left.indexOf(step), 1);
      sent += 1;
    }
    visit = await submit(walk, visit.url, page, form, step);
  }
  throw new LoginProblem(`the login went through ${pagesMax} pages without an end, the last ${routeOf(visit.url)}`);
}

const formFor = ({ forms }: Page, { fields }: FormStep): PageForm | undefined =>
  forms.find(({ names }) => Object.keys(fields).every((name) => names.has(name)));

const isHandedOn = ({ isHidden, names }: PageForm): boolean => isHidden && handedOn.some((name) => names.has(name));

function submit(walk: Walk, from: string, page: Page, form: PageForm, step: FormStep | undefined): Promise<Visit> {
  const { fields = {}, csrf } = step ?? {};
  const token = csrf ? tokenOf(csrf, walk, page, form, from) : {};
  const given = new Map(Object.entries({ ...fields, ...token.fields }));
  const isPressed = form.buttons.some(([name]) => given.has(name));
  const untouched = form.filled.filter(([name]) => !given.has(name));
  const button = isPressed ? [] : form.buttons.slice(0, 1);
  return walk.submit(
    {
      method: form.method,
      url: resolved(from, form.action).replace(/#.*$/s, ''),
      fields: [...untouched, ...given, ...button],
      ...(token.headers && { headers: token.headers }),
    },
    from,
  );
}

interface SentToken {
  readonly fields?: Fields;
  readonly headers?: Fields;
}

function tokenOf(csrf: CsrfToken, walk: Walk, page: Page, form: PageForm, from: string): SentToken {
  if ('input' in csrf) {
    if (form.filled.some(([name, value]) => name === csrf.input && value !== '')) return {};
    throw missing(from, `no hidden input ${csrf.input}`);
  }
  if ('cookie' in csrf) {
    const value = walk.cookie(csrf.cookie, 'start');
    if (value === undefined) throw missing(from, `set no cookie ${csrf.cookie}`);
    // Frameworks escape it for the cookie and expect it plain.
    return { headers: { [csrf.header]: unescaped(value) } };
  }
  const value = page.metas.get(csrf.meta);
  if (value === undefined) throw missing(from, `no meta tag ${csrf.meta}`);
  return 'header' in csrf ? { headers: { [csrf.header]: value } } : { fields: { [csrf.field]: value } };
}

const missing = (from: string, what: string): LoginProblem =>
  new LoginProblem(`the page ${routeOf(from)} has ${what} for its CSRF token`);

/** What a page offers, for an error: the names of fields, none of their values. */
export function formsOf({ text }: Pick<HttpResponse, 'text'>): string {
  const { forms } = pageOf(text);
  if (forms.length === 0) return 'it has no form';
  return `it has ${forms.map(({ names }) => `a form with ${[...names].slice(0, 12).join(', ') || 'no field'}`).join(' and ')}`;
}
