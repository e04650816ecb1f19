// The schema of samples: what a JSON value is made of, several of one kind taken together. Names and types only, no value: what stood
// in a recording may be somebody's.
import { routeTemplate } from '../drivers/route-template.ts';
import type { Schema } from './schema.ts';

const depthMax = 8;
const itemsMax = 50;
const fieldsMax = 200;

export function schemaOf(value: unknown, depth = 0): Sampled {
  if (value === null || value === undefined || depth > depthMax) return {};
  if (Array.isArray(value))
    return { type: 'array', items: merged(value.slice(0, itemsMax).map((item) => schemaOf(item, depth + 1))) };
  if (typeof value !== 'object') return { type: typeof value };
  const entries = Object.entries(value)
    .filter(([name]) => isName(name))
    .slice(0, fieldsMax);
  return {
    type: 'object',
    required: entries.map(([name]) => name),
    properties: Object.fromEntries(entries.map(([name, inner]) => [name, schemaOf(inner, depth + 1)])),
  };
}

/** Of a field. An object whose names are ids or addresses is a table, and whose they are is nobody's business. */
const isName = (name: string): boolean => /^[A-Za-z_$@][\w$.:-]{0,63}$/.test(name) && routeTemplate(name) !== '{id}';

export type Sampled = Schema & {
  readonly type?: string;
  readonly items?: Sampled;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Sampled>>;
};

/** What is in any of them; required is what is in all. Of different kinds the first that is one. */
export function merged(samples: readonly Sampled[]): Sampled {
  const shaped = samples.filter(({ type }) => type !== undefined);
  const [first] = shaped;
  if (first?.type === undefined) return {};
  const same = shaped.filter(({ type }) => type === first.type);
  if (first.type === 'array')
    return { type: 'array', items: merged(same.flatMap(({ items }): Sampled[] => (items ? [items] : []))) };
  if (first.type !== 'object') return { type: first.type };
  const names = [...new Set(same.flatMap(({ properties = {} }) => Object.keys(properties)))];
  return {
    type: 'object',
    required: names.filter((name) => same.every(({ required = [] }) => required.includes(name))),
    properties: Object.fromEntries(
      names.map((name) => [name, merged(same.flatMap(({ properties }) => at(properties, name)))]),
    ),
  };
}

const at = (properties: Sampled['properties'], name: string): readonly Sampled[] => {
  const found = properties?.[name];
  return found === undefined ? [] : [found];
};
