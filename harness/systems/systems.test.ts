// What a drill may say of its systems: as the page on them writes it, and as a journal has it back.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { faultNamed } from '../faults/index.ts';
import { systemFaultKinds, systemHosts, systemsSchema } from './index.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/systems.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n([a-z]+: \{\s*use:[\s\S]*?)\n```/g)].map(([, text]) =>
  runInNewContext(`({${text}})`),
);

describe('the systems of a drill', () => {
  it('are as the page writes them, each of them', () => {
    expect(examples.length).toBe(11);
    for (const example of examples) {
      const systems = systemsSchema.parse(example);
      for (const kind of systemFaultKinds(systems)) expect(faultNamed(kind).kind).toBe(kind);
      for (const kind of systemFaultKinds(systems)) expect(page).toContain(`\n| \`${kind.split('@')[0]}\` |`);
      // A cluster's is in a kubeconfig of the reader's.
      const here = Object.entries(systems).filter(([, { use }]) => use !== 'kubernetes');
      expect(systemHosts(Object.fromEntries(here)).every(Boolean)).toBe(true);
    }
  });

  it('come back from a journal as they were', () => {
    for (const example of examples) {
      const systems = systemsSchema.parse(example);
      expect(systemsSchema.parse(JSON.parse(JSON.stringify(systems)))).toEqual(systems);
    }
  });

  it('are told from each other by what they use', () => {
    expect(() => systemsSchema.parse({ app: { use: 'proces', faults: [] } })).toThrow(/process/);
  });
});
