// For tests of adapters: a practice small enough to read at a glance, its right adapter, and a drill of two seconds. What a
// test bends is one function of the adapter; with none bent the drill passes, so what does not pass is the bend's doing.
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { resolveDrill } from './drill.ts';
import type { PrepareDriver } from './drivers/drive.ts';
import { prepareNode } from './drivers/node.ts';
import type { HistoryLine } from './history.ts';
import { readHistory } from './history-file.ts';
import { judge } from './judge.ts';
import { scenarios } from './practice-scenario.ts';
import { run } from './run.ts';
import { type RunFolder, runFolder } from './run-folder.ts';
import type { Target } from './targets/target.ts';
import type { Verdict } from './verdict.ts';

export const adminSecret = 'the-administrators-own-secret';

interface Person {
  readonly id: string;
  readonly email: string;
  readonly password: string;
  readonly surname: string;
  readonly visits: {
    readonly id: string;
    readonly title: string;
    readonly fileName: string;
    readonly sig: string;
    readonly video: Buffer;
  }[];
}

export interface Practice {
  readonly origin: string;
  /** By id. */
  readonly people: ReadonlyMap<string, Person>;
  /** Whose each token is, until it is signed out. */
  readonly tokens: ReadonlyMap<string, string>;
  /** All that must never be told: passwords, tokens and signatures of links, of everybody ever. */
  readonly secrets: ReadonlySet<string>;
  readonly requestCount: number;
  close(): Promise<void>;
}

export async function startPractice(): Promise<Practice> {
  const people = new Map<string, Person>();
  const tokens = new Map<string, string>();
  const secrets = new Set<string>();
  const newSecret = (kind: string): string => {
    const secret = `${kind}-${randomBytes(12).toString('hex')}`;
    secrets.add(secret);
    return secret;
  };
  let count = 0;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    count += 1;
    const url = new URL(request.url ?? '/', 'http://practice');
    const body = await bytesOf(request);
    const [, first, second, third] = url.pathname.split('/');
    const send = (status: number, value: unknown): void => {
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(value));
    };
    if (first === 'endless') return endless(response);
    // Each page names the next, for ever.
    if (first === 'pages') return send(200, { next: `/pages?after=${Number(url.searchParams.get('after')) + 1}` });
    if (first === 'login') {
      const { email, password, by } = JSON.parse(body.toString());
      const who = [...people.values()].find((one) => one.email === email && one.password === password);
      if (who === undefined) return send(401, {});
      const token = newSecret(by === 'cookie' ? 'cookie' : 'token');
      tokens.set(token, who.id);
      if (by === 'cookie') response.setHeader('set-cookie', `sid=${token}; Path=/; HttpOnly`);
      return send(200, by === 'cookie' ? {} : { token });
    }
    const cookie = /sid=([^;]+)/.exec(request.headers.cookie ?? '')?.[1];
    const bearer = request.headers.authorization?.replace('Bearer ', '') ?? cookie ?? '';
    if (first === 'people') return bearer === adminSecret ? manage(request.method, second, third) : send(403, {});
    const who = people.get(tokens.get(bearer) ?? '');
    if (who === undefined) return send(401, {});
    if (first === 'me') return send(200, { surname: who.surname, email: who.email });
    if (first === 'visits')
      return send(
        200,
        who.visits.map(({ video, sig, ...visit }) => ({ ...visit, video: `/videos/${visit.id}?sig=${sig}` })),
      );
    if (first === 'videos') {
      const visit = who.visits.find(({ id, sig }) => id === second && sig === url.searchParams.get('sig'));
      return visit ? void response.end(visit.video) : send(404, {});
    }
    if (first === 'logout') tokens.delete(bearer);
    send(first === 'logout' ? 200 : 404, {});

    function manage(method: string | undefined, id = '', what = ''): void {
      const person = people.get(id);
      if (method === 'DELETE') people.delete(id);
      else if (what === 'visits') {
        const told = (name: string): string => url.searchParams.get(name) ?? '';
        const visit = { id: `${id}-${person?.visits.length}`, title: told('title'), fileName: told('fileName') };
        person?.visits.push({ ...visit, sig: newSecret('sig'), video: body });
      } else {
        const made = { ...JSON.parse(body.toString()), id: `p${count}`, visits: [] };
        people.set(made.id, made);
        secrets.add(made.password);
        send(200, { id: made.id });
        return;
      }
      send(200, {});
    }
  }

  const server = createServer((request, response) => void answer(request, response).catch(() => response.destroy()));
  server.listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    people,
    tokens,
    secrets,
    get requestCount() {
      return count;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** As fast as it is read, without an end. */
function endless(response: ServerResponse): void {
  const chunk = Buffer.alloc(1_048_576, 'x');
  const more = (): void => {
    while (!response.destroyed && response.write(chunk));
  };
  response.on('drain', more).writeHead(200);
  more();
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}

export interface Drilled {
  readonly verdict: Verdict;
  readonly lines: readonly HistoryLine[];
  /** What `run` threw. */
  readonly problem: string | null;
  readonly folder: RunFolder;
  readonly ms: number;
  remove(): void;
}

export interface DrillOptions {
  readonly durationMs?: number;
  readonly driver?: PrepareDriver;
  /** Looks while it runs, at each line. */
  watch?(line: HistoryLine, folder: RunFolder): void;
}

export async function drillPractice(
  practice: Practice,
  target: Target,
  { durationMs = 1_500, driver = prepareNode, watch }: DrillOptions = {},
): Promise<Drilled> {
  const folder = runFolder(mkdtempSync(path.join(tmpdir(), 'crosstalk-practice-')));
  const drill = resolveDrill({ target: { url: practice.origin }, sessions: 4, durationMs }, 'the test');
  const plan = {
    seed: '1',
    lanes: 4,
    durationMs,
    thinkMs: 30,
    mix: scenarios.map((scenario) => ({ scenario, weight: 1 })),
    faults: [],
  };
  const startedAt = Date.now();
  const problem = await run({
    drill,
    plan,
    target,
    levers: { nodes: async () => [] },
    leversReference: { name: 'none', adminUrl: practice.origin },
    prepareDriver: driver,
    adminSecret,
    leases: null,
    folder,
    watch: (line) => watch?.(line, folder),
    signal: new AbortController().signal,
  }).then(
    () => null,
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );
  const ms = Date.now() - startedAt;
  const { lines } = await readHistory(folder.history);
  const floor = {
    opportunitiesPerWindow: 5,
    opportunitiesPerNode: 1,
    opportunitiesPerVersion: 1,
    opportunitiesPerAction: 1,
    opportunitiesPerChannel: 1,
  };
  const verdict = judge(lines, {
    declares: target.declares,
    floor,
    missingOwnRateMax: 0.02,
    strict: false,
    actionsExpected: ['view-history', 'watch'],
    notTested: [],
    sessions: plan.lanes,
    alarmChannels: ['list', 'bytes'],
  });
  return { verdict, lines, problem, folder, ms, remove: () => rmSync(folder.path, { recursive: true, force: true }) };
}
