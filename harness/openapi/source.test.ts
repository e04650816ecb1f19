// Documents that can't be used are turned away with a sentence that says what to do; strange ones that can be used are used.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { operationsOf } from './operations.ts';
import { fieldsOf, findLink } from './schema.ts';
import { DocumentError, readDocument } from './source.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'crosstalk-openapi-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, text: string): string {
  const full = path.join(folder, name);
  writeFileSync(full, text);
  return full;
}

const begin = 'openapi: 3.1.0\ninfo: { title: T, version: "1" }\n';
const bomb = ['a: &a0 [x, x]', ...Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [*a${n}, *a${n}]`)].join(
  '\n',
);

describe('a document that can’t be used', () => {
  it.each([
    ['is not there', () => path.join(folder, 'absent.json'), /can't be read \(ENOENT.*name a file or a URL/],
    ['is a folder', () => folder, /can't be read \(EISDIR/],
    ['is broken JSON', () => file('a.json', '{"openapi": '), /is not JSON/],
    ['is broken YAML', () => file('a.yaml', 'openapi: 3.1.0\npaths: [}'), /neither JSON nor YAML \(line 2, column \d+/],
    ['is a text', () => file('a.txt', 'hello'), /is no OpenAPI 3\.0 or 3\.1 document/],
    ['is empty', () => file('e.yaml', ''), /is no OpenAPI 3\.0 or 3\.1 document/],
    [
      'is a Swagger 2.0 document',
      () => file('s.json', '{"swagger":"2.0","paths":{}}'),
      /convert a Swagger 2\.0 document/,
    ],
    ['has no paths', () => file('n.yaml', begin), /it has no `paths`/],
    ['has paths that are none', () => file('p.yaml', `${begin}paths: { /a: 1 }`), /paths\.\/a/],
    [
      'leads nowhere',
      () => file('d.yaml', `${begin}paths: { /a: { $ref: '#/no/such' } }`),
      /\$ref of .* leads nowhere/,
    ],
    ['is too large', () => file('l.json', `{${' '.repeat(20 * 1024 * 1024)}}`), /larger than 16 MB: cut it down/],
    ['grows without end', () => file('b.yaml', `${begin}${bomb}\npaths: {}`), /no document that can be read/],
  ])('says so where it %s', async (_, source, message) => {
    const problem = await readDocument(source()).catch((error: unknown) => error);
    expect(problem).toBeInstanceOf(DocumentError);
    expect(String(problem)).toMatch(message);
  });

  it('says so where a URL does not answer, answers an error, or has no end', async () => {
    const server = createServer((request, response) => {
      if (request.url === '/endless') {
        const more = (): void => void (response.destroyed || response.write(' '.repeat(1_000_000), more));
        return more();
      }
      return response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()));
    const { port } = server.address() as AddressInfo;
    const origin = `http://127.0.0.1:${port}`;
    await expect(readDocument(`${origin}/absent`)).rejects.toThrow(/answered 404: is that where the document is/);
    await expect(readDocument(`${origin}/endless`)).rejects.toThrow(/larger than 16 MB/);
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await expect(readDocument(`${origin}/gone`)).rejects.toThrow(/can't be fetched \(.+\): name a file or a URL/);
  });
});

describe('a strange document', () => {
  it('may hold itself', async () => {
    const node =
      '{ type: object, properties: { next: { $ref: "#/components/schemas/Node" }, title: { type: string } } }';
    const answer = '{ "200": { content: { application/json: { schema: { $ref: "#/components/schemas/Node" } } } } }';
    const text = `${begin}paths: { /a: { get: { responses: ${answer} } } }\ncomponents: { schemas: { Node: ${node} } }`;
    const [operation] = operationsOf(await readDocument(file('c.yaml', text)));
    const schema = operation?.answer.schema ?? {};
    expect(fieldsOf(schema).map(({ name }) => name)).toEqual(['next', 'title']);
    expect(findLink(schema)).toBeUndefined();
  });

  it('opens no other file', async () => {
    const secret = file('secret.yaml', 'get: { operationId: secret, responses: {} }');
    const text = `${begin}paths: { /a: { $ref: ${JSON.stringify(secret)} }, /b: { get: { responses: {} } } }`;
    expect(operationsOf(await readDocument(file('x.yaml', text))).map(({ path }) => path)).toEqual(['/b']);
  });
});
