// Waiting with an end: a pause that an abort cuts short, and a time limit on work that can't be trusted to return.
// Built on setTimeout alone, so that tests can move the clock by hand.

/** Resolves after `ms`, or at once when `signal` aborts; never rejects. */
export function pause(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = (): void => {
      clearTimeout(timer);
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, Math.max(0, ms));
    signal?.addEventListener('abort', done, { once: true });
  });
}

export class TimeLimitError extends Error {
  override name = 'TimeLimitError';
}

/** The work's own result, or a `TimeLimitError` after `limitMs`. The work itself is not stopped: it must bear being late. */
export function within<T>(limitMs: number, what: string, work: () => Promise<T>): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    const timer = setTimeout(() => reject(new TimeLimitError(`${what} took longer than ${limitMs} ms`)), limitMs);
    // The extra `then` turns a synchronous throw into a rejection.
    Promise.resolve()
      .then(work)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}

export function messageOf(error: unknown): string {
  // Of a host with several addresses: one error for each, and no message of its own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(messageOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}

const causesMax = 8;

/** Nothing listens there any more: the error, or one that caused it, is a refused connection. */
export function isConnectionRefused(error: unknown): boolean {
  let current: unknown = error;
  for (let depth = 0; depth < causesMax && current instanceof Error; depth++) {
    if ('code' in current && current.code === 'ECONNREFUSED') return true;
    current = current.cause;
  }
  return false;
}
