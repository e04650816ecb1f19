// What the harness does for k6 while it runs, over the loopback and behind a secret path: it says when the load begins, lets
// users meet at a barrier and hand one another links, for they share nothing, and makes the recordings that calls upload,
// which k6 can't make itself. None of it is part of the history.
import { randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { type PatientIndex, patientIndex } from '../../fixtures/domain.ts';
import type { Barrier } from '../plan.ts';
import type { Board } from './board.ts';
import type { K6Release, K6Start } from './k6-config.ts';

export interface Desk {
  /** `http://127.0.0.1:<port>/<secret>`. */
  readonly url: string;
  /** Resolves when k6 has everything loaded and asks when to start. */
  readonly asked: Promise<void>;
  start(start: K6Start): void;
  close(): Promise<void>;
}

export interface DeskDuties {
  makeRecording(patient: PatientIndex, item: number, segment: 0 | 1): Promise<Uint8Array<ArrayBuffer>>;
  /** Resolves for all parties at once. */
  meet(barrier: Barrier): Promise<boolean>;
  readonly board: Board;
  /** Where the target declares a rate limit. */
  takeTurn?(account: string | null, isPaid: boolean): Promise<void>;
}

/** Time for the answer to reach every party, so that all of them can go at the very same instant. */
const releaseLeadMs = 5;
/** Recordings being made at a time; k6 has no more sessions than lanes, so only a stranger would meet this limit. */
const recordingsAtOnceMax = 4_096;
const meetingPath = /^\/meet\/(\d{1,2})\/(\d{1,12})\/([^/]{1,200})$/;
const turnPath = /^\/turn\/([01])\/([a-z0-9-]{1,40})?$/;
const boardPath = /^\/board\/([^/]{1,200})$/;
const linkBytesMax = 8_192;
const recordingPath = /^\/recordings\/(\d{1,8})\/(\d{1,4})\/([01])$/;

export async function openDesk(duties: DeskDuties): Promise<Desk> {
  const prefix = `/${randomBytes(24).toString('hex')}`;
  let waiting: ServerResponse | undefined;
  let begun: K6Start | undefined;
  let atOnce = 0;
  let ask = (): void => {};
  const asked = new Promise<void>((resolve) => {
    ask = resolve;
  });

  function answerStart(response: ServerResponse): void {
    if (begun) response.end(JSON.stringify(begun));
    else waiting = response;
    ask();
  }

  async function answerRecording(path: string, response: ServerResponse): Promise<void> {
    const [, patient, item, segment] = recordingPath.exec(path) ?? [];
    if (patient === undefined) return refuse(response, 404);
    if (atOnce >= recordingsAtOnceMax) return refuse(response, 503);
    atOnce += 1;
    try {
      response.end(await duties.makeRecording(patientIndex(Number(patient)), Number(item), segment === '1' ? 1 : 0));
    } catch (error) {
      refuse(response, 500, String(error));
    } finally {
      atOnce -= 1;
    }
  }

  async function answerMeeting(path: string, response: ServerResponse): Promise<void> {
    const [, parties, atMs, name] = meetingPath.exec(path) ?? [];
    if (name === undefined) return refuse(response, 404);
    const isPaid = await duties.meet({ name, parties: Number(parties), atMs: Number(atMs) });
    const release: K6Release = { releaseAt: Date.now() + releaseLeadMs, isPaid };
    response.end(JSON.stringify(release));
  }

  /** Answered when it has come. 429: it would not come in time. */
  async function answerTurn(path: string, response: ServerResponse): Promise<void> {
    const [, paid, account = null] = turnPath.exec(path) ?? [];
    if (paid === undefined) return refuse(response, 404);
    try {
      await duties.takeTurn?.(account, paid === '1');
      response.writeHead(204).end();
    } catch (error) {
      refuse(response, 429, error instanceof Error ? error.message : String(error));
    }
  }

  /** A link is posted, or asked for and waited for. */
  async function answerBoard(path: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const [, name] = boardPath.exec(path) ?? [];
    if (name === undefined) return refuse(response, 404);
    if (request.method === 'POST') {
      const link = await textOf(request);
      if (link === null) return refuse(response, 413);
      duties.board.post(name, link);
      response.writeHead(204).end();
      return;
    }
    const link = await duties.board.read(name);
    if (link === null) refuse(response, 404);
    else response.end(link);
  }

  const server = createServer((request, response) => {
    const url = request.url ?? '';
    if (!url.startsWith(`${prefix}/`)) return refuse(response, 404);
    const path = url.slice(prefix.length);
    if (path === '/start') return answerStart(response);
    const answered = path.startsWith('/meet/')
      ? answerMeeting(path, response)
      : path.startsWith('/board/')
        ? answerBoard(path, request, response)
        : path.startsWith('/turn/')
          ? answerTurn(path, response)
          : answerRecording(path, response);
    // Whoever hung up, as k6 does when it is stopped, hears nothing; the harness has faults to heal and must live on.
    answered.catch(() => response.destroy());
  });
  server.listen(0, '127.0.0.1');
  await new Promise((resolve, reject) => server.once('listening', resolve).once('error', reject));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${prefix}`,
    asked,
    start(start) {
      begun = start;
      waiting?.end(JSON.stringify(start));
      waiting = undefined;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** Null when it is too long. */
async function textOf(request: IncomingMessage): Promise<string | null> {
  let text = Buffer.alloc(0);
  for await (const chunk of request) {
    text = Buffer.concat([text, chunk as Buffer]);
    if (text.length > linkBytesMax) return null;
  }
  return text.toString('utf8');
}

function refuse(response: ServerResponse, status: number, why = ''): void {
  response.writeHead(status).end(why);
}
