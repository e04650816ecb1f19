// For tests: a session as adapters see it, over the node driver's own client and a real server of one function, with all that the
// session was issued and all that went to and fro. Nothing outside tests imports this.
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { patientIndex } from '../../fixtures/domain.ts';
import type { Client } from '../drivers/client.ts';
import { nodeClient } from '../drivers/node-client.ts';
import type { SessionContext } from '../targets/target.ts';

export interface Asked {
  readonly method: string;
  readonly path: string;
  /** Of the query, and of a body that is a form. */
  readonly query: URLSearchParams;
  readonly form: URLSearchParams;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

export interface Reply {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string | Readonly<Record<string, unknown>>;
}

export interface UnderTest {
  readonly session: SessionContext & { signedIn: SessionContext['signedIn'] };
  readonly client: Client;
  readonly origin: string;
  readonly asked: Asked[];
  readonly issued: string[];
  close(): Promise<void>;
}

/** `declares.headers` of the target is empty; hosts beside the server's own are allowed as named. */
export async function sessionUnderTest(
  reply: (asked: Asked, count: number) => Reply | Promise<Reply>,
  allowedHosts: readonly string[] = [],
): Promise<UnderTest> {
  const asked: Asked[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const url = new URL(request.url ?? '/', 'http://server.example');
    const body = Buffer.concat(chunks).toString();
    const one: Asked = {
      method: request.method ?? '',
      path: url.pathname,
      query: url.searchParams,
      form: new URLSearchParams(body),
      body,
      headers: request.headers,
    };
    asked.push(one);
    const { status = 200, headers = {}, body: answer = '' } = await reply(one, asked.length);
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.writeHead(status).end(typeof answer === 'string' ? answer : JSON.stringify(answer));
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const nothing = { headers: {}, signOutBoundMs: 0, withdrawalBoundMs: 0, erasureBoundMs: 0, recordingReadyBoundMs: 0 };
  const client = nodeClient({ session: 's', run: 1, origin, allowedHosts, declares: nothing });
  const issued: string[] = [];
  return {
    session: {
      ...aSession,
      memory: new Map(),
      http: client.http,
      origin,
      issued: (...values) => issued.push(...values),
    },
    client,
    origin,
    asked,
    issued,
    async close() {
      await client.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

const unused = (): never => {
  throw new Error('not in this test');
};

const aSession = {
  patient: patientIndex(0),
  account: { email: 'pat@patients.example', password: 'open-sesame-Aa1!' },
  accountOf: unused,
  clinicianAccountOf: unused,
  consultation: unused,
  recording: unused,
  playable: [],
  postedLink: null,
  signedIn: 'yes' as const,
};
