// What becomes of one TCP connection: whether it is taken, and how soon a first byte comes back when some are sent.
import { createConnection } from 'node:net';

export interface Sight {
  readonly what: 'answered' | 'closed' | 'reset' | 'refused' | 'silent' | 'unreachable';
  readonly ms: number;
}

/** `silent`: it stood, or was being made, for `limitMs`, and no byte came. Never rejects. */
export function observeConnection(host: string, port: number, send: string, limitMs: number): Promise<Sight> {
  const startedAt = performance.now();
  return new Promise((resolve) => {
    const socket = createConnection({ host: host.replace(/^\[|\]$/g, ''), port, noDelay: true });
    const saw = (what: Sight['what']): void => {
      clearTimeout(timer);
      socket.destroy();
      resolve({ what, ms: Math.round(performance.now() - startedAt) });
    };
    const timer = setTimeout(() => saw('silent'), limitMs);
    socket.once('connect', () => socket.write(Buffer.from(send, 'latin1')));
    socket.once('data', () => saw('answered'));
    socket.once('end', () => saw('closed'));
    socket.on('error', (error: NodeJS.ErrnoException) => saw(errors[error.code ?? ''] ?? 'unreachable'));
  });
}

const errors: Readonly<Record<string, Sight['what']>> = {
  ECONNREFUSED: 'refused',
  ECONNRESET: 'reset',
  EPIPE: 'reset',
};
