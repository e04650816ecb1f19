// From the drill's `target` to the modules that speak to it: the ready adapter or the user's own, and its levers.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { Agent, fetch } from 'undici';
import type { Drill } from '../drill.ts';
import { type ConnectTo, placeOf, portOf } from '../drivers/connect-to.ts';
import { connectorTo } from '../drivers/connector.ts';
import type { Fault } from '../faults/fault.ts';
import type { LeversReference } from '../journal.ts';
import { isLoopback } from '../loopback.ts';
import type { Leases } from '../people/leases.ts';
import { connectSystems, type Systems, systemHosts } from '../systems/index.ts';
import { clinicLevers } from '../targets/clinic-levers.ts';
import type { Levers } from '../targets/levers.ts';
import type { Target } from '../targets/target.ts';
import { adminSecretOf } from './admin-secret.ts';
import { leasesOf } from './drill-leases.ts';
import { type Adapter, loadAdapter } from './load-adapter.ts';
import { Problem } from './problem.ts';

export interface Deployment {
  /** The drill with only those hosts that are this machine, or the caller's to break. */
  readonly drill: Drill;
  readonly target: Target;
  /** The adapter's file, for the k6 bundle. */
  readonly module: string;
  readonly levers: Levers;
  readonly leversReference: LeversReference;
  readonly adminSecret: string | undefined;
  /** The accounts that patients are leased; null where they are made. */
  readonly leases: Leases | null;
}

const reachMaxMs = 5_000;

/** No lever to pull: faults are left out, and the report says so. */
const noLevers: Levers = { nodes: async () => [] };

const readyAdapters: Readonly<Record<string, string>> = {
  clinic: '../targets/clinic.ts',
  'fhir-r4': '../targets/fhir-r4.ts',
};

export async function openDeployment(drill: Drill, owned: readonly string[]): Promise<Deployment> {
  const reach = reachOf(drill.target.connectTo);
  for (const url of [drill.target.url, drill.target.adminUrl]) if (url) mayTouch(reach.of(new URL(url)), drill, owned);
  for (const address of reach.addresses) mayTouch([address], drill, owned);
  for (const host of ofSystems(drill, systemHosts)) mayTouch([host], drill, owned);
  const module = moduleOf(drill.target.adapter);
  const exported = await loadAdapter(module);
  const leases = leasesOf(drill, exported.target);
  const adminSecret = adminSecretOf(drill.target);
  const adminUrl = drill.target.adminUrl ?? '';
  // A name that is connected to elsewhere is as safe as where it leads.
  const allowHosts = drill.allowHosts.filter((host) => reach.named(host) || isLoopback(host) || owned.includes(host));
  return {
    drill: { ...drill, allowHosts, sessions: Math.min(drill.sessions, leases?.count ?? drill.sessions) },
    target: exported.target,
    module,
    levers: { ...leversOf(drill, exported, adminSecret), systems: ofSystems(drill, connectSystems) },
    leversReference: {
      name: drill.target.adapter,
      adminUrl,
      ...(Object.keys(drill.systems).length > 0 && { systems: drill.systems }),
    },
    adminSecret,
    leases,
  };
}

/** Levers from what the journal of a dead run says; a system's fault needs that system alone. */
export async function connectLevers(
  reference: LeversReference,
  { at }: Pick<Fault, 'at'>,
  adminSecret: string | undefined,
): Promise<Levers> {
  if (at !== undefined) return { ...noLevers, systems: connectSystems(onlyOf(reference.systems ?? {}, at.system)) };
  if (reference.name === 'clinic')
    return clinicLevers({ adminUrl: reference.adminUrl, secret: needSecret(adminSecret) });
  const { levers } = await loadAdapter(moduleOf(reference.name));
  if (!levers) throw new Problem(`${reference.name} exports no levers, so its faults can't be healed from here`);
  return levers({ adminUrl: reference.adminUrl, secret: adminSecret });
}

