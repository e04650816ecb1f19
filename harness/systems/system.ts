// What a system that we did not write (a cache, a database, a cluster) is to the harness: how the drill's file names it, how it is reached,
// and the faults that may be done to it. One file a provider, on the provider's own client.
import type { z } from 'zod';
import type { Random } from '../../fixtures/random.ts';
import { defineFault, type Evidence, type Fault } from '../faults/fault.ts';
import type { Levers } from '../targets/levers.ts';

/** As it stands in the drill's `systems`. What `faults` does not name is never done to it. */
export interface SystemConfig {
  readonly use: string;
  readonly faults: readonly string[];
}

/** A connected system: `client` is what its provider's faults work with. */
export interface ConnectedSystem {
  readonly use: string;
  readonly faults: readonly string[];
  readonly client: SystemClient;
}

export interface SystemClient {
  /** Looks once whether it is there and lets us in; rejects with what to do. Changes nothing. */
  reach(): Promise<void>;
}

export interface System<Config extends SystemConfig = SystemConfig> {
  readonly use: Config['use'];
  readonly schema: z.ZodType<Config>;
  /** The hosts that it speaks to, as `URL` writes them. Empty: this machine alone. */
  hosts(config: Config): readonly string[];
  connect(config: Config): SystemClient;
  readonly faults: readonly SystemFault[];
}

/** A fault that waits for the system it is to be done to. */
export interface SystemFault {
  readonly kind: string;
  readonly summary: string;
  at(name: string): Fault;
}

export interface SystemSteps<Client, Memory> {
  readonly kind: string;
  readonly summary: string;
  readonly outage?: true;
  readonly defaultForMs: number;
  /** Measures and chooses; changes nothing. What it returns is on disk before `inject` begins. */
  plan(client: Client, random: Random): Promise<Memory>;
  inject(client: Client, memory: Memory): Promise<void>;
  prove(client: Client, memory: Memory): () => Promise<Evidence>;
  /** Called again and again until `isHealed`, by another process too. */
  heal(client: Client, memory: Memory): Promise<void>;
  isHealed(client: Client, memory: Memory): Promise<boolean>;
}

/** `redis-flush` at `sessions` is the fault `redis-flush@sessions`; two at one system are never open together. */
export function systemFault<Client>() {
  return <Memory>(schema: z.ZodType<Memory>, steps: SystemSteps<Client, Memory>): SystemFault => ({
    kind: steps.kind,
    summary: steps.summary,
    at: (name) =>
      defineFault(schema, {
        kind: `${steps.kind}@${name}`,
        summary: `${name}: ${steps.summary}`,
        ...(steps.outage && { outage: true }),
        needs: [],
        at: { system: name, kind: steps.kind },
        holds: `system ${name}`,
        defaultForMs: steps.defaultForMs,
        plan: async (levers, random) => steps.plan(clientOf<Client>(levers, name), random),
        inject: async (levers, memory) => steps.inject(clientOf<Client>(levers, name), memory),
        prove: (levers, memory) => steps.prove(clientOf<Client>(levers, name), memory),
        heal: async (levers, memory) => steps.heal(clientOf<Client>(levers, name), memory),
        isHealed: async (levers, memory) => steps.isHealed(clientOf<Client>(levers, name), memory),
      }),
  });
}

function clientOf<Client>({ systems }: Levers, name: string): Client {
  const system = systems?.[name];
  if (system) return system.client as Client;
  throw new Error(`the drill's systems name no "${name}"; they name ${namesOf(systems)}`);
}

export const namesOf = (systems: Levers['systems']): string => Object.keys(systems ?? {}).join(', ') || 'none';

/** A secret by the name of its environment variable; undefined where none is named. */
export function secretIn(variable: string | undefined, what: string): string | undefined {
  if (variable === undefined) return undefined;
  const secret = process.env[variable];
  if (secret) return secret;
  throw new Error(
    `${what} is to be in the environment variable ${variable}, which is not set: export it and try again`,
  );
}
