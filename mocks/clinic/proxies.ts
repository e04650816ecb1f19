// Sharing one's history with another patient, and taking that back. The right is looked up whenever it is used, so taking it back holds at
// once; and it holds for good: a consent still on its way when another was taken back (in an instance that was frozen, say) is refused.
import { noContent, Refusal, readJson, textField } from './http.ts';
import type { Exchange, Handler, Services } from './services.ts';
import { authenticate } from './sessions.ts';

const grant = {
  name: 'proxy-grant',
  text: `with other as (select id from patients where id = $2 and id <> $1), owner as (
      select id from patients where id = $1 and consent_version = $3 for share
    ), granted as (
      insert into proxies (owner_id, proxy_id) select owner.id, other.id from owner, other on conflict do nothing
    ) select exists (select 1 from owner) as "isCurrent" from other`,
};

// By itself, and before it is taken back: it waits for what is being granted at this moment, so that the next statement sees that.
const endEarlier = {
  name: 'proxy-end-earlier',
  text: 'update patients set consent_version = consent_version + 1 where id = $1',
};

const withdraw = { name: 'proxy-withdraw', text: 'delete from proxies where owner_id = $1 and proxy_id = $2' };

/** Shares with that patient what is the asking one's; `authenticate` has been called. Throws a `Refusal`. */
export async function shareWith(services: Services, exchange: Exchange, patientId: string): Promise<void> {
  const owner = exchange.context.current();
  const values = [owner.patientId, patientId, owner.consentVersion];
  const [granted] = await services.database.query<{ isCurrent: boolean }>(grant, values);
  if (granted === undefined) throw new Refusal(404, 'no-such-patient', 'there is no such patient to share with');
  if (!granted.isCurrent)
    throw new Refusal(
      409,
      'withdrawn-meanwhile',
      'you have taken back a consent since you asked for this one: ask again',
    );
}

export const share: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  await shareWith(services, exchange, textField(await readJson(exchange.request), 'patientId', 36));
  return noContent;
};

export const stopSharing: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const { patientId } = exchange.context.current();
  await services.database.query(endEarlier, [patientId]);
  await services.database.query(withdraw, [patientId, exchange.id]);
  return noContent;
};
