// What the faults of a network link between two parts have in common: a proxy on the link is told what to do to it, and told to stop.
// Proved by the bytes that the proxy passes on: late ones on a slow link, none for a while on a link that is reset, down or half-open.
import { z } from 'zod';
import type { LinkMode, LinkName } from '../targets/levers.ts';
import { defineFault, type Fault, lever } from './fault.ts';

interface LinkFault {
  readonly kind: string;
  readonly summary: string;
  readonly link: LinkName;
  readonly mode: Exclude<LinkMode, 'ok'>;
  readonly latencyMs?: number;
  readonly outage?: true;
}

/** Longer than the traffic of a drill ever pauses by itself. */
const silenceMs = 300;

export function linkFault({ kind, summary, link, mode, latencyMs = 0, outage }: LinkFault): Fault {
  return defineFault(z.null(), {
    kind,
    summary,
    ...(outage && { outage }),
    needs: ['links'],
    holds: link === 'cache' ? 'cache-mode' : 'database',
    defaultForMs: 3_000,
    async plan(levers) {
      const state = await lever(levers, 'links').state(link);
      if (state.mode === 'ok') return null;
      throw new Error(`the ${link} link is ${state.mode} already; run \`crosstalk heal\` or mend it, then start again`);
    },
    inject: (levers) => lever(levers, 'links').set(link, mode, latencyMs),
    prove(levers) {
      // Bytes that had passed when the mode was first seen, and since when no more did.
      let atFirst: number | null = null;
      let last = { bytes: -1, sinceMs: 0 };
      let longestSilenceMs = 0;
      return async () => {
        const { mode: now, passedBytes } = await lever(levers, 'links').state(link);
        if (now !== mode) return { bit: false, proof: `the ${link} link was not seen ${mode}` };
        atFirst ??= passedBytes;
        if (passedBytes !== last.bytes) last = { bytes: passedBytes, sinceMs: Date.now() };
        longestSilenceMs = Math.max(longestSilenceMs, Date.now() - last.sinceMs);
        const passed = passedBytes - atFirst;
        if (mode === 'slow') return { bit: passed > 0, proof: `the slow ${link} link passed ${passed} bytes` };
        const bit = longestSilenceMs >= silenceMs;
        return { bit, proof: `the ${link} link, ${mode}, passed no byte for ${longestSilenceMs} ms` };
      };
    },
    heal: (levers) => lever(levers, 'links').set(link, 'ok', 0),
    isHealed: async (levers) => (await lever(levers, 'links').state(link)).mode === 'ok',
  });
}
