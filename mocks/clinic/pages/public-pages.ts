// The pages that are the same for everybody: nothing on them is anybody's.
import type { Handler } from '../services.ts';
import { renewIfSignedIn } from '../sessions.ts';
import { html } from './html.ts';
import { documentOf, pageAnswer } from './layout.ts';

const home = {
  title: 'Reference clinic',
  body: html`<p>Book a consultation, attend it by video, by phone or in person, and rewatch it whenever you like.</p>
<p><a class="action" href="/me/rewatch">Your consultations</a></p>`,
};

const offline = {
  title: 'You are offline',
  body: html`<p>The clinic can't be reached. Nothing of yours is kept on this device, so there is nothing to show until you are back.</p>
<p><a class="action" href="/me/rewatch">Try again</a></p>`,
};

export const homePage: Handler = async (services, exchange) => {
  await renewIfSignedIn(services, exchange);
  return pageAnswer(200, documentOf(home, null, '/'), { 'cache-control': 'public, max-age=2' });
};

export const offlinePage: Handler = async () =>
  pageAnswer(200, documentOf(offline, null, '/offline'), { 'cache-control': 'public, no-cache' });
