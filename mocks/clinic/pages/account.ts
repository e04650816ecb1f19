// What the clinic knows of the patient, an export of it all, and its erasure.
import { askForExport } from '../exports.ts';
import { eraseMe, profileOf } from '../identity.ts';
import { addCookie, clearedMarkCookie } from '../sessions.ts';
import { clearing, personalPage, postedForm, seeOther } from './handling.ts';
import { type Html, html } from './html.ts';

interface Export {
  readonly id: string;
  readonly status: string;
}

const latestExport = {
  name: 'page-latest-export',
  text: `select id, status from exports where patient_id = $1 and created_at > now() - interval '60 seconds'
    order by created_at desc, id limit 1`,
};

function exportPart(latest: Export | undefined): Html {
  const prepare = html`<form method="post" action="/me/account/export"><button>Prepare my export</button></form>`;
  if (latest?.status === 'ready')
    return html`<p><a class="action" href="/me/exports/${latest.id}/content" download="history.zip">Download my export</a></p>${prepare}`;
  if (latest?.status === 'working')
    return html`<p data-export="${latest.id}">Your export is being prepared. <a href="/me/account">Look again</a></p>${prepare}`;
  return prepare;
}

export const accountPage = personalPage(async (services, exchange) => {
  const me = await profileOf(services, exchange);
  const [latest] = await services.database.query<Export>(latestExport, [me.id]);
  return {
    title: 'Account',
    body: html`<dl class="facts">
<dt>Name</dt><dd>${me.name}</dd>
<dt>E-mail</dt><dd>${me.email}</dd>
<dt>NHS number</dt><dd>${me.nhsNumber}</dd>
<dt>Practice</dt><dd>${me.practice.name}</dd>
</dl>
<section aria-labelledby="export"><h2 id="export">Everything of mine</h2>
<p>A file with your consultations and what was recorded of them. It is kept for a minute.</p>
${exportPart(latest)}</section>
<section aria-labelledby="erase"><h2 id="erase">Leave the clinic</h2>
<form method="get" action="/me/account/erase"><button class="danger">Erase everything</button></form></section>`,
  };
});

export const erasePage = personalPage(async () => ({
  title: 'Erase everything?',
  body: html`<p>Your consultations, recordings, messages and your account will be gone, at once and for good.</p>
<div class="row"><form method="post" action="/me/account/erase" data-ends-session><button class="danger">Yes, erase everything</button></form>
<a href="/me/account">Keep my account</a></div>`,
}));

export const takeExport = postedForm(async (services, exchange) => {
  await askForExport(services, exchange);
  return seeOther('/me/account');
});

export const takeErasure = postedForm(async (services, exchange) => {
  await eraseMe(services, exchange);
  addCookie(exchange, clearedMarkCookie);
  return seeOther('/', clearing(services));
});
