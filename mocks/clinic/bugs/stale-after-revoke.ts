// Mechanism: that one patient acts for another is kept in the shared cache for half a minute, and taking the consent back doesn't take
// it out of there.
// Trigger: share, let the other look, withdraw, let them look again. Who had not looked before is refused at once.
// Must ring: afterlife. Incidents: Nest Cam 2019 (the former owner still saw the camera), Ring 2018, Zocdoc.
import { CacheUnavailable } from '../cache-client.ts';
import { actsForNow } from '../proxy-right.ts';
import type { Seams } from '../seams.ts';
import { type Bug, everywhere } from './bug.ts';

const keptForMs = 30_000;

const actsFor: Seams['actsFor'] = async (services, proxyId, ownerId) => {
  const key = `acts-for:${proxyId}:${ownerId}`;
  try {
    if ((await services.cache.get(key)) === 'yes') return true;
  } catch (error) {
    if (!(error instanceof CacheUnavailable)) throw error;
  }
  const acts = await actsForNow(services, proxyId, ownerId);
  if (acts) await services.cache.set(key, 'yes', keptForMs).catch(() => {});
  return acts;
};

export const staleAfterRevoke: Bug = {
  id: 'stale-after-revoke',
  incident: 'Nest Cam, June 2019; Ring, 2018',
  link: 'https://www.bitdefender.com/box/blog/iot-news/bought-second-hand-nest-cam-might-spying/',
  topologies: everywhere,
  seams: { actsFor },
};
