// The reference clinic's levers, over its admin API. Its answers are checked here, at the border; every call has a time
// limit, and an error says which call failed, how, and what to do. The secret appears in no message and follows no redirect.
import { z } from 'zod';
import type { Levers } from './levers.ts';

export interface ClinicAdmin {
  readonly adminUrl: string;
  /** Bearer secret of the admin surface, from the environment. */
  readonly secret: string;
  readonly callMaxMs?: number;
  /** Sees each call and makes it; the real one unless said otherwise. */
  readonly fetch?: typeof fetch;
}

const count = z.number().int().nonnegative();

const cacheSchema = z.object({
  mode: z.enum(['ok', 'slow', 'down', 'paused']),
  latencyMs: z.number().nonnegative(),
  entryCount: count,
  flushCount: count,
  flushedEntryCount: count,
  delayedCount: count,
  refusedCount: count,
  unansweredCount: count,
  evictedCount: count,
  entryCountMax: count.nullable(),
  bootId: z.string(),
  cutConnectionCount: count,
  promotedCount: count,
  lostWriteCount: count,
  swappedCount: count,
});

const linkSchema = z.object({
  mode: z.enum(['ok', 'slow', 'reset', 'down', 'half-open']),
  passedBytes: count,
});

const stateSchema = z.object({
  nodes: z.array(
    z.object({
      node: z.string(),
      version: z.string(),
      state: z.enum(['starting', 'serving', 'draining', 'down']),
      bootId: z.string(),
      pid: z.number().int(),
      started: z.string().nullable().optional(),
    }),
  ),
  cache: cacheSchema,
  database: z.object({
    cutConnectionCount: count,
    failoverCount: count,
    lostRowCount: count,
    failingOver: z.boolean(),
    held: z.boolean(),
    heldStatementCount: count,
  }),
  edge: z.object({
    config: z.enum(['standard', 'next']),
    reloadCount: count,
    entryCount: count,
    purgeCount: count,
    purgedEntryCount: count,
  }),
  mail: z.object({ mode: z.enum(['ok', 'down']), deliveredCount: count, refusedCount: count }),
  links: z.object({ cache: linkSchema, database: linkSchema }).optional(),
  rolling: z.boolean(),
});

const swappedSchema = z.object({ swappedCount: count });

const answerBytesMax = 1024 * 1024;
const answerShownMax = 200;

interface Call {
  readonly method: 'GET' | 'POST' | 'PUT';
  readonly path: string;
  readonly body?: Readonly<Record<string, unknown>>;
}

export function clinicLevers(admin: ClinicAdmin): Levers {
  const read = async <Shape>(method: Call['method'], path: string, schema: z.ZodType<Shape>): Promise<Shape> => {
    const parsed = schema.safeParse(jsonOrNull(await call(admin, { method, path })));
    if (parsed.success) return parsed.data;
    throw new Error(
      `${method} ${path} at ${admin.adminUrl} answered in a shape the harness does not know ` +
        `(${z.prettifyError(parsed.error).slice(0, answerShownMax)}); is this the admin address of a clinic of the same release?`,
    );
  };
  const state = () => read('GET', '/state', stateSchema);
  const send = async (method: 'POST' | 'PUT', path: string, body?: Call['body']): Promise<void> => {
    await call(admin, { method, path, ...(body && { body }) });
  };
  return {
    nodes: async () => (await state()).nodes,
    missing: async () => ((await state()).links ? [] : ['links']),
    cache: {
      state: async () => (await state()).cache,
      flush: () => send('POST', '/cache/flush'),
      set: (mode, latencyMs) => send('PUT', '/cache', { mode, latencyMs }),
      squeeze: (entryCountMax) => send('POST', '/cache/squeeze', { entryCountMax }),
      restart: () => send('POST', '/cache/restart'),
      cutConnections: () => send('POST', '/cache/cut'),
      promoteStale: (lagMs) => send('POST', '/cache/promote', { lagMs }),
      swap: async () => (await read('POST', '/cache/swap', swappedSchema)).swappedCount,
    },
    database: {
      state: async () => (await state()).database,
      cutConnections: () => send('POST', '/database/cut'),
      failover: (lagMs) => send('POST', '/database/failover', { lagMs }),
      hold: (held) => send('PUT', '/database', { held }),
    },
    edge: {
      state: async () => (await state()).edge,
      reload: (config) => send('POST', '/edge/config', { config }),
      purge: () => send('POST', '/edge/purge'),
    },
    mail: {
      state: async () => (await state()).mail,
      set: (mode) => send('PUT', '/mail', { mode }),
    },
    links: {
      async state(link) {
        const { links } = await state();
        if (links) return links[link];
        throw new Error(`the clinic at ${admin.adminUrl} has no ${link} link to harm: start it with --topology real`);
      },
      set: (link, mode, latencyMs) => send('PUT', `/links/${link}`, { mode, latencyMs }),
    },
    deploy: {
      restart: () => send('POST', '/deploy/restart'),
      roll: (version) => send('POST', '/deploy/roll', { version }),
      recreate: (version) => send('POST', '/deploy/recreate', { version }),
      rolling: async () => (await state()).rolling,
    },
    signal: (node, signal) => send('POST', `/nodes/${encodeURIComponent(node)}/signal`, { signal }),
  };
}

/** The answer's text if its status says success. */
async function call(
  { adminUrl, secret, callMaxMs = 8_000, fetch: send = fetch }: ClinicAdmin,
  { method, path, body }: Call,
): Promise<string> {
  const what = `${method} ${path} at ${adminUrl}`;
  const limit = AbortSignal.timeout(callMaxMs);
  try {
    const response = await send(new URL(path, adminUrl), {
      method,
      headers: { authorization: `Bearer ${secret}`, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal: limit,
    });
    const text = await boundedText(response, what);
    if (response.ok) return text;
    throw new StatusError(
      `${what} answered ${response.status} (${text.slice(0, answerShownMax)}): ${advice(response.status)}`,
    );
  } catch (error) {
    if (error instanceof StatusError) throw error;
    if (limit.aborted) {
      throw new Error(`${what} gave no answer within ${callMaxMs} ms; the clinic's supervisor hangs or is overloaded`, {
        cause: error,
      });
    }
    throw new Error(`${what} failed: ${reasonOf(error)}; is the clinic running, and is this its admin address?`, {
      cause: error,
    });
  }
}

class StatusError extends Error {
  override name = 'StatusError';
}

function advice(status: number): string {
  if (status === 401 || status === 403)
    return 'set CROSSTALK_CLINIC_ADMIN_SECRET to the secret the clinic was started with';
  if (status === 404) return 'the clinic does not know it; are clinic and harness of the same release?';
  if (status === 409) return 'another roll or failover is still in progress; plan the faults further apart';
  return 'the lever may not have been pulled; see what the clinic says with --verbose';
}

/** fetch says "fetch failed" and hides what happened in the cause. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { cause } = error;
  if (!(cause instanceof Error)) return error.message;
  return 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
}

async function boundedText(response: Response, what: string): Promise<string> {
  const reader = response.body?.getReader();
  if (!reader) return '';
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    bytes += part.value.length;
    if (bytes > answerBytesMax) {
      // Not awaited: whoever sends without end may also never confirm that it stopped.
      reader.cancel().catch(() => {});
      throw new Error(`${what} answered more than ${answerBytesMax} bytes`);
    }
    chunks.push(part.value);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function jsonOrNull(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
