// The clinic's OpenAPI document says what there is: every route that programs ask for, and none besides.
import { readFileSync } from 'node:fs';
import { validate } from '@readme/openapi-parser';
import { describe, expect, it } from 'vitest';
import { actsOf } from './admin.ts';
import { createClinicians } from './admin-clinicians.ts';
import { createPeople } from './admin-people.ts';
import { openapiFile } from './openapi.ts';
import type { ClinicOptions } from './options.ts';
import { apiRoutes } from './routes.ts';
import type { Deployment } from './supervisor.ts';

type Document = Parameters<typeof validate>[0] & { paths: Record<string, Record<string, { tags?: string[] }>> };

const read = (): Document => JSON.parse(readFileSync(openapiFile, 'utf8'));

/** Ids as the clinic's tables of routes name them: by their place. */
function routeOf(path: string): string {
  let ids = 0;
  return path.replaceAll(/\{(?!node\})[^}]+\}/g, () => (ids++ === 0 ? '{id}' : `{id${ids}}`));
}

const documented = (isAdmin: boolean): string[] =>
  Object.entries(read().paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => /^(get|put|post|delete|patch)$/.test(method))
      .filter(([, { tags }]) => (tags?.includes('admin') ?? false) === isAdmin)
      .map(([method]) => `${method.toUpperCase()} ${routeOf(path)}`),
  );

describe('openapi.json', () => {
  it('is an OpenAPI 3.1 document', async () => {
    expect(await validate(read())).toMatchObject({ valid: true, warnings: [] });
  });

  it('has each of the app’s routes', () => {
    expect(documented(false).sort()).toEqual(apiRoutes.map(([name]) => name).sort());
  });

  it('has each of the administrator’s', () => {
    // Only named here, never called.
    const nothing = undefined as never;
    const people = {
      ...createPeople(nothing, nothing, nothing, nothing, nothing, nothing),
      ...createClinicians(nothing),
    };
    const acts = actsOf({ parts: {} } as Deployment, {} as ClinicOptions, people);
    expect(documented(true).sort()).toEqual(Object.keys(acts).sort());
  });
});
