// How pages are answered and forms taken: whoever isn't signed in meets the page for that, a refusal is a page too, and a form that comes
// from another site is not taken at all. A program, which doesn't ask for HTML, gets its refusals as ever.
import { type Answer, Refusal, readBody } from '../http.ts';
import type { Exchange, Handler, Services } from '../services.ts';
import { addCookie, authenticate, cookieNamed, markCookieOf, sessionMarkOf } from '../sessions.ts';
import { html } from './html.ts';
import { type Content, documentOf, pageAnswer, type Viewer } from './layout.ts';
import { signInContent } from './sign-in-content.ts';

const formBytesMax = 64 * 1024;

const asksForPage = ({ request }: Exchange): boolean => request.headers.accept?.includes('text/html') ?? false;

function viewerOf({ context }: Exchange): Viewer {
  const { patientId, sessionId } = context.current();
  return { patientId, sessionMark: sessionMarkOf(sessionId) };
}

/** A browser that signed in by the API has no mark yet, or that of whoever was there before. */
function renewMark(exchange: Exchange, { sessionMark }: Viewer): void {
  const has = cookieNamed(exchange.request, 'mark') === sessionMark;
  if (!has && asksForPage(exchange)) addCookie(exchange, markCookieOf(sessionMark));
}

function refusalPage(exchange: Exchange, refusal: Refusal): Answer {
  const signIn = refusal.status === 401;
  const content = signIn
    ? signInContent()
    : {
        title: 'That did not work',
        body: html`<p role="alert">The clinic says: ${refusal.message}.</p><p><a href="/me/rewatch">Back to your consultations</a></p>`,
      };
  return pageAnswer(refusal.status, documentOf(content, null, exchange.path));
}

async function orRefusal(exchange: Exchange, make: () => Promise<Answer>): Promise<Answer> {
  try {
    return await make();
  } catch (error) {
    if (error instanceof Refusal && asksForPage(exchange)) return refusalPage(exchange, error);
    throw error;
  }
}

/** A page of the patient who asks. */
export function personalPage(render: (services: Services, exchange: Exchange) => Promise<Content>): Handler {
  return (services, exchange) =>
    orRefusal(exchange, async () => {
      await authenticate(services, exchange);
      const content = await render(services, exchange);
      const viewer = viewerOf(exchange);
      renewMark(exchange, viewer);
      return pageAnswer(200, documentOf(content, viewer, exchange.path));
    });
}

/** Throws for a form that another site made this browser send (it sends the cookie along only if that site is a sibling, but still). */
function refuseOtherSites({ request }: Exchange): void {
  const { origin, host } = request.headers;
  const site = request.headers['sec-fetch-site'];
  const fromOther = origin !== undefined && origin.replace(/^https?:\/\//, '') !== host;
  if (fromOther || (site !== undefined && site !== 'same-origin' && site !== 'none'))
    throw new Refusal(403, 'other-site', `this form was sent from another site (${origin ?? site}): send it from here`);
}

/** Takes a form; whoever handles it authenticates. */
export function postedForm(
  take: (services: Services, exchange: Exchange, form: URLSearchParams) => Promise<Answer>,
): Handler {
  return (services, exchange) =>
    orRefusal(exchange, async () => {
      refuseOtherSites(exchange);
      const body = await readBody(exchange.request, formBytesMax);
      return take(services, exchange, new URLSearchParams(body.toString('utf8')));
    });
}

/** What a browser is told to throw away when a session ends in it. */
export function clearing({ seams }: Services): Readonly<Record<string, string>> {
  return seams.clearedAtSignOut === '' ? {} : { 'clear-site-data': seams.clearedAtSignOut };
}

export function seeOther(location: string, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status: 303, headers: { location, ...headers } };
}
