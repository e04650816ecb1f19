// Free ports on the loopback interface. They are taken from below the range from which the system gives outgoing connections theirs:
// between the choice and the use, only another server could come first.
import { createServer } from 'node:net';

const lowest = 20_000;
const highest = 32_000;
const tryCountMax = 200;

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen({ port, host: '127.0.0.1', exclusive: true }, () => server.close(() => resolve(true)));
  });
}

const given = new Set<number>();

/** Never the same port twice in one process. */
export async function freePort(): Promise<number> {
  for (let count = 0; count < tryCountMax; count += 1) {
    const port = lowest + Math.floor(Math.random() * (highest - lowest));
    if (given.has(port) || !(await isFree(port))) continue;
    given.add(port);
    return port;
  }
  throw new Error(`${tryCountMax} ports between ${lowest} and ${highest} were tried, and none was free`);
}
