// In a thread of its own: sees that the main one no longer beats, asks Node's inspector where it is, and breaks off what it is
// doing there. Plain JavaScript, so that no loader is needed to start it.
import { writeSync } from 'node:fs';
import { Session } from 'node:inspector';
import { parentPort, workerData } from 'node:worker_threads';

const { beats, limitMs, lookEveryMs, lastWords } = workerData;
const framesMax = 20;
/** The inspector answers within this, or it can't be asked. */
const answerMaxMs = 1_000;
/** What can't be broken off by then is ended with the process. */
const graceMs = 10_000;

let last = -1;
let idleMs = 0;
let isBroken = false;

// By its own ticks and not by the clock: a machine that was asleep has not been busy.
setInterval(() => {
  const now = Atomics.load(beats, 0);
  if (now !== last) {
    last = now;
    idleMs = 0;
    isBroken = false;
    return;
  }
  idleMs += lookEveryMs;
  if (idleMs >= limitMs && !isBroken) {
    isBroken = true;
    breakOff();
  }
  if (idleMs < limitMs + graceMs) return;
  writeSync(2, lastWords);
  process.kill(process.pid, 'SIGKILL');
}, lookEveryMs);

function breakOff() {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map();
  session.on('Debugger.scriptParsed', ({ params }) => void urls.set(params.scriptId, params.url));
  session.once('Debugger.paused', ({ params }) => {
    parentPort?.postMessage(
      params.callFrames.slice(0, framesMax).map(({ functionName, location }) => ({
        fn: functionName,
        url: urls.get(location.scriptId) ?? '',
        lineNumber: location.lineNumber,
        columnNumber: location.columnNumber,
      })),
    );
    session.post('Debugger.resume');
  });
  session.post('Debugger.enable');
  session.post('Debugger.pause');
  setTimeout(() => {
    session.post('Runtime.terminateExecution', () => session.disconnect());
  }, answerMaxMs);
}
