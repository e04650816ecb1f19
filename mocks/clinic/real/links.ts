// The two network links between the apps and what they keep their data in, each through Toxiproxy, which harms it, and the tap, which
// counts what crosses it.
//
//     app ──► Toxiproxy ──► tap ──► Redis, PostgreSQL
import type { LinkMode, LinkName, LinksPart } from '../parts.ts';
import { type Child, startChild } from '../processes.ts';
import type { Surroundings } from './program.ts';
import type { TapReport } from './tap.ts';
import { slowBy, startToxiproxy, type Toxic, type Toxiproxy } from './toxiproxy.ts';

const callMaxMs = 4_000;
const startMaxMs = 30_000;

export interface Links extends LinksPart {
  readonly toxiproxy: Toxiproxy;
  /** Opens the link; answers the port that the apps are to use. */
  open(link: LinkName, serverPort: number): Promise<number>;
  /** Ends the link's connections; new ones go to this server, or nowhere (0). */
  point(link: LinkName, serverPort: number): Promise<void>;
  /** Cuts each connection that brings something, before the server hears of it. */
  refuse(link: LinkName, refusing: boolean): Promise<void>;
  count(link: LinkName): Promise<TapReport>;
  stop(): Promise<void>;
}

const swallow: Toxic['attributes'] = { timeout: 0 };

/** What each mode puts on the link, by the toxic's name. */
function toxicsOf(mode: LinkMode, latencyMs: number): Readonly<Record<string, Toxic>> {
  switch (mode) {
    case 'slow':
      return { 'link-slow': slowBy(latencyMs) };
    case 'reset':
      return { 'link-reset': { type: 'reset_peer', stream: 'upstream', attributes: { timeout: 0 } } };
    case 'half-open':
      return {
        'link-deaf': { type: 'timeout', stream: 'upstream', attributes: swallow },
        'link-mute': { type: 'timeout', stream: 'downstream', attributes: swallow },
      };
    default:
      return {};
  }
}

const toxicNames = ['link-slow', 'link-reset', 'link-deaf', 'link-mute'];

function startTap(around: Surroundings): Child {
  const tap = startChild('./real/tap.ts');
  around.watch(tap.pid);
  tap.exited.then(() => {
    around.unwatch(tap.pid);
    around.lost('tap');
  });
  return tap;
}

export async function startLinks(around: Surroundings, command: string): Promise<Links> {
  const toxiproxy = await startToxiproxy(around, command);
  toxiproxy.program.exited.then(() => around.lost('Toxiproxy'));
  const tap = startTap(around);
  const modes: Record<LinkName, LinkMode> = { cache: 'ok', database: 'ok' };
  const count = (link: LinkName): Promise<TapReport> => tap.call('report', link, callMaxMs) as Promise<TapReport>;
  return {
    toxiproxy,
    count,
    async open(link, serverPort) {
      const { port } = (await tap.call('open', { link, targetPort: serverPort }, startMaxMs)) as { port: number };
      return toxiproxy.openProxy(link, port);
    },
    point: async (link, serverPort) => void (await tap.call('point', { link, targetPort: serverPort }, callMaxMs)),
    refuse: async (link, refusing) => void (await tap.call('refuse', { link, refusing }, callMaxMs)),
    report: async (link) => ({ mode: modes[link], passedBytes: (await count(link)).passedBytes }),
    async set(link, mode, latencyMs) {
      for (const name of toxicNames) await toxiproxy.cure(link, name);
      await toxiproxy.enable(link, mode !== 'down');
      for (const [name, toxic] of Object.entries(toxicsOf(mode, latencyMs))) await toxiproxy.poison(link, name, toxic);
      modes[link] = mode;
    },
    async stop() {
      tap.kill();
      await Promise.all([tap.exited, toxiproxy.program.stop('SIGTERM')]);
    },
  };
}
