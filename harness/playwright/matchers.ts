// `expect(page).toShowOnly(patient)` and `toShowNobody()`. A pass is earned: somebody else's canary in any channel fails, and so
// does a page on which nothing of the patient was seen, or not all could be looked at, for neither has proved anything.
import { expect as base, type ExpectMatcherState, type MatcherReturnType, type Page, test } from '@playwright/test';
import pc from 'picocolors';
import { type Look, type LookOptions, lookAt } from '../eyes/look.ts';
import type { Sight } from '../eyes/sight.ts';
import { pause } from '../faults/bounded.ts';
import { counted, foreignLines, type Judgement, judge, ownersNamed } from './judge.ts';
import { type Owner, ownersOf, type PatientReference } from './patients.ts';

export interface ShowOptions extends LookOptions {
  /** A page that shows nothing of the patient passes too. */
  readonly evenNothing?: boolean;
  /** A page that could not be looked at in full passes too. */
  readonly evenPartly?: boolean;
  /** Of patients named by number; the default seed's otherwise. */
  readonly run?: number;
}

const lookAgainMs = 250;
const attachmentsMax = 10;

export const expect = base.extend({
  /** Fails if anything of anybody else is seen on the page or kept in the browser, or nothing of the patients themselves. */
  async toShowOnly(
    this: ExpectMatcherState,
    page: Page,
    patients: PatientReference | readonly PatientReference[],
    options: ShowOptions = {},
  ): Promise<MatcherReturnType> {
    return decide(this, 'toShowOnly', page, ownersOf(patients, options.run), options);
  },

  /** Fails if a canary of anybody at all is seen. */
  async toShowNobody(
    this: ExpectMatcherState,
    page: Page,
    options: Omit<ShowOptions, 'evenNothing' | 'run'> = {},
  ): Promise<MatcherReturnType> {
    return decide(this, 'toShowNobody', page, [], { ...options, evenNothing: true });
  },
});

/**
 * Somebody else's data decide at once; what is the patients' own is waited for, as Playwright waits for any text.
 * Under `.not` it is the other way round: a page passes once somebody else is seen, not because nothing was.
 */
async function decide(
  state: ExpectMatcherState,
  name: string,
  page: Page,
  owners: readonly Owner[],
  options: ShowOptions,
): Promise<MatcherReturnType> {
  requirePage(name, page);
  const endsAt = performance.now() + state.timeout;
  for (;;) {
    const look = await lookAt(page, { media: true, pixelsFullPage: true, ...options });
    const judged = judge(look.sights, owners);
    const proved = options.evenNothing || judged.own.length > 0;
    const whole = options.evenPartly || look.problems.length === 0;
    const clean = judged.foreign.length === 0;
    const settled = state.isNot ? !clean : !clean || (proved && whole);
    if (!settled && performance.now() < endsAt && !page.isClosed()) {
      await pause(lookAgainMs);
      continue;
    }
    if (!clean && !state.isNot) await attachPictures(judged.foreign);
    const pass = state.isNot ? clean : clean && proved && whole;
    return { name, pass, message: () => message(state, name, page, owners, judged, look) };
  }
}

function requirePage(name: string, page: Page): void {
  if (typeof page?.mainFrame === 'function') return;
  throw new Error(
    `${name} looks at a whole page, and was given something else: a leak is as bad outside of a locator; write expect(page).${name}(…)`,
  );
}

function message(
  { isNot, utils }: ExpectMatcherState,
  name: string,
  page: Page,
  owners: readonly Owner[],
  { own, foreign }: Judgement,
  { problems }: Look,
): string {
  const subject = owners.length > 0 ? ownersNamed(owners) : 'nobody';
  const lines = [utils.matcherHint(name, 'page', owners.length > 0 ? subject : '', { isNot }), ''];
  if (isNot) lines.push(`Nothing of anybody but ${subject} was seen, and something was expected to be.`);
  else if (foreign.length > 0) {
    const count = foreign.length === 1 ? '1 sight' : `${foreign.length} sights`;
    lines.push(`${count} of somebody else's data${addressOf(page)}:`, '');
    lines.push(...foreignLines(foreign, owners).map(pc.red), '');
  } else if (own.length === 0 && owners.length > 0) {
    lines.push(
      `Nothing of ${subject} was seen${addressOf(page)}, so nothing was proved: is the patient signed in, and were its canaries planted?`,
      'Where an empty page is right, write { evenNothing: true }.',
    );
  } else
    lines.push(
      'Not all of the page could be looked at, so nothing was proved. Where that is right, write { evenPartly: true }.',
    );
  if (owners.length > 0) lines.push(`Their own were seen: ${counted(own)}`);
  for (const problem of problems) lines.push(`Not looked at: ${problem}`);
  return lines.join('\n');
}

function addressOf(page: Page): string {
  if (page.isClosed() || !URL.canParse(page.url())) return '';
  const { protocol, host, pathname } = new URL(page.url());
  return host === '' ? '' : ` on ${protocol}//${host}${pathname}`;
}

/** What it looked like, for the test's report. Outside of a test there is none. */
export async function attachPictures(foreign: readonly Sight[]): Promise<void> {
  let info: ReturnType<typeof test.info> | null = null;
  try {
    info = test.info();
  } catch {
    return;
  }
  const pictured = foreign.filter(({ picture }) => picture !== undefined).slice(0, attachmentsMax);
  for (const { canary, picture, element } of pictured) {
    const name = `seen in ${element ?? 'page'}: ${canary.kind} ${canary.item} of patient ${canary.owner}`;
    await info.attach(name, { body: Buffer.from(picture ?? []), contentType: 'image/png' });
  }
}
