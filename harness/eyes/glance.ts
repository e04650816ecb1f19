// What every part of a look shares: the frames, the time that is left, and the problems so far. All that is asked of the page
// goes through `attempt`, so that a page that hangs, closes or moves on costs a line among the problems and nothing else.
import { readFileSync } from 'node:fs';
import type { Frame, Page } from '@playwright/test';
import type { z } from 'zod';
import { messageOf, within } from '../faults/bounded.ts';
import { readableUrl } from './readable.ts';

export interface LookedFrame {
  readonly frame: Frame;
  /** Origin and path; null for the main frame. */
  readonly name: string | null;
}

export interface Glance {
  readonly page: Page;
  readonly frames: readonly LookedFrame[];
  readonly problems: readonly string[];
  leftMs(): number;
  problem(text: string): void;
  /** `null` when the work failed or the time ran out; that is then among the problems. */
  attempt<T>(what: string, work: () => Promise<T>): Promise<T | null>;
}

const framesMax = 50;
const problemsMax = 50;
const reasonLettersMax = 200;

export function createGlance(page: Page, timeoutMs: number): Glance {
  const endsAt = performance.now() + timeoutMs;
  const problems: string[] = [];
  const all = page.isClosed() ? [] : page.frames();
  const frames = all.slice(0, framesMax).map((frame) => ({
    frame,
    name: frame === page.mainFrame() ? null : readableUrl(frame.url()),
  }));
  const leftMs = (): number => Math.max(0, endsAt - performance.now());
  const problem = (text: string): void => {
    if (problems.length < problemsMax && !problems.includes(text)) problems.push(text);
  };
  if (all.length === 0) problem('the page is closed');
  if (all.length > framesMax) problem(`${all.length - framesMax} frames were not looked at: the limit is ${framesMax}`);
  return {
    page,
    frames,
    problems,
    leftMs,
    problem,
    async attempt(what, work) {
      try {
        if (page.isClosed()) throw new Error('the page closed');
        if (leftMs() === 0) throw new Error(`the ${timeoutMs} ms for the look were over`);
        return await within(leftMs(), what, work);
      } catch (error) {
        problem(`${what}: ${reasonOf(error)}`);
        return null;
      }
    },
  };
}

/** The first line: what follows is Playwright's log, which quotes the page. */
function reasonOf(error: unknown): string {
  return (messageOf(error).split('\n', 1)[0] ?? '').slice(0, reasonLettersMax);
}

const expressions = ['in-page.js', 'in-page-storage.js'].map((file) => {
  const source = readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
  return source.slice(source.indexOf('(() =>')).trimEnd().replace(/;$/, '');
});
const functions = `({ ${expressions.map((expression) => `...${expression}`).join(', ')} })`;

/** A function of `in-page.js`. What Playwright sends to the page is its text. */
export function pageFunction<Argument, Result>(name: string): (argument: Argument) => Result {
  return new Function('argument', `return ${functions}.${name}(argument)`) as (argument: Argument) => Result;
}

/** Calls it there. The page may answer what it likes, so the schema decides. */
export async function inPage<T>(frame: Frame, name: string, schema: z.ZodType<T>, argument: unknown = {}): Promise<T> {
  const answer = schema.safeParse(await frame.evaluate(pageFunction(name), argument));
  if (!answer.success) throw new Error('the page answered with something else than what it was asked for');
  return answer.data;
}

/** ` in frame …`, or nothing for the main one. */
export function inFrame({ name }: LookedFrame): string {
  return name === null ? '' : ` in frame ${name}`;
}
