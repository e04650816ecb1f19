// What can be told from a JSON schema: its fields, the first list in it, its id, a link that plays. A schema may hold itself, so every
// walk ends at a depth.
import { z } from 'zod';

export type Schema = Readonly<Record<string, unknown>>;

export interface Field {
  readonly name: string;
  readonly schema: Schema;
  readonly required: boolean;
}

/** Names that lead from a value to one inside it; `[]` is every element of a list. */
export type Path = readonly string[];

const depthMax = 4;
const schemaSchema = z.record(z.string(), z.unknown());
const namesSchema = z.array(z.string());

export const asSchema = (value: unknown): Schema => {
  const parsed = schemaSchema.safeParse(value);
  return parsed.success ? parsed.data : {};
};

const listOfSchemas = (value: unknown): readonly Schema[] => (Array.isArray(value) ? value.map(asSchema) : []);

/** Its own properties, and those of what it is made of; of alternatives, those of the first that has any. */
export function fieldsOf(schema: Schema, depth = 0): readonly Field[] {
  if (depth > depthMax) return [];
  const names = namesSchema.safeParse(schema.required);
  const required = new Set(names.success ? names.data : []);
  const own = Object.entries(asSchema(schema.properties)).map(([name, value]) => ({
    name,
    schema: asSchema(value),
    required: required.has(name),
  }));
  const parts = listOfSchemas(schema.allOf).flatMap((part) => fieldsOf(part, depth + 1));
  const choices = [...listOfSchemas(schema.oneOf), ...listOfSchemas(schema.anyOf)];
  const chosen = choices.map((choice) => fieldsOf(choice, depth + 1)).find((fields) => fields.length > 0) ?? [];
  const all = new Map([...chosen, ...parts, ...own].map((field) => [field.name, field]));
  return [...all.values()].map((field) => ({ ...field, required: field.required || required.has(field.name) }));
}

/** `givenName`, `given_name` and `Given-Name` are all `given name`. */
export const wordsOf = (name: string): string =>
  name
    .replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .toLowerCase()
    .trim();

const typesOf = (schema: Schema): readonly unknown[] => [schema.type].flat();
export const isList = (schema: Schema): boolean => typesOf(schema).includes('array') || schema.items !== undefined;
export const isText = (schema: Schema): boolean => typesOf(schema).includes('string') || schema.type === undefined;
export const choicesOf = (schema: Schema): readonly unknown[] => (Array.isArray(schema.enum) ? schema.enum : []);

export interface Found {
  readonly path: Path;
  readonly schema: Schema;
}

/** The first field, nearest to the top, whose words match; `within`: elements of lists too. */
export function findField(schema: Schema, fits: (field: Field) => boolean, within = false): Found | undefined {
  let level: readonly Found[] = [{ path: [], schema }];
  for (let depth = 0; depth < depthMax && level.length > 0; depth++) {
    const below: Found[] = [];
    for (const { path, schema: at } of level) {
      if (within && isList(at)) below.push({ path: [...path, '[]'], schema: asSchema(at.items) });
      for (const field of fieldsOf(at)) {
        const found = { path: [...path, field.name], schema: field.schema };
        if (fits(field)) return found;
        below.push(found);
      }
    }
    level = below;
  }
  return undefined;
}

/** The list that an answer is or holds. A list of objects, that is: one of words is none of consultations. */
export function findList(schema: Schema): Found | undefined {
  const isOfObjects = (at: Schema): boolean => isList(at) && fieldsOf(asSchema(at.items)).length > 0;
  if (isOfObjects(schema)) return { path: [], schema: asSchema(schema.items) };
  const found = findField(schema, (field) => isOfObjects(field.schema));
  return found && { path: found.path, schema: asSchema(found.schema.items) };
}

export function findId(schema: Schema, within = false): Found | undefined {
  const byName = (wanted: RegExp) => findField(schema, ({ name }) => wanted.test(wordsOf(name)), within);
  return byName(/^(id|uuid|guid)$/) ?? byName(/ (id|uuid)$/);
}

const playable =
  /^(href|url|uri|link|src|(video|media|content|stream|play(back)?|recording|download|file) (href|ur[li]|link))$/;

export const findLink = (schema: Schema): Found | undefined =>
  findField(schema, ({ name, schema: at }) => isText(at) && playable.test(wordsOf(name)), true);
