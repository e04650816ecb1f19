// Whether somebody acts for a patient: asked of the database whenever it is used, so a consent that is taken back ends at once.
import type { Services } from './services.ts';

const actsFor = { name: 'proxy-acts-for', text: 'select 1 from proxies where owner_id = $2 and proxy_id = $1' };

export async function actsForNow(
  { database }: Pick<Services, 'database'>,
  proxyId: string,
  ownerId: string,
): Promise<boolean> {
  return (await database.query(actsFor, [proxyId, ownerId])).length > 0;
}
