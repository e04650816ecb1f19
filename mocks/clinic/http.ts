// What the clinic's HTTP servers share: answers as data, refusals as errors, bodies read within a limit.
import type { FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Server } from 'node:net';
import type { Readable } from 'node:stream';

export interface Answer {
  readonly status: number;
  readonly headers?: Readonly<Record<string, string | string[]>>;
  /** Sent as it is; absent for 204. */
  readonly body?: string | Buffer;
  /** Bytes `from` to `to` (both included) of a stored object, sent as a stream. Whoever doesn't send it must close it. */
  readonly file?: { readonly handle: FileHandle; readonly from: number; readonly to: number };
  /** Sent as it comes, for as long as it lasts. Whoever doesn't send it must destroy it. */
  readonly stream?: Readable;
}

/** Thrown to answer with an error; `code` is for programs, the message for people. */
export class Refusal extends Error {
  override name = 'Refusal';
  readonly status: number;
  readonly code: string;
  readonly headers: Readonly<Record<string, string>>;
  constructor(status: number, code: string, message: string, headers: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.headers = headers;
  }
}

/** By the first the edge asks an app from which stored file an answer's media come; the app says so in the second, which leaves with nobody. */
export const asksServedHeader = 'x-clinic-asks-served';
export const servedHeader = 'x-clinic-served';

const jsonType = { 'content-type': 'application/json; charset=utf-8' };

export function json(status: number, value: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { ...jsonType, ...headers }, body: JSON.stringify(value) };
}

export const noContent: Answer = { status: 204 };

export function refusalAnswer(refusal: Refusal): Answer {
  return json(refusal.status, { error: { code: refusal.code, message: refusal.message } }, refusal.headers);
}

/** The whole body. Throws a `Refusal` (413) past the limit; rejects when the client goes away before the end. */
export async function readBody(request: Readable, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of request) {
    sizeBytes += chunk.length;
    if (sizeBytes > bytesMax) throw new Refusal(413, 'too-large', `the body is larger than ${bytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks, sizeBytes);
}

/** The body as a JSON object; an empty body is an empty object. */
export async function readJson(
  request: IncomingMessage,
  bytesMax = 64 * 1024,
): Promise<Readonly<Record<string, unknown>>> {
  const text = (await readBody(request, bytesMax)).toString('utf8');
  if (text === '') return {};
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return { ...value };
  } catch {
    // Answered below, as for any other body that is no object.
  }
  throw new Refusal(400, 'bad-json', 'the body is not a JSON object');
}

/** A field that must be text. */
export function textField(body: Readonly<Record<string, unknown>>, name: string, lengthMax = 500): string {
  const value = body[name];
  if (typeof value === 'string' && value !== '' && value.length <= lengthMax) return value;
  throw new Refusal(400, 'bad-field', `the field "${name}" must be text of 1 to ${lengthMax} characters`);
}

/** Splits a request target; the query is parsed only by those who need it. */
export function splitTarget(target: string): { readonly path: string; readonly query: string } {
  const mark = target.indexOf('?');
  return mark < 0 ? { path: target, query: '' } : { path: target.slice(0, mark), query: target.slice(mark + 1) };
}

/** `/me/consultations/<uuid>/attend` as the route's template and its one id. An id is what has a UUID's length. */
export function routeOf(path: string): { readonly route: string; readonly ids: readonly string[] } {
  const ids: string[] = [];
  const route = path
    .split('/')
    .map((part) => (part.length === 36 ? `{${ids.push(part) === 1 ? 'id' : 'id2'}}` : part))
    .join('/');
  return { route, ids };
}

export function sendHead(response: ServerResponse, answer: Answer): void {
  const { body } = answer;
  const length = body === undefined ? {} : { 'content-length': String(Buffer.byteLength(body)) };
  response.writeHead(answer.status, { ...answer.headers, ...length });
}

export function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.off('error', reject);
      const address = server.address();
      resolve(typeof address === 'object' && address !== null ? address.port : 0);
    });
  });
}
