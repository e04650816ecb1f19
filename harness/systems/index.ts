// The systems that can be broken, and what a drill's `systems` may say. To add one: write its file, and add it to both lists.
import { z } from 'zod';
import type { Fault } from '../faults/fault.ts';
import { cdn } from './cdn.ts';
import { commands } from './command.ts';
import { docker } from './docker.ts';
import { httpCalls } from './http.ts';
import { kubernetes } from './kubernetes.ts';
import { nginx } from './nginx.ts';
import { postgres } from './postgres.ts';
import { machineProcess } from './process.ts';
import { redis } from './redis.ts';
import type { ConnectedSystem, System, SystemConfig } from './system.ts';
import { toxiproxy } from './toxiproxy.ts';
import { varnish } from './varnish.ts';

const providers = [
  redis,
  postgres,
  nginx,
  varnish,
  cdn,
  machineProcess,
  docker,
  kubernetes,
  toxiproxy,
  httpCalls,
  commands,
];

export const systemsSchema = z.record(
  z.string().regex(/^[a-z][a-z0-9-]{0,30}$/, 'a name of small letters, digits and hyphens'),
  z.discriminatedUnion('use', [
    redis.schema as typeof redis.schema & z.ZodObject,
    postgres.schema as typeof postgres.schema & z.ZodObject,
    varnish.schema as typeof varnish.schema & z.ZodObject,
    docker.schema as typeof docker.schema & z.ZodObject,
    kubernetes.schema as typeof kubernetes.schema & z.ZodObject,
    machineProcess.schema as typeof machineProcess.schema & z.ZodObject,
    commands.schema as typeof commands.schema & z.ZodObject,
    httpCalls.schema as typeof httpCalls.schema & z.ZodObject,
    cdn.schema as typeof cdn.schema & z.ZodObject,
    toxiproxy.schema as typeof toxiproxy.schema & z.ZodObject,
    nginx.schema as typeof nginx.schema & z.ZodObject,
  ]),
);
export type Systems = z.infer<typeof systemsSchema>;

const providerOf = ({ use }: SystemConfig): System => {
  const found = providers.find((each) => each.use === use);
  if (found) return found as unknown as System;
  throw new Error(`no provider is called ${use}; there are: ${providers.map((each) => each.use).join(', ')}`);
};

/** Every host that a drill's systems speak to. */
export const systemHosts = (systems: Systems): string[] =>
  Object.values(systems).flatMap((config) => providerOf(config).hosts(config));

/** Nothing is sent before a fault is planned. Throws where a secret is missing. */
export function connectSystems(systems: Systems): Readonly<Record<string, ConnectedSystem>> {
  const connected = Object.entries(systems).map(([name, config]) => {
    const { use, faults } = config;
    return [name, { use, faults, client: providerOf(config).connect(config) }] as const;
  });
  return Object.fromEntries(connected);
}

/** What a drill allows to be done to its systems, as kinds of faults. */
export const systemFaultKinds = (systems: Systems): string[] =>
  Object.entries(systems).flatMap(([name, { faults }]) => faults.map((kind) => `${kind}@${name}`));

/** `redis-flush@sessions`; undefined for kinds that are done to no system. */
export function systemFaultNamed(kind: string): Fault | undefined {
  const [what = '', name] = kind.split('@');
  const found = providers.flatMap(({ faults }) => faults).find((fault) => fault.kind === what);
  if (found === undefined) return undefined;
  if (name) return found.at(name);
  throw new Error(
    `the fault ${what} is done to a system: say to which, as in ${what}@sessions, by its name in the drill's systems`,
  );
}
