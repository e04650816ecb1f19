// The edge's own HTTP/1.1 client of this bug: connections that are kept alive, one exchange at a time. In order, it does what the
// library's does; the one thing more is that an exchange can be ended early, with the app's answer still to come.
import type { IncomingMessage } from 'node:http';
import { connect, type Socket } from 'node:net';
import { endToEnd, type OriginAnswer, type OriginRequest } from '../edge-transport.ts';
import { type AnswerReader, readAnswer } from './framing-desync-answer.ts';

const idleCountMax = 64;
const unreadBytesMax = 4 * 1024 * 1024;

export interface Connection {
  /** The head of what is taken for this request's answer. */
  ask(origin: OriginRequest): Promise<OriginAnswer>;
  /** Ends the message, if it was still being sent, and gives the connection back without its answer. */
  endEarly(): void;
  destroy(reason: Error): void;
}

/** What is going on on a connection. */
interface Exchange {
  readonly reader: AnswerReader;
  readonly resolve: (answer: OriginAnswer) => void;
  readonly reject: (error: Error) => void;
  /** Has the whole message gone out? */
  sent: boolean;
}

function headText({ method, url, headers, body }: OriginRequest): string {
  // A length would bind the edge to what the client promised; in chunks it can end the message when it likes.
  const { 'content-length': _, ...others } = endToEnd(headers);
  const lines = Object.entries(others).flatMap(([name, value]) => [value].flat().map((each) => `${name}: ${each}`));
  if (body !== undefined) lines.push('transfer-encoding: chunked');
  return `${[`${method} ${url} HTTP/1.1`, ...lines].join('\r\n')}\r\n\r\n`;
}

function openConnection(port: number, idle: Connection[]): Connection {
  const socket: Socket = connect({ host: '127.0.0.1', port, noDelay: true });
  let unread: Buffer = Buffer.alloc(0);
  let exchange: Exchange | undefined;

  function destroy(reason: Error): void {
    socket.destroy();
    const at = idle.indexOf(connection);
    if (at >= 0) idle.splice(at, 1);
    const broken = exchange;
    exchange = undefined;
    broken?.reject(reason);
    broken?.reader.answer()?.destroy(reason);
  }

  function giveBack(): void {
    exchange = undefined;
    if (socket.destroyed) return;
    if (idle.length < idleCountMax) idle.push(connection);
    else socket.destroy();
  }

  function finishMessage(of: Exchange): void {
    if (!of.sent) socket.write('0\r\n\r\n');
    of.sent = true;
  }

  /** What stands unread is taken for the answer to whoever asks now. */
  function read(): void {
    if (exchange === undefined) return;
    const { reader, resolve } = exchange;
    const before = reader.answer();
    try {
      unread = reader.take(unread);
    } catch (error) {
      destroy(error as Error);
      return;
    }
    const answer = reader.answer();
    if (before === undefined && answer !== undefined) {
      // Whoever reads it hears of its end; until somebody does, nobody need.
      answer.on('error', () => {});
      answer.once('close', () => reader.whole() || destroy(new Error('the client has gone')));
      resolve(answer);
    }
    giveBackIfDone(exchange);
  }

  function giveBackIfDone(done: Exchange): void {
    if (exchange === done && done.sent && done.reader.whole()) giveBack();
  }

  function upload(body: IncomingMessage, to: Exchange): void {
    body.on('data', (bytes: Buffer) => {
      if (to.sent || socket.destroyed) return;
      socket.cork();
      socket.write(`${bytes.length.toString(16)}\r\n`);
      socket.write(bytes);
      socket.write('\r\n');
      socket.uncork();
      if (!socket.writableNeedDrain) return;
      body.pause();
      socket.once('drain', () => body.resume());
    });
    body.on('end', () => {
      finishMessage(to);
      giveBackIfDone(to);
    });
  }

  socket.on('data', (bytes: Buffer) => {
    unread = unread.length === 0 ? bytes : Buffer.concat([unread, bytes]);
    read();
    if (unread.length > unreadBytesMax) destroy(new Error(`more than ${unreadBytesMax} bytes stand unread`));
  });
  socket.on('error', destroy);
  socket.on('close', () => destroy(new Error('the connection was closed')));

  const connection: Connection = {
    ask(origin) {
      const { body } = origin;
      return new Promise<OriginAnswer>((resolve, reject) => {
        exchange = { reader: readAnswer(origin.method), resolve, reject, sent: body === undefined };
        socket.write(headText(origin));
        if (body !== undefined) upload(body, exchange);
        read();
      });
    },
    endEarly() {
      if (exchange === undefined) return;
      const { reject } = exchange;
      finishMessage(exchange);
      giveBack();
      reject(new Error('the client has gone'));
    },
    destroy,
  };
  return connection;
}

/** The connection that was used last, as long as there is an idle one to this port; else a new one. */
export function createConnections(): (port: number) => Connection {
  const idle = new Map<number, Connection[]>();
  return (port) => {
    const there = idle.get(port) ?? [];
    idle.set(port, there);
    return there.pop() ?? openConnection(port, there);
  };
}
