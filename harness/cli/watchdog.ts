// An adapter that never lets go of the process (`for (;;);`) lets no timer of ours fire either. A second thread watches, breaks the
// loop off after a while, and says where it was; everything else then goes on, and the call ends by its own time limit.
import { url as inspectorUrl } from 'node:inspector';
import { Worker } from 'node:worker_threads';
import type { AdapterSource } from '../targets/target.ts';
import { originalPlace } from './function-places.ts';

/** As long as an action may take that does let go. */
export const heldMaxMs = 20_000;
const beatEveryMs = 200;

interface Frame {
  readonly fn: string;
  readonly url: string;
  readonly lineNumber: number;
  readonly columnNumber: number;
}

/** `bitten` is told once for each loop that was broken off. */
export function watchdog(
  source: AdapterSource,
  bitten: (problem: string) => void,
  heldMs = heldMaxMs,
): { stop(): Promise<void> } {
  // Whoever stands at a breakpoint holds the process, too.
  if (inspectorUrl() !== undefined) return { stop: async () => {} };
  const beats = new Int32Array(new SharedArrayBuffer(4));
  const heart = setInterval(() => Atomics.add(beats, 0, 1), beatEveryMs);
  heart.unref();
  const lastWords = `crosstalk: something has held the process for more than ${heldMs} ms and can't be broken off, so it is ended; \`crosstalk heal\` mends what it leaves\n`;
  const worker = new Worker(new URL('./watchdog-worker.js', import.meta.url), {
    workerData: { beats, limitMs: heldMs, lookEveryMs: beatEveryMs, lastWords },
    // Nothing of ours: no loader, and no secret.
    execArgv: [],
    env: {},
  });
  worker.unref();
  worker.on('message', (frames: readonly Frame[]) => bitten(told(frames, source, heldMs)));
  // Without it a run is as good as ever, but for what holds the process.
  worker.on('error', () => {});
  return {
    async stop() {
      clearInterval(heart);
      await worker.terminate();
    },
  };
}

/** Of the frames the first that is the adapter's; else the innermost. */
function told(frames: readonly Frame[], { path }: AdapterSource, heldMs: number): string {
  const isAdapters = ({ url }: Frame): boolean => decodeURI(url).endsWith(path);
  const frame = frames.find(isAdapters) ?? frames[0];
  const place = frame && originalPlace(frame.url, frame);
  const name = frame?.fn ? frame.fn : 'a function without a name';
  return `${name}${place ? ` (${place})` : ''}: it held the process for more than ${heldMs} ms without letting go, as a loop does that waits for nothing, and was broken off`;
}
