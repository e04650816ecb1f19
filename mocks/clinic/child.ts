// The child's end of the line to the supervisor: named calls, each answered once. A child whose supervisor is gone has no reason
// to live; Ctrl-C reaches the whole group, so children leave it to the supervisor to end them in the right order.

export type Call = (argument: unknown) => unknown;

interface CallMessage {
  readonly id: number;
  readonly call: string;
  readonly argument: unknown;
}

export function serveParent(
  calls: Readonly<Record<string, Call>>,
  onOrphaned: () => Promise<void> = async () => {},
): void {
  process.on('SIGINT', () => {});
  process.on('SIGTERM', () => {});
  process.on('disconnect', () => {
    onOrphaned().finally(() => process.exit(0));
  });
  process.on('message', async (message: CallMessage) => {
    try {
      const call = calls[message.call];
      if (call === undefined) throw new Error(`this process knows no call "${message.call}"`);
      send({ id: message.id, value: (await call(message.argument)) ?? null });
    } catch (error) {
      send({ id: message.id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) });
    }
  });
}

/** Tells the supervisor something it did not ask for. */
export function notifyParent(notice: unknown): void {
  send({ notice });
}

function send(message: object): void {
  // The channel may close between the check and the send; then there is nobody left to tell.
  if (process.connected) process.send?.(message, undefined, {}, () => {});
}
