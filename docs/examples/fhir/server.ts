// The example's server: FHIR R4 at /fhir, SMART on FHIR by `oidc-provider` at the root, and accounts made by an administrator, for FHIR knows no
// passwords. `cachesByPath` is a mistake to find: searches are kept for two seconds under their path alone.
import { timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { getStatus } from '@medplum/core';
import { type FhirRequest, FhirRouter, type HttpMethod } from '@medplum/fhir-router';
import type { Binary, Resource } from '@medplum/fhirtypes';
import { isOf, loadDefinitions, openStore } from './repository.ts';
import { type Accounts, startSmart } from './smart.ts';

const bodyBytesMax = 4 * 1024 * 1024;
const cachedMs = 2_000;

export interface FhirServer {
  readonly url: string;
  close(): Promise<void>;
}

export interface FhirServerOptions {
  readonly port: number;
  readonly adminToken: string;
  readonly cachesByPath?: boolean;
}

interface Asked {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  /** Behind `/fhir/`. */
  readonly path: string;
  /** Null: the administrator. */
  readonly patient: string | null;
}

export async function startFhir({ port, adminToken, cachesByPath = false }: FhirServerOptions): Promise<FhirServer> {
  loadDefinitions();
  const server = createServer().listen(port, '127.0.0.1');
  await once(server, 'listening');
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const accounts: Accounts = new Map();
  const smart = startSmart(url, accounts);
  const store = openStore();
  const router = new FhirRouter();
  const kept = new Map<string, { readonly until: number; readonly body: unknown }>();

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', url);
    if (pathname === '/fhir/.well-known/smart-configuration') return json(response, 200, smart.configuration);
    if (!pathname.startsWith('/fhir/') && !pathname.startsWith('/accounts')) return smart.handle(request, response);
    const [, token = ''] = (request.headers.authorization ?? '').split(' ');
    const isAdmin = isSame(token, adminToken);
    if (pathname.startsWith('/accounts'))
      return isAdmin ? account(request, response, pathname) : json(response, 401, {});
    const patient = isAdmin ? null : await smart.patientOf(token);
    if (patient === undefined) return json(response, 401, outcome('login', 'there is no such session'));
    const path = (request.url ?? '').slice('/fhir/'.length);
    const asked = { request, response, path, patient };
    if (/^Binary(\/|$)/.test(path) && request.method !== 'DELETE') return binary(asked);
    return cachesByPath && request.method === 'GET' ? cached(asked) : fhir(asked);
  }

  async function account(request: IncomingMessage, response: ServerResponse, pathname: string): Promise<void> {
    const name = decodeURIComponent(pathname.slice('/accounts/'.length));
    if (request.method === 'DELETE') {
      accounts.delete(name);
      return json(response, 204);
    }
    const { username, password, patient } = JSON.parse(String(await bodyOf(request))) as Record<string, string>;
    accounts.set(username ?? '', { password: password ?? '', patient: patient ?? '' });
    return json(response, 201, {});
  }

  async function fhir(asked: Asked): Promise<void> {
    const [status, body] = await byRouter(asked);
    json(asked.response, status, body, body && 'id' in body ? location(asked, body) : {});
  }

  async function byRouter({ request, path, patient }: Asked): Promise<[number, Resource | undefined]> {
    const text = String(await bodyOf(request));
    const body: Resource | undefined = text === '' ? undefined : JSON.parse(text);
    const method = request.method ?? 'GET';
    const wanted: FhirRequest = {
      method: method as HttpMethod,
      url: `/${path}`,
      pathname: '',
      body,
      params: {},
      query: {},
      headers: request.headers,
    };
    const own = patient === null ? store.compartmentFor(method, path, body) : store.compartment(patient);
    const [said, resource] = await router.handleRequest(wanted, own);
    return [getStatus(said), resource ?? (getStatus(said) < 400 ? undefined : said)];
  }

  /** The mistake: a kept search is anybody's who asks the same resource. */
  async function cached(asked: Asked): Promise<void> {
    const key = asked.path.split('?')[0] ?? '';
    const found = kept.get(key);
    if (found && found.until > Date.now()) return json(asked.response, 200, found.body);
    const [status, body] = await byRouter(asked);
    if (status === 200 && asked.patient !== null) kept.set(key, { until: Date.now() + cachedMs, body });
    json(asked.response, status, body);
  }

  /** Bytes as they are: POST stores them for the patient named by `X-Security-Context`, GET gives them to who may read the Binary. */
  async function binary(asked: Asked): Promise<void> {
    const { request, response, patient } = asked;
    if (request.method === 'POST') {
      const reference = String(request.headers['x-security-context'] ?? (patient ? `Patient/${patient}` : ''));
      const contentType = request.headers['content-type'] ?? 'application/octet-stream';
      const draft: Binary = { resourceType: 'Binary', contentType, securityContext: { reference } };
      if (patient !== null && !isOf(draft, patient)) return json(response, 403, outcome('forbidden', 'not yours'));
      const body = await bodyOf(request);
      const made = await store.compartment(reference.replace('Patient/', '')).createResource(draft);
      store.bytes.set(made.id, { contentType, body });
      return json(response, 201, made, location(asked, made));
    }
    const id = /^Binary\/([^/?]+)/.exec(asked.path)?.[1] ?? '';
    const own = patient === null ? store.compartmentFor('GET', `Binary/${id}`, undefined) : store.compartment(patient);
    const meta = await own.readResource<Binary>('Binary', id).catch(() => undefined);
    const bytes = store.bytes.get(id);
    if (meta === undefined || bytes === undefined) return json(response, 404, outcome('not-found', 'no such Binary'));
    response
      .writeHead(200, { 'content-type': bytes.contentType, 'cache-control': 'private, no-store' })
      .end(bytes.body);
  }

  server.on('request', (request, response) => {
    answer(request, response).catch((error: unknown) => {
      if (!response.headersSent) json(response, 500, outcome('exception', String(error)));
      else response.destroy();
    });
  });
  return {
    url,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const location = ({ request }: Asked, { resourceType, id }: { resourceType: string; id?: string }) =>
  ({ location: `http://${request.headers.host}/fhir/${resourceType}/${id}` }) as const;

const outcome = (code: string, text: string) => ({
  resourceType: 'OperationOutcome',
  issue: [{ severity: 'error', code, details: { text } }],
});

function json(response: ServerResponse, status: number, body?: unknown, headers: Record<string, string> = {}): void {
  const type = { 'content-type': 'application/fhir+json', 'cache-control': 'private, no-store' };
  response.writeHead(status, { ...type, ...headers }).end(body === undefined ? undefined : JSON.stringify(body));
}

async function bodyOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > bodyBytesMax) throw new Error(`a body of more than ${bodyBytesMax} bytes`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

const isSame = (one: string, other: string): boolean =>
  one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other));
