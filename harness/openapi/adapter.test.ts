// Which operations of a document are taken for which actions, and that the source written from them is well laid out and harmless,
// whatever the document says.
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createContext, runInContext } from 'node:vm';
import { transformSync } from 'esbuild';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import * as talk from '../targets/talk.ts';
import { firstAdapter } from './adapter.ts';
import { telehealth } from './document-under-test.ts';
import { pick } from './match.ts';
import { operationsOf } from './operations.ts';
import { type OpenApiRoot, readDocument } from './source.ts';
import { logins } from './usual.ts';

const root = path.resolve(import.meta.dirname, '../..');
const clinicFile = path.join(root, 'mocks/clinic/openapi.json');
const input = {
  name: 'clinic',
  headers: {},
  login: undefined,
  needing: new Map(),
  importedFrom: (m: string) => `crosstalk/${m}`,
};

const picked = (document: OpenApiRoot): Record<string, string> =>
  Object.fromEntries(
    [...pick(operationsOf(document))].map(([role, { operation }]) => [role, `${operation.method} ${operation.path}`]),
  );

let folder: string;
let clinic: OpenApiRoot;
let other: OpenApiRoot;
beforeAll(async () => {
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-openapi-'));
  writeFileSync(path.join(folder, 'telehealth.yaml'), telehealth);
  clinic = await readDocument(clinicFile);
  other = await readDocument(path.join(folder, 'telehealth.yaml'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the adapter from a document', () => {
  it('finds every action of the clinic that its document has', () => {
    const { missing, todo } = firstAdapter({ ...input, document: clinic });
    expect(missing).toEqual(['read-inbox']);
    expect(todo).toEqual([]);
    expect(picked(clinic)).toMatchObject({
      'view-history': 'GET /me/history',
      'view-history-of': 'GET /patients/{patientId}/history',
      'view-consultation': 'GET /me/consultations/{consultationId}',
      'add-recording': 'PUT /patients/{patientId}/consultations/{consultationId}/recording',
      'unenrol-clinician': 'DELETE /clinicians/{clinicianId}',
    });
  });

  it('finds them in other words, and says what is missing and who needs it', () => {
    expect(picked(other)).toEqual({
      'sign-in': 'POST /api/v1/login',
      'view-history': 'GET /api/v1/users/{user_id}/appointments',
      watch: 'GET /api/v1/videos/{video_id}/stream',
      book: 'POST /api/v1/users/{user_id}/appointments',
      cancel: 'POST /api/v1/appointments/{id}/cancel',
      'sign-out': 'POST /api/v1/logout',
      enrol: 'POST /api/v1/register',
      unenrol: 'DELETE /api/v1/users/{user_id}',
    });
    const needing = new Map([['slots', ['session-refresh-storm']]]);
    const { source, todo } = firstAdapter({ ...input, document: other, needing });
    expect(source).toContain('body: { username: email, password }');
    expect(source).toContain('keepToken(session, data?.access_token)');
    expect(source).toMatch(/`\/api\/v1\/videos\/\$\{one\.video\?\.id\}\/stream`/);
    expect(source).toContain('// TODO what is "region"? It is required.');
    expect(source).toContain('body: { reason: title, scheduled_at: startsAt }');
    expect(source).toMatch(/TODO slots: .* It is needed by: session-refresh-storm\.\n/);
    expect(source).toMatch(/by: 'patients',\n.*registerUser.*\n +async signUp\(http, patient\)/);
    expect(source).toMatch(/async remove\(session\) \{[^}]*DELETE/);
    expect(source).not.toContain('shoe_size');
    expect(todo).toEqual([
      expect.stringMatching(/its pages are numbered/),
      'enrolment.addConsultation: how does a recording come to a consultation?',
    ]);
  });

  it('takes the words of staff and administrators for nobody else’s', () => {
    const paths = { '/doctor/appointments': { get: { tags: ['doctors'], responses: { 200: json(list) } } } };
    expect(picked({ openapi: '3.1.0', info: { title: '', version: '' }, paths })).toEqual({});
  });
});

const list = { type: 'array', items: { type: 'object', properties: { id: { type: 'string' } } } };
const json = (schema: object) => ({ content: { 'application/json': { schema } } });

describe('the source', () => {
  it.each([
    ['the clinic’s document', () => firstAdapter({ ...input, document: clinic })],
    ['another document', () => firstAdapter({ ...input, document: other })],
    ...logins.map(
      (login) => [`no document, ${login}`, () => firstAdapter({ ...input, document: null, login })] as const,
    ),
  ] as const)('from %s is laid out as a formatter would', (_, write) => {
    const { source } = write();
    const biome = path.join(root, 'node_modules/@biomejs/biome/bin/biome');
    const checked = execFileSync(
      process.execPath,
      [biome, 'check', '--write', '--stdin-file-path=harness/adapter.ts'],
      {
        cwd: root,
        input: source,
        encoding: 'utf8',
      },
    );
    expect(checked).toBe(source);
  });

  it('holds nothing of a hostile document as code', async () => {
    const evil = `'+globalThis.broken()+'\`\${globalThis.broken()}\`\\\n*/ globalThis.broken() //\u2028globalThis.broken()`;
    const document = parse(telehealth) as OpenApiRoot;
    const paths = Object.fromEntries(Object.entries(document.paths).map(([name, item]) => [`${name}${evil}`, item]));
    const { source } = firstAdapter({
      ...input,
      document: { ...document, info: { title: evil, version: evil }, paths },
    });
    expect(source).toContain('globalThis.broken()');
    let brokenCount = 0;
    const requestCount = await everyFunctionOf(source, { broken: () => brokenCount++ });
    expect(requestCount).toBeGreaterThan(2);
    expect(brokenCount).toBe(0);
  });
});

/** Runs the module, calls whatever its target has, and counts the requests. */
async function everyFunctionOf(source: string, globals: object): Promise<number> {
  let requestCount = 0;
  const answer = { status: 200, text: '', header: () => undefined, json: () => ({ data: { id: 'x' } }) };
  const http = {
    request: async () => {
      requestCount += 1;
      return answer;
    },
  };
  const account = { id: 'a', email: 'e', password: 'p' };
  const consultation = () => ({ title: 't' });
  const session = { http, account, accountOf: () => account, consultation, memory: new Map(), playable: ['/x'] };
  const module = { exports: {} as { target?: { actions: object; enrolment: object } } };
  const { code } = transformSync(source, { loader: 'ts', format: 'cjs' });
  const require = (name: string): unknown =>
    name.endsWith('talk') ? talk : { defineTarget: (target: unknown) => target, AdapterError: Error };
  runInContext(code, createContext({ module, exports: module.exports, require, ...globals }));
  const { actions = {}, enrolment = {} } = module.exports.target ?? {};
  const call = async (act: (...given: readonly unknown[]) => Promise<unknown>, ...given: readonly unknown[]) => {
    await act(...given).catch(() => {});
  };
  for (const act of Object.values(actions)) await call(act, session, { pick: 0, item: 0, suffix: '/x.css' });
  for (const make of Object.values(enrolment)) await call(make, http, account, {}, null);
  return requestCount;
}
