// What a drill may say of its systems: as the pages on faults and systems write it, and as a journal has it back.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { runInNewContext } from 'node:vm';
import { describe, expect, it } from 'vitest';
import { faultNamed } from '../faults/index.ts';
import { systemFaultKinds, systemHosts, systemsSchema } from './index.ts';

const docs = path.resolve(import.meta.dirname, '../../docs');
const pages = ['faults.md', 'systems.md'].map((name) => path.join(docs, name)).filter((file) => existsSync(file));
const page = pages.map((file) => readFileSync(file, 'utf8')).join('\n');
const examples = [...page.matchAll(/```ts\n(systems: \{[\s\S]*?)\n```/g)].map(
  ([, text]) => runInNewContext(`({${text}})`).systems,
);

describe('the systems of a drill', () => {
  it('are as the pages write them', () => {
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
