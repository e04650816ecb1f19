// What a drill may say of its systems: as the page on faults writes it, and as a journal has it back.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { faultNamed } from '../faults/index.ts';
import { systemFaultKinds, systemHosts, systemsSchema } from './index.ts';

const page = readFileSync(path.resolve(import.meta.dirname, '../../docs/faults.md'), 'utf8');
const examples = [...page.matchAll(/```ts\n(systems: \{[\s\S]*?)\n```/g)].map(
  ([, text]) => runInNewContext(`({${text}})`).systems,
);

describe('the systems of a drill', () => {
  it('are as the page writes them', () => {
    expect(examples.length).toBeGreaterThan(0);
    for (const example of examples) {
      const systems = systemsSchema.parse(example);
      for (const kind of systemFaultKinds(systems)) expect(faultNamed(kind).kind).toBe(kind);
      for (const kind of systemFaultKinds(systems)) expect(page).toContain(`| \`${kind.split('@')[0]}\` |`);
      expect(systemHosts(systems).every(Boolean)).toBe(true);
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
