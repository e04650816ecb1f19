// Varnish's management protocol, as `varnishadm` speaks it: a challenge that only who has the secret can answer, then a line for a line.
//
//     107 challenge ─► auth <SHA-256 of challenge, secret, challenge> ─► 200 ─► command ─► 200 text
//
// Source: "varnish-cli" of Varnish's reference manual.
import { createHash } from 'node:crypto';
import { connect, type Socket } from 'node:net';

const headerBytes = 13;
const answerBytesMax = 1024 * 1024;
const challengeLetters = 32;
const saidLettersMax = 400;
const status = { asksForSecret: 107, ok: 200, truncated: 201 };

export interface VarnishPlace {
  readonly host: string;
  readonly port: number;
  /** The bytes of the secret's file, its line end included; undefined: it has none. */
  readonly secret: Buffer | undefined;
}

interface Answer {
  readonly status: number;
  readonly text: string;
}

/** On a connection of its own; the command may have several lines. Rejects with what Varnish says, or once `limitMs` are over. */
export async function varnishCommand(place: VarnishPlace, command: string, limitMs: number): Promise<string> {
  const { host, port, secret } = place;
  const socket = connect({ host, port });
  const say = (): void => void socket.destroy(new Error(`it did not answer within ${limitMs} ms`));
  const timer = setTimeout(say, limitMs);
  const answers = answersOf(socket);
  try {
    const greeting = await next(answers);
    if (greeting.status === status.asksForSecret) {
      if (!secret) throw new Error('it asks for a secret: name the file that varnishd got with -S as secretFile');
      socket.write(`auth ${proofOf(greeting.text.slice(0, challengeLetters), secret)}\n`);
      if ((await next(answers)).status !== status.ok) throw new Error('it does not take the secret of secretFile');
    }
    socket.write(`${command}\n`);
    const answer = await next(answers);
    if (answer.status === status.ok || answer.status === status.truncated) return answer.text;
    throw new Error(`it says ${answer.status}: ${withoutSource(answer.text).slice(0, saidLettersMax)}`);
  } finally {
    clearTimeout(timer);
    socket.destroy();
  }
}

/** Its compiler quotes what it does not understand, in which a secret may stand: only the place is told. */
function withoutSource(text: string): string {
  if (!text.includes('VCC-compiler')) return text.trim();
  const place = /Line \d+ Pos \d+/.exec(text)?.[0] ?? 'somewhere';
  return `its compiler does not take the configuration (${place}); \`varnishd -C -f FILE\` tells why`;
}

function proofOf(challenge: string, secret: Buffer): string {
  return createHash('sha256').update(`${challenge}\n`).update(secret).update(`${challenge}\n`).digest('hex');
}

async function next(answers: AsyncGenerator<Answer, void>): Promise<Answer> {
  const { value } = await answers.next();
  if (value) return value;
  throw new Error('it closed the connection');
}

/** Status and length in a line of 13 bytes, the text, a line end. */
async function* answersOf(socket: Socket): AsyncGenerator<Answer, void> {
  let bytes: Buffer = Buffer.alloc(0);
  for await (const chunk of socket) {
    bytes = Buffer.concat([bytes, chunk as Buffer]);
    while (bytes.length >= headerBytes) {
      const found = /^(\d{3}) (\d{1,8}) *\n$/.exec(bytes.toString('latin1', 0, headerBytes));
      const length = Number(found?.[2] ?? Number.NaN);
      if (!(length <= answerBytesMax)) throw new Error('what listens there is no management port of Varnish');
      const end = headerBytes + length + 1;
      if (bytes.length < end) break;
      yield { status: Number(found?.[1]), text: bytes.toString('utf8', headerBytes, end - 1) };
      bytes = bytes.subarray(end);
    }
  }
}
