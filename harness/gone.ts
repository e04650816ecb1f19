// Whether the deployment of a run exists no longer, and with it whatever a dead run left there.
import { sleep } from './drivers/sleep.ts';
import { isConnectionRefused } from './faults/bounded.ts';
import { isLoopback } from './loopback.ts';

const answerMaxMs = 5_000;
const lookEveryMs = 250;

/**
 * Only a reference clinic on this machine leaves nothing behind. Any other deployment that does not answer may be restarting.
 * `patienceMs`: for one that may be about to stop, as a clinic does after the run that it was started for was killed.
 */
export async function isGone(adapter: string, url: string, patienceMs = 0): Promise<boolean> {
  if (adapter !== 'clinic' || !URL.canParse(url) || !isLoopback(new URL(url).hostname)) return false;
  const endsAt = Date.now() + patienceMs;
  while (!(await refuses(url))) {
    if (Date.now() >= endsAt) return false;
    await sleep(lookEveryMs);
  }
  return true;
}

async function refuses(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(answerMaxMs), redirect: 'manual' }).then(
    () => false,
    isConnectionRefused,
  );
}
