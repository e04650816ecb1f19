// Who may see mine, and whose I may see.
import { Refusal } from '../http.ts';
import { shareWith, stopSharing } from '../proxies.ts';
import { authenticate } from '../sessions.ts';
import { personalPage, postedForm, seeOther } from './handling.ts';
import { html } from './html.ts';

interface Other {
  readonly id: string;
  readonly name: string;
}

const namesOf = (asks: string, of: string) => ({
  name: `page-sharing-${asks}`,
  text: `select o.id, o.given_name || ' ' || o.surname as name from proxies x join patients o on o.id = x.${asks}
    where x.${of} = $1 order by name, o.id limit 100`,
});

const maySeeMine = namesOf('proxy_id', 'owner_id');
const iMaySee = namesOf('owner_id', 'proxy_id');

const findByEmail = { name: 'page-sharing-by-email', text: 'select id from patients where email = lower($1)' };

export const sharingPage = personalPage(async ({ database }, exchange) => {
  const { patientId } = exchange.context.current();
  const proxies = await database.query<Other>(maySeeMine, [patientId]);
  const owners = await database.query<Other>(iMaySee, [patientId]);
  const stops = proxies.map(
    ({ id, name }) =>
      html`<li>${name} <form method="post" action="/me/sharing/${id}/stop"><button class="quiet">Stop sharing with ${name}</button></form></li>`,
  );
  const links = owners.map(({ id, name }) => html`<li><a href="/patients/${id}/rewatch">${name}</a></li>`);
  return {
    title: 'Sharing',
    body: html`<section aria-labelledby="mine"><h2 id="mine">Who may see mine</h2>
${stops.length === 0 ? html`<p>Nobody but you and your clinician.</p>` : html`<ul class="people">${stops}</ul>`}
<form method="post" action="/me/sharing" class="stacked">
<label for="share-with">Share with (e-mail)</label><input id="share-with" name="email" type="email" required autocomplete="off">
<button>Share</button>
</form></section>
<section aria-labelledby="theirs"><h2 id="theirs">I may see</h2>
${links.length === 0 ? html`<p>Nobody has shared theirs with you.</p>` : html`<ul class="people">${links}</ul>`}</section>`,
  };
});

export const takeShare = postedForm(async (services, exchange, form) => {
  await authenticate(services, exchange);
  const [other] = await services.database.query<{ id: string }>(findByEmail, [form.get('email') ?? '']);
  if (other === undefined) throw new Refusal(404, 'no-such-patient', 'it can not be shared with this e-mail');
  await shareWith(services, exchange, other.id);
  return seeOther('/me/sharing');
});

export const takeStop = postedForm(async (services, exchange) => {
  await stopSharing(services, exchange);
  return seeOther('/me/sharing');
});
