// Whether the deployment of a run exists no longer, and with it whatever a dead run left there.
import { isConnectionRefused } from './faults/bounded.ts';
import { isLoopback } from './loopback.ts';

const answerMaxMs = 5_000;

/** Only a reference clinic on this machine leaves nothing behind. Any other deployment that does not answer may be restarting. */
export async function isGone(adapter: string, url: string): Promise<boolean> {
  return adapter === 'clinic' && URL.canParse(url) && isLoopback(new URL(url).hostname) && (await refuses(url));
}

async function refuses(url: string): Promise<boolean> {
  return fetch(url, { signal: AbortSignal.timeout(answerMaxMs), redirect: 'manual' }).then(
    () => false,
    isConnectionRefused,
  );
}
