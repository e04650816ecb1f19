// The few calls of Docker's Engine API that the faults need, over its socket or TCP.
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { messageOf } from '../faults/bounded.ts';
import { jsonOf } from '../json-of.ts';

const callMaxMs = 3_000;
const answerBytesMax = 4 * 1024 * 1024;
const saidLettersMax = 300;

const versionShape = z.object({ ApiVersion: z.string().regex(/^\d+\.\d+$/) });
const errorShape = z.object({ message: z.string() });

/** What a container is joined to a network with, and is joined again. */
export const endpointShape = z.object({
  IPAMConfig: z.record(z.string(), z.unknown()).nullish(),
  Aliases: z.array(z.string()).nullish(),
  Links: z.array(z.string()).nullish(),
  DriverOpts: z.record(z.string(), z.string()).nullish(),
  GwPriority: z.number().nullish(),
});

const containerShape = z.object({
  Id: z.string().regex(/^[0-9a-f]{64}$/),
  Name: z.string(),
  State: z.object({
    Running: z.boolean(),
    Paused: z.boolean(),
    Restarting: z.boolean(),
    StartedAt: z.string(),
  }),
  HostConfig: z.object({ AutoRemove: z.boolean().default(false) }),
  NetworkSettings: z.object({
    Networks: z.record(z.string(), z.object({ ...endpointShape.shape, NetworkID: z.string() })),
  }),
});
export type Container = z.infer<typeof containerShape>;

export interface EnginePlace {
  readonly socket?: string | undefined;
  readonly url?: string | undefined;
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
}

export interface Engine {
  /** By id or name; null: there is none. */
  inspect(container: string): Promise<Container | null>;
  /** That it is so already is no error. */
  post(path: string, body?: object, limitMs?: number): Promise<void>;
}

export function dockerEngine(place: EnginePlace): Engine {
  const { socket, url } = place;
  const where = socket ?? url ?? '';
  const read = (file: string | undefined): Buffer | undefined => (file === undefined ? undefined : readFileSync(file));
  const [ca, cert, key] = [read(place.caFile), read(place.certFile), read(place.keyFile)];
  let version: string | undefined;

  async function call(
    method: 'GET' | 'POST',
    path: string,
    body: object | undefined,
    limitMs: number,
  ): Promise<Answer> {
    const tls = { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
    const { Client } = await import('undici');
    const client = new Client(url ?? 'http://localhost', {
      connect: { timeout: callMaxMs, ...(socket === undefined ? tls : { socketPath: socket }) },
    });
    try {
      const { statusCode, body: answer } = await client.request({
        method,
        path,
        signal: AbortSignal.timeout(limitMs),
        ...(body && { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }),
      });
      const chunks: Buffer[] = [];
      let byteCount = 0;
      for await (const chunk of answer) {
        byteCount += chunk.length;
        if (byteCount > answerBytesMax) throw new Error(`its answer is longer than ${answerBytesMax} bytes`);
        chunks.push(chunk);
      }
      return { statusCode, text: Buffer.concat(chunks).toString('utf8') };
    } catch (error) {
      throw new Error(`Docker at ${where} can't be used: ${messageOf(error)}`, { cause: error });
    } finally {
      await client.destroy();
    }
  }

  /** In the engine's own newest version, which understands whatever it answers. */
  async function ask(method: 'GET' | 'POST', path: string, body?: object, limitMs = callMaxMs): Promise<Answer> {
    if (version === undefined) {
      const { statusCode, text } = await call('GET', '/version', undefined, callMaxMs);
      const told = versionShape.safeParse(jsonOf(text));
      if (statusCode !== 200 || !told.success)
        throw new Error(`what listens at ${where} is no Docker: it answers /version with ${statusCode}`);
      version = told.data.ApiVersion;
    }
    return call(method, `/v${version}${path}`, body, limitMs);
  }

  const refusal = ({ statusCode, text }: Answer): Error => {
    const said = errorShape.safeParse(jsonOf(text)).data?.message ?? text;
    return new Error(`Docker at ${where} answers ${statusCode}: ${said.trim().slice(0, saidLettersMax)}`);
  };

  return {
    async inspect(container) {
      const answer = await ask('GET', `/containers/${encodeURIComponent(container)}/json`);
      if (answer.statusCode === 404) return null;
      if (answer.statusCode !== 200) throw refusal(answer);
      return containerShape.parse(jsonOf(answer.text));
    },
    async post(path, body, limitMs) {
      const answer = await ask('POST', path, body, limitMs);
      if (answer.statusCode >= 400) throw refusal(answer);
    },
  };
}

interface Answer {
  readonly statusCode: number;
  readonly text: string;
}
