// The clinic's description of itself for programs: what `openapi.json` says, the same for everybody.
import { readFile } from 'node:fs/promises';
import type { Handler } from './services.ts';

export const openapiFile = new URL('./openapi.json', import.meta.url);

export const openapi: Handler = async () => ({
  status: 200,
  headers: { 'content-type': 'application/json; charset=utf-8', 'cache-control': 'public, max-age=60' },
  body: await readFile(openapiFile, 'utf8'),
});
