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

/** Of so many in a row that are free the first. Never the same port twice in one process. */
export async function freePort(portCount = 1): Promise<number> {
  for (let count = 0; count < tryCountMax; count += 1) {
    const first = lowest + Math.floor(Math.random() * (highest - lowest));
    const ports = Array.from({ length: portCount }, (_, index) => first + index);
    if (ports.some((port) => given.has(port))) continue;
    if (!(await Promise.all(ports.map(isFree))).every(Boolean)) continue;
    for (const port of ports) given.add(port);
    return first;
  }
  throw new Error(`${tryCountMax} ports between ${lowest} and ${highest} were tried, and none was free`);
}