/** The adapter alone, for judging again what is already on disk. */
export async function adapterTarget(adapter: string): Promise<Target> {
  return (await loadAdapter(moduleOf(adapter))).target;
}

function leversOf(drill: Drill, adapter: Adapter, secret: string | undefined): Levers {
  const { adapter: name, adminUrl } = drill.target;
  if (name === 'clinic' && adminUrl) return clinicLevers({ adminUrl, secret: needSecret(secret) });
  if (adapter.levers) return adapter.levers({ adminUrl: adminUrl ?? '', secret });
  return noLevers;
}

function ofSystems<T>({ systems }: Drill, work: (systems: Systems) => T): T {
  try {
    return work(systems);
  } catch (error) {
    throw new Problem(`the drill's systems can't be used: ${error instanceof Error ? error.message : error}`);
  }
}

const onlyOf = (systems: Systems, wanted: string): Systems =>
  Object.fromEntries(Object.entries(systems).filter(([name]) => name === wanted));

function needSecret(secret: string | undefined): string {
  if (secret) return secret;
  throw new Problem(
    "the clinic's admin surface needs its secret: set CROSSTALK_CLINIC_ADMIN_SECRET to the value the clinic was started with, or name a file that holds it as the drill's target.adminSecretFile",
  );
}

function moduleOf(adapter: string): string {
  const ready = readyAdapters[adapter];
  if (ready) return fileURLToPath(new URL(ready, import.meta.url));
  const file = path.resolve(adapter);
  if (existsSync(file)) return file;
  throw new Problem(
    `there is no adapter "${adapter}": it is neither a ready one (${Object.keys(readyAdapters).join(', ')}) nor a file at ${file}`,
  );
}

/** The harness breaks and floods what it is pointed at: only what the drill allows, and nothing distant by accident. The last is connected to. */
function mayTouch(hostnames: readonly string[], drill: Drill, owned: readonly string[]): void {
  for (const hostname of hostnames)
    if (!drill.allowHosts.includes(hostname)) {
      throw new Problem(
        `${hostname} is not on the drill's list of hosts (${drill.allowHosts.join(', ')}). A drill floods and breaks what it is pointed at: add the host to allowHosts if it is yours to break.`,
      );
    }
  const reached = hostnames.at(-1);
  if (reached !== undefined) requireOwned(reached, owned);
}

interface Reach {
  /** The name, and the address that it is connected to if that is another. */
  of(url: URL): string[];
  /** A name that has an address for every port. */
  named(hostname: string): boolean;
  readonly addresses: readonly string[];
}

function reachOf(connectTo: ConnectTo = {}): Reach {
  const at = (hostname: string, port: number): string => placeOf({ hostname, port }, connectTo).hostname;
  return {
    of: (url) => [...new Set([url.hostname, at(url.hostname, portOf(url))])],
    named: (hostname) => connectTo[hostname] !== undefined,
    addresses: Object.keys(connectTo).map((name) => {
      const [hostname = '', port = '0'] = name.split(':');
      return at(hostname, Number(port));
    }),
  };
}

export function requireOwned(hostname: string, owned: readonly string[]): void {
  if (isLoopback(hostname) || owned.includes(hostname)) return;
  throw new Problem(
    `${hostname} is not this machine. Say \`--i-own ${hostname}\` to confirm that you may flood and break it.`,
  );
}

export async function requireReachable({ url, connectTo }: Pick<Drill['target'], 'url' | 'connectTo'>): Promise<void> {
  const dispatcher = new Agent({ connect: connectorTo(connectTo, reachMaxMs) });
  try {
    await fetch(url, { signal: AbortSignal.timeout(reachMaxMs), redirect: 'manual', dispatcher });
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause.message : String(error);
    throw new Problem(
      `the target ${url} can't be reached (${cause}). Start it, or correct target.url; nothing was tested.`,
    );
  } finally {
    await dispatcher.destroy();
  }
}
