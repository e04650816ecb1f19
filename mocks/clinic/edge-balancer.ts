// Which app instance gets the next request: round robin over those that the supervisor offers and that answer their health check.
import { request } from 'node:http';
import type { Upstream } from './messages.ts';

const checkEveryMs = 200;
const checkTimeoutMs = 500;
const failuresUntilUnhealthy = 2;

export interface Balancer {
  /** The whole list, whenever it changes. A new instance counts as healthy until it fails. */
  offer(upstreams: readonly Upstream[]): void;
  /** Undefined when nothing is offered. `except` is avoided where there is a choice. */
  pick(except?: Upstream): Upstream | undefined;
  /** A request could not be delivered: no need to wait for the next check. */
  suspect(upstream: Upstream): void;
  /** Calls back once the instance is found unhealthy; the answer takes the wish back. */
  onUnhealthy(upstream: Upstream, callBack: () => void): () => void;
}

function answers(upstream: Upstream): Promise<boolean> {
  return new Promise((resolve) => {
    const check = request({ host: '127.0.0.1', port: upstream.port, path: '/healthz', timeout: checkTimeoutMs });
    check.on('response', (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    check.on('timeout', () => check.destroy());
    check.on('close', () => resolve(false));
    check.on('error', () => resolve(false));
    check.end();
  });
}

export function startBalancer(onHealth: (healthy: readonly string[]) => void): Balancer {
  let offered: readonly Upstream[] = [];
  const failures = new Map<number, number>();
  const watchers = new Map<() => void, number>();
  let turn = 0;
  let told = '';

  const isHealthy = (upstream: Upstream): boolean => (failures.get(upstream.port) ?? 0) < failuresUntilUnhealthy;

  function tell(): void {
    for (const [callBack, port] of watchers) {
      if ((failures.get(port) ?? 0) < failuresUntilUnhealthy) continue;
      watchers.delete(callBack);
      callBack();
    }
    const healthy = offered.filter(isHealthy).map((upstream) => upstream.node);
    if (healthy.join() === told) return;
    told = healthy.join();
    onHealth(healthy);
  }

  async function checkAll(): Promise<void> {
    await Promise.all(
      offered.map(async (upstream) => {
        const good = await answers(upstream);
        failures.set(upstream.port, good ? 0 : (failures.get(upstream.port) ?? 0) + 1);
      }),
    );
    tell();
    setTimeout(checkAll, checkEveryMs);
  }
  setTimeout(checkAll, checkEveryMs);

  return {
    offer(upstreams) {
      offered = upstreams;
      for (const port of failures.keys()) if (!upstreams.some((each) => each.port === port)) failures.delete(port);
      tell();
    },
    pick(except) {
      const healthy = offered.filter(isHealthy);
      const candidates = healthy.length > 0 ? healthy : offered;
      const others = candidates.filter((each) => each.port !== except?.port);
      const from = others.length > 0 ? others : candidates;
      turn += 1;
      return from[turn % from.length];
    },
    suspect(upstream) {
      failures.set(upstream.port, failuresUntilUnhealthy);
      tell();
    },
    onUnhealthy(upstream, callBack) {
      watchers.set(callBack, upstream.port);
      return () => void watchers.delete(callBack);
    },
  };
}
