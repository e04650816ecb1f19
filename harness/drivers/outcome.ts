// What an adapter's action came to. It may throw, return anything, or never come back: each is an outcome for the history, and
// none ends the run. What goes into the history is checked here, so that it can be read back. Safe inside k6.
import type { Operation } from '../history.ts';
import { withoutSecrets } from '../secrets.ts';
import type { ActionResult, AdapterSource } from '../targets/target.ts';
import { blame, isA, placed, shapeOf } from './blame.ts';
import { actionTimeoutMs, HttpFailure, neverCameBack } from './client.ts';
import { type Leash, requestsText } from './leash.ts';

/** Listed and created ids that are compared; of a longer list the rest is left out. */
const idsMax = 100;
export const idLettersMax = 2_048;
/** Tokens that one action brings. */
export const sessionValuesMax = 32;
const detailLettersMax = 300;

export interface Done {
  readonly facts: Pick<Operation, 'outcome' | 'detail' | 'listedIds' | 'createdIds' | 'complete'>;
  readonly sessionValues: readonly string[];
  /** The adapter may still be at it, so nothing more can be asked of it in this session: why. */
  readonly lost?: string;
}

/** Which function is called, and what holds it. */
export interface Call {
  readonly fn: string;
  readonly source?: AdapterSource | undefined;
  readonly leash?: Leash | undefined;
  /** By default `actionTimeoutMs`. */
  readonly limitMs?: number;
  /** Never to be seen in what is said of it. */
  secrets?(): Iterable<string>;
}

export async function outcomeOf(perform: () => Promise<ActionResult>, call: Call): Promise<Done> {
  const broken = call.leash?.begin() ?? new Promise<never>(() => {});
  let snapped = false;
  broken.catch(() => {
    snapped = true;
  });
  try {
    const done = accepted(await within(call.limitMs ?? actionTimeoutMs, perform, broken, call));
    const { detail } = done.facts;
    return detail === undefined ? done : { ...done, facts: { ...done.facts, detail: told(detail, call) } };
  } catch (problem) {
    const [outcome, said] = isA(problem, HttpFailure)
      ? [problem.reason, problem.message]
      : (['adapter-error', blame(call.source, call.fn, problem)] as const);
    const lost = snapped || isA(problem, Overdue);
    if (lost) call.leash?.cut();
    return {
      facts: { outcome, detail: told(said, call) },
      sessionValues: [],
      ...(lost && { lost: `${placed(call.source, call.fn)} ${snapped ? 'took more than it may' : 'never came back'}` }),
    };
  }
}

const told = (text: string, { secrets }: Call): string =>
  withoutSecrets(text, secrets?.() ?? []).slice(0, detailLettersMax);

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
      ...(detail !== undefined && { detail: textOf(detail) }),
      ...(listedIds && { listedIds: texts('listedIds', listedIds, idLettersMax).slice(0, idsMax) }),
      ...(createdIds && { createdIds: texts('createdIds', createdIds, idLettersMax).slice(0, idsMax) }),
      ...(complete !== undefined && { complete: complete === true }),
    },
    sessionValues: sessionValuesOf(result.sessionValues ?? []),
  };
}

/** Whatever it is, if it can be made a text. */
function textOf(detail: unknown): string {
  if (typeof detail === 'string') return detail;
  throw new TypeError(`the action returned a detail of ${shapeOf(detail)}; it must be a text`);
}

function sessionValuesOf(values: readonly string[]): readonly string[] {
  const all = texts('sessionValues', values);
  if (all.length <= sessionValuesMax) return all;
  throw new TypeError(
    `the action returned ${all.length} sessionValues; it may return at most ${sessionValuesMax}: the tokens of this one session`,
  );
}

/** Nothing is cut short: two long ids that begin alike would become one, and one patient's thing another's. */
function texts(field: string, values: readonly string[], lettersMax = Number.POSITIVE_INFINITY): readonly string[] {
  if (!Array.isArray(values) || !values.every((value) => typeof value === 'string')) {
    const kinds = Array.isArray(values) ? [...new Set(values.map((value) => typeof value))].join(', ') : typeof values;
    throw new TypeError(
      `the action returned ${field} of ${kinds}; it must be a list of texts (numbers as text, nothing undefined)`,
    );
  }
  const long = values.find((value) => value.length > lettersMax);
  if (long === undefined) return values;
  throw new TypeError(
    `the action returned one of ${field} with ${long.length} letters; an id has at most ${lettersMax}: is it the id, or the thing itself?`,
  );
}

/** The adapter did not come back in time. It may still be at it, so the session can't go on: its answers would be taken for later ones. */
class Overdue extends HttpFailure {
  constructor(limitMs: number, call: Call) {
    const sent = call.leash ? `, after ${requestsText(call.leash.requestCount)}` : '';
    super('timeout', `${placed(call.source, call.fn)}: ${neverCameBack} ${limitMs} ms${sent}`);
  }
}

async function within<T>(limitMs: number, perform: () => Promise<T>, broken: Promise<never>, call: Call): Promise<T> {
  const endsAt = Date.now() + limitMs;
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    // Under load k6 has been seen to fire a timer early: the clock decides, not the timer.
    const check = (): void => {
      const leftMs = endsAt - Date.now();
      if (leftMs > 0) timer = setTimeout(check, leftMs);
      else reject(new Overdue(limitMs, call));
    };
    check();
  });
  try {
    // In a turn of its own: what is broken off in it takes nothing of ours with it.
    return await Promise.race([Promise.resolve().then(perform), broken, tooLong]);
  } finally {
    clearTimeout(timer);
  }
}
