// The mail provider as a part of the deployment: the same process in every topology, since nobody would run a real one here.
import { randomBytes } from 'node:crypto';
import type { MailStart, RecordPlace } from './messages.ts';
import type { MailPart, MailReport } from './parts.ts';
import type { ProcessWatch } from './process-watch.ts';
import { startChild } from './processes.ts';

const startTimeoutMs = 15_000;
const callTimeoutMs = 4_000;

export interface MailProcess extends MailPart {
  readonly exited: Promise<void>;
  stop(): Promise<void>;
}

export async function startMail(around: ProcessWatch, record: RecordPlace | null): Promise<MailProcess> {
  const secret = randomBytes(32).toString('base64url');
  const child = startChild('./mail-server.ts');
  let stopping = false;
  around.watch(child.pid);
  child.exited.then(() => {
    around.unwatch(child.pid);
    if (!stopping) around.lost('mail provider');
  });
  const started = await child.call('start', { secret, record } satisfies MailStart, startTimeoutMs);
  return {
    port: (started as { port: number }).port,
    secret,
    report: async () => (await child.call('state', null, callTimeoutMs)) as MailReport,
    set: async (mode) => void (await child.call('set', mode, callTimeoutMs)),
    exited: child.exited,
    async stop() {
      stopping = true;
      child.kill();
      await child.exited;
    },
  };
}
