// Signing in and out by form. A session that ends in a browser, because its patient goes or because another comes, ends on the server too,
// and the browser is told to throw away whatever it kept.
import { Refusal } from '../http.ts';
import { checkCredentials, signOut } from '../identity.ts';
import type { Exchange, Handler, Services } from '../services.ts';
import {
  addCookie,
  authenticate,
  clearedMarkCookie,
  cookieNamed,
  cookieOf,
  markCookieOf,
  openSession,
  revokeSession,
  sessionMarkOf,
} from '../sessions.ts';
import { clearing, postedForm, seeOther } from './handling.ts';
import { documentOf, pageAnswer } from './layout.ts';
import { signInContent } from './sign-in-content.ts';

export const signInPage: Handler = async (_services, exchange) =>
  pageAnswer(200, documentOf(signInContent(), null, exchange.path));

/** The session that this browser still holds, good or not. */
async function endFormerSession(services: Services, exchange: Exchange): Promise<void> {
  const isGood = await authenticate(services, exchange).then(
    () => true,
    () => false,
  );
  if (isGood) await revokeSession(services.database, exchange.context.current().sessionId);
}

export const takeSignIn = postedForm(async (services, exchange, form) => {
  const email = form.get('email') ?? '';
  const patient = await checkCredentials(services, email, form.get('password') ?? '');
  if (patient === undefined) {
    const content = signInContent('No patient has this e-mail and password.', email);
    return pageAnswer(401, documentOf(content, null, exchange.path));
  }
  const wasAnothers = ['sid', 'mark'].some((name) => cookieNamed(exchange.request, name) !== undefined);
  if (wasAnothers) await endFormerSession(services, exchange);
  const { token, sessionId } = await openSession(services.database, patient.id);
  delete exchange.answerHeaders['set-cookie'];
  addCookie(exchange, cookieOf(token));
  addCookie(exchange, markCookieOf(sessionMarkOf(sessionId)));
  return seeOther('/me/rewatch', wasAnothers ? clearing(services) : {});
});

export const takeSignOut = postedForm(async (services, exchange) => {
  await signOut(services, exchange).catch((error: unknown) => {
    // It had ended already: what is left of it in the browser goes all the same.
    if (!(error instanceof Refusal)) throw error;
  });
  addCookie(exchange, clearedMarkCookie);
  return seeOther('/', clearing(services));
});
