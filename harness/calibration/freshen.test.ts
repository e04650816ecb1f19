import { describe, expect, it } from 'vitest';
import type { Levers, NodeState } from '../targets/levers.ts';
import { freshen } from './freshen.ts';

/** A clinic that writes down what is done to it, and does it at once. */
function clinic(version: string) {
  const done: string[] = [];
  let nodes: NodeState[] = ['app-1', 'app-2'].map((node) => ({
    node,
    version,
    state: 'serving',
    bootId: `${node}-a`,
    pid: 1,
  }));
  const levers = {
    nodes: async () => nodes,
    cache: {
      set: async (mode: string) => void done.push(`cache ${mode}`),
      squeeze: async (room: number | null) => void done.push(`room ${room}`),
      flush: async () => void done.push('flush'),
      cutConnections: async () => void done.push('cut'),
    },
    database: { hold: async (on: boolean) => void done.push(`hold ${on}`) },
    deploy: {
      restart: async () => {},
      rolling: async () => false,
      recreate: async (to: string) => {
        done.push(`recreate ${to}`);
        nodes = nodes.map((each) => ({ ...each, version: to, bootId: `${each.node}-b` }));
      },
    },
    signal: async (which: string, signal: string) => void done.push(`${signal} ${which}`),
  } as unknown as Levers;
  return { done, levers };
}

const cleaned = ['cache ok', 'room null', 'hold false', 'flush', 'cut'];
const anew = ['SIGKILL app-1', 'SIGKILL app-2', ...cleaned, 'recreate v1'];

describe('between two trials', () => {
  it('heals what was left open, empties the cache and drops its connections, and leaves the instances alone', async () => {
    const { done, levers } = clinic('v1');
    await freshen(levers, { restart: false });
    expect(done).toEqual(cleaned);
  });

  it('starts every instance anew where the case says so, and forgets while nobody lives who could still write', async () => {
    const { done, levers } = clinic('v1');
    await freshen(levers, { restart: true });
    expect(done).toEqual(anew);
  });

  it('brings the first version back', async () => {
    const { done, levers } = clinic('v2');
    await freshen(levers, { restart: false });
    expect(done).toEqual(anew);
  });
});
