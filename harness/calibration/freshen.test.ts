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
      roll: async (to: string) => {
        done.push(`roll ${to}`);
        nodes = nodes.map((node) => ({ ...node, version: to }));
      },
    },
    signal: async (which: string, signal: string) => {
      done.push(`${signal} ${which}`);
      nodes = nodes.map((node) => (node.node === which ? { ...node, bootId: `${which}-b` } : node));
    },
  } as unknown as Levers;
  return { done, levers };
}

const cleaned = ['cache ok', 'room null', 'hold false', 'flush', 'cut'];

describe('between two trials', () => {
  it('heals what was left open, empties the cache and drops its connections, and leaves the instances alone', async () => {
    const { done, levers } = clinic('v1');
    await freshen(levers, { restart: false });
    expect(done).toEqual(cleaned);
  });

  it('rolls the first version out again', async () => {
    const { done, levers } = clinic('v2');
    await freshen(levers, { restart: false });
    expect(done).toEqual(['roll v1', ...cleaned]);
  });

  it('starts every instance anew where the case says so', async () => {
    const { done, levers } = clinic('v1');
    await freshen(levers, { restart: true });
    expect(done).toEqual(['SIGKILL app-1', 'SIGKILL app-2', ...cleaned]);
  });

  it('flushes only once nobody of before could still write', async () => {
    const { done, levers } = clinic('v2');
    await freshen(levers, { restart: true });
    expect(done).toEqual(['roll v1', ...cleaned]);
  });
});
