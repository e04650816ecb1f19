// What an adapter's action came to. It may throw, return anything, or never come back: each is an outcome for the history, and
// none ends the run. What goes into the history is checked here, so that it can be read back. Safe inside k6.
import type { Operation } from '../history.ts';
import type { ActionResult } from '../targets/target.ts';
import { actionTimeoutMs, HttpFailure } from './client.ts';

const idsMax = 100;
const detailLettersMax = 300;

export interface Done {
  readonly facts: Pick<Operation, 'outcome' | 'detail' | 'listedIds' | 'createdIds' | 'complete'>;
  readonly sessionValues: readonly string[];
  readonly overdue?: boolean;
}

export async function outcomeOf(perform: () => Promise<ActionResult>): Promise<Done> {
  try {
    return accepted(await within(actionTimeoutMs, perform()));
  } catch (problem) {
    const outcome = problem instanceof HttpFailure ? problem.reason : 'adapter-error';
    const detail = String(problem).slice(0, 300);
    return { facts: { outcome, detail }, sessionValues: [], overdue: problem instanceof Overdue };
  }
}

/** The shape and not the values, which may be somebody's. */
function shapeOf(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value === null ? null : typeof value);
  return `{ ${Object.keys(value).slice(0, 8).join(', ')} }`;
}

/** Throws a TypeError that says what the adapter should have returned. */
function accepted(result: ActionResult): Done {
  if (typeof result !== 'object' || result === null || !['ok', 'refused', 'failed'].includes(result.outcome)) {
    throw new TypeError(
      `the action must return { outcome: 'ok' | 'refused' | 'failed', … }; it returned ${shapeOf(result)}`,
    );
  }
  const { outcome, detail, listedIds, createdIds, complete } = result;
  return {
    facts: {
      outcome,
      ...(detail !== undefined && { detail: String(detail).slice(0, detailLettersMax) }),
      ...(listedIds && { listedIds: texts('listedIds', listedIds).slice(0, idsMax) }),
      ...(createdIds && { createdIds: texts('createdIds', createdIds).slice(0, idsMax) }),
      ...(complete !== undefined && { complete: complete === true }),
    },
    sessionValues: texts('sessionValues', result.sessionValues ?? []),
  };
}

function texts(field: string, values: readonly string[]): readonly string[] {
  if (Array.isArray(values) && values.every((value) => typeof value === 'string')) return values;
  const kinds = Array.isArray(values) ? [...new Set(values.map((value) => typeof value))].join(', ') : typeof values;
  throw new TypeError(
    `the action returned ${field} of ${kinds}; it must be a list of texts (numbers as text, nothing undefined)`,
  );
}

/** The adapter did not come back in time. It may still be at it, so the session can't go on: its answers would be taken for later ones. */
class Overdue extends HttpFailure {
  constructor(limitMs: number) {
    super('timeout', `the action took longer than ${limitMs} ms`);
  }
}

async function within<T>(limitMs: number, work: Promise<T>): Promise<T> {
  const endsAt = Date.now() + limitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    // Under load k6 has been seen to fire a timer early: the clock decides, not the timer.
    const check = (): void => {
      const leftMs = endsAt - Date.now();
      if (leftMs > 0) timer = setTimeout(check, leftMs);
      else reject(new Overdue(limitMs));
    };
    check();
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
