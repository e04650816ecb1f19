// The edge as a process: what clients talk to. Balancer, shared HTTP cache and stream proxy in one, as a small nginx would be.
import { createServer } from 'node:http';
import { openAccessLog } from './access-log.ts';
import { seamsWith } from './bugs/index.ts';
import { notifyParent, serveParent } from './child.ts';
import { startBalancer } from './edge-balancer.ts';
import type { EdgeConfigName } from './edge-config.ts';
import { createProxy, type EdgeProxy } from './edge-proxy.ts';
import { listen } from './http.ts';
import type { EdgeStart, HealthNotice, Upstream } from './messages.ts';
import { openTracing } from './tracing.ts';

const balancer = startBalancer((healthy) => {
  const notice: HealthNotice = { healthy };
  notifyParent(notice);
});

let proxy: EdgeProxy | undefined;

function serving(): EdgeProxy {
  if (proxy === undefined) throw new Error('the edge has not been started');
  return proxy;
}

serveParent({
  start: async (argument) => {
    const { port, bugs, record, collector } = argument as EdgeStart;
    const log = record === null ? undefined : openAccessLog(record.accessLog);
    const isTraced = record !== null || collector !== null;
    const tracing = isTraced ? openTracing('clinic-edge', { 'service.instance.id': 'edge' }, collector) : undefined;
    proxy = createProxy(balancer, seamsWith(bugs), log, tracing);
    const server = createServer(proxy.handle);
    server.keepAliveTimeout = 60_000;
    return { port: await listen(server, port) };
  },
  offer: (argument) => {
    balancer.offer(argument as readonly Upstream[]);
    return null;
  },
  report: () => serving().report(),
  reload: (argument) => serving().reload(argument as EdgeConfigName),
  purge: () => serving().purge(),
});
