// A patient's export: asked for, made by a worker, fetched by its patient alone for a minute.
import { attemptCountMax } from './export-worker.ts';
import { type Answer, json, Refusal } from './http.ts';
import { exportKey } from './objects.ts';
import type { Exchange, Handler, Services } from './services.ts';
import { authenticate } from './sessions.ts';

const keptCountMax = 4;

// While one is being made, asking again is asking for that one.
const ask = {
  name: 'export-ask',
  text: `with working as (
      select id from exports where patient_id = $1 and status = 'working' and attempt_count < ${attemptCountMax}
        and created_at > now() - interval '10 seconds' limit 1
    ), made as (
      insert into exports (patient_id) select $1::uuid where not exists (select 1 from working) returning id
    ) select id from made union all select id from working limit 1`,
};

const dropOlder = {
  name: 'export-drop-older',
  text: `delete from exports where id in (
      select id from exports where patient_id = $1 order by created_at desc, id offset ${keptCountMax}
    ) returning id`,
};

const look = {
  name: 'export-look',
  text: `select case when status = 'working' and attempt_count >= ${attemptCountMax} and leased_until <= now() then 'failed' else status end as status
    from exports where id = $1 and patient_id = $2 and created_at > now() - interval '60 seconds'`,
};

type Status = 'working' | 'ready' | 'failed';

async function statusOf(services: Services, exchange: Exchange): Promise<Status> {
  const { patientId } = exchange.context.current();
  const [found] = await services.database.query<{ status: Status }>(look, [exchange.id, patientId]);
  if (found === undefined)
    throw new Refusal(404, 'no-such-export', 'you have no such export: they are kept for a minute');
  return found.status;
}

export const askForExport: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  const { patientId } = exchange.context.current();
  const [made] = await services.database.query<{ id: string }>(ask, [patientId]);
  if (made === undefined) throw new Refusal(409, 'not-asked', 'your export could not be begun: try again');
  const dropped = await services.database.query<{ id: string }>(dropOlder, [patientId]);
  for (const { id } of dropped) await services.objects.remove(exportKey(id));
  return json(202, { id: made.id, status: 'working' });
};

export const exportStatus: Handler = async (services, exchange) => {
  await authenticate(services, exchange);
  return json(200, { id: exchange.id, status: await statusOf(services, exchange) });
};

export const exportContent: Handler = async (services, exchange): Promise<Answer> => {
  await authenticate(services, exchange);
  if ((await statusOf(services, exchange)) !== 'ready')
    throw new Refusal(404, 'not-ready', 'this export is still being made');
  const object = await services.objects.open(exportKey(exchange.id));
  if (object === undefined) throw new Refusal(404, 'gone', 'this export is not there any more');
  const headers = {
    'content-type': 'application/zip',
    'content-disposition': 'attachment; filename="history.zip"',
    'content-length': String(object.sizeBytes),
  };
  return { status: 200, headers, file: { handle: object.handle, from: 0, to: object.sizeBytes - 1 } };
};
