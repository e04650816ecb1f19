// Sharing one's history with another patient, and taking that back. The right is looked up whenever it is used, so taking it back holds at once.
import { noContent, Refusal, readJson, textField } from './http.ts';
import type { Handler } from './services.ts';
import { authenticate } from './sessions.ts';

const grant = {
  name: 'proxy-grant',
  text: `with other as (select id from patients where id = $2 and id <> $1), granted as (
      insert into proxies (owner_id, proxy_id) select $1, id from other on conflict do nothing
    ) select id from other`,
};

const withdraw = { name: 'proxy-withdraw', text: 'delete from proxies where owner_id = $1 and proxy_id = $2' };

export const share: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const patientId = textField(await readJson(exchange.request), 'patientId', 36);
  const granted = await services.database.query(grant, [exchange.context.current().patientId, patientId]);
  if (granted.length === 0) throw new Refusal(404, 'no-such-patient', 'there is no such patient to share with');
  return noContent;
};

export const stopSharing: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  await services.database.query(withdraw, [exchange.context.current().patientId, exchange.id]);
  return noContent;
};
