// For tests: starts the clinic as anybody would, as a process that says where it is, and speaks to it as patients and administrators do.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Agent, request } from 'undici';
import type { CacheReport } from './messages.ts';
import type { DatabaseReport, EdgeReport, MailReport } from './parts.ts';

const adminSecret = 'secret-of-a-test';

export interface Said {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  readonly bytes: Buffer;
}

export interface Ask {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Called whenever a piece of the answer's body has come. */
  readonly onPiece?: () => void;
}

export interface ClinicUnderTest {
  readonly url: string;
  readonly runsOn: readonly string[];
  readonly process: ChildProcess;
  ask(path: string, ask?: Ask): Promise<Said>;
  admin(path: string, ask?: Ask): Promise<Said>;
  state(): Promise<ClinicState>;
  /** Looks every 20 ms until it is so, or throws after ten seconds: for what the clinic promises to do by itself. */
  until(what: string, holds: (state: ClinicState) => boolean): Promise<ClinicState>;
  stop(): Promise<number | null>;
}

export interface ClinicState {
  readonly nodes: readonly { node: string; version: string; state: string; bootId: string; pid: number }[];
  readonly cache: CacheReport;
  readonly database: DatabaseReport;
  readonly edge: EdgeReport;
  readonly mail: MailReport;
  readonly rolling: boolean;
  readonly version: string;
}

// No connection is shared between two requests unless the pool has an idle one: as many clients would have it.
const agent = new Agent({ connections: 200, pipelining: 1 });

async function speak(url: string, { method = 'GET', body, headers = {}, signal, onPiece }: Ask): Promise<Said> {
  const isBytes = body instanceof Uint8Array;
  const sent = body === undefined ? undefined : isBytes ? body : JSON.stringify(body);
  const type = isBytes ? 'video/webm' : 'application/json';
  const said = await request(url, {
    method,
    dispatcher: agent,
    headers: { ...headers, ...(body === undefined ? {} : { 'content-type': type }) },
    ...(sent === undefined ? {} : { body: sent }),
    ...(signal === undefined ? {} : { signal }),
  });
  const pieces: Buffer[] = [];
  for await (const piece of said.body) {
    pieces.push(piece);
    onPiece?.();
  }
  const bytes = Buffer.concat(pieces);
  return { status: said.statusCode, headers: said.headers, text: bytes.toString(), bytes };
}

export function spawnClinic(args: readonly string[], secret: string | undefined = adminSecret): ChildProcess {
  const { CROSSTALK_CLINIC_ADMIN_SECRET: _, ...env } = process.env;
  return spawn(process.execPath, [fileURLToPath(new URL('./start.js', import.meta.url)), ...args], {
    stdio: ['pipe', 'pipe', 'pipe'],
    env: secret === '' ? env : { ...env, CROSSTALK_CLINIC_ADMIN_SECRET: secret },
  });
}

const untilMaxMs = 60_000;

export async function startClinic(...args: readonly string[]): Promise<ClinicUnderTest> {
  const clinic = spawnClinic(['--with-parent', ...args]);
  let complaint = '';
  clinic.stderr?.on('data', (chunk: Buffer) => {
    complaint = `${complaint}${chunk}`.slice(-4_000);
  });
  const lines = createInterface({ input: clinic.stdout ?? process.stdin });
  const firstLine = once(lines, 'line').then(([line]) => String(line));
  const line = await Promise.race([firstLine, once(clinic, 'exit').then(() => '')]);
  if (line === '') throw new Error(`the clinic did not start: ${complaint}`);
  const { url, adminUrl, runsOn = [] } = JSON.parse(line) as { url: string; adminUrl: string; runsOn?: string[] };
  const ask = (path: string, what: Ask = {}): Promise<Said> => speak(url + path, what);
  const admin = (path: string, what: Ask = {}): Promise<Said> =>
    speak(adminUrl + path, { ...what, headers: { authorization: `Bearer ${adminSecret}`, ...what.headers } });
  const state = async (): Promise<ClinicState> => {
    const { status, text } = await admin('/state');
    if (status !== 200) throw new Error(`/state answered ${status}: ${text}`);
    return JSON.parse(text) as ClinicState;
  };
  return {
    url,
    runsOn,
    process: clinic,
    ask,
    admin,
    state,
    async until(what, holds) {
      const endsAtMs = performance.now() + untilMaxMs;
      let last: ClinicState | Error | null = null;
      while (performance.now() < endsAtMs && clinic.exitCode === null) {
        // A part that is too busy to report has not done so yet.
        const now = await state().catch((error: Error) => error);
        if (!(now instanceof Error) && holds(now)) return now;
        last = now;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      const told = last instanceof Error ? last.message : JSON.stringify(last);
      throw new Error(`"${what}" did not come true within ${untilMaxMs} ms: ${told}`);
    },
    async stop() {
      if (clinic.exitCode !== null) return clinic.exitCode;
      const exited = once(clinic, 'exit');
      clinic.stdin?.end();
      const [code] = await exited;
      return code as number | null;
    },
  };
}
