// What a reader should know beside the verdict, and what does not change it.
import type { SharedName } from '../checks/session-values.ts';
import type { World } from '../checks/world.ts';
import type { JudgeOptions } from '../judge.ts';
import { countText } from '../wording.ts';
import { adapterWarnings } from './doubts-adapter.ts';

const namesToldMax = 5;
/** Cookie names come from the target. */
const nameCharsMax = 64;

export function* warningsOf(world: World, options: JudgeOptions): Generator<string> {
  // What the client cut off on purpose is part of the plan.
  const partial = world.operations
    .filter((op) => op.outcome !== 'aborted')
    .flatMap((op) => op.exchanges)
    .filter((exchange) => exchange.partial === true).length;
  if (partial > 0)
    yield `${countText(partial)} answers were not scanned to their end: nothing is known of the rest of them.`;
  yield* adapterWarnings(world);
  const tooMany = world.operations.filter(({ exchanges }) => exchanges.some(({ status }) => status === 429)).length;
  if (tooMany > 0)
    yield `${countText(tooMany)} operations were answered 429, too many requests, and were not repeated: what they asked for was not tested. Declare what the target allows (declares.rateLimit), so that the drill keeps within it.`;
  if (world.skippedStepCount > 0) yield `${countText(world.skippedStepCount)} planned steps were left undone.`;
  yield* sharedNameWarnings([...world.sessionValues.sharedNames.values()]);
  const unseedFailed = world.phases.get('unseed')?.failed ?? null;
  if (unseedFailed !== null) {
    yield `People of this run were left behind on the target: ${unseedFailed}. Remove them with \`crosstalk heal\`.`;
  }
  if (world.operations.length > 0 && !asksForAnothers(world)) {
    yield "Nobody asked for what has another patient's address (a link that was passed on, another's history), so whether an address alone opens it is untested. Give the scenarios shared-link and lend-and-withdraw more weight, or lengthen the run.";
  }
  if (options.declares.headers.node === undefined) {
    yield 'The target names no serving node, so a single faulty instance may have gone untested.';
  }
}

/**
 * Where each address names its owner, nobody who only asks for their own can be shown another's: then a mix-up would show, and an
 * open door would not.
 */
function asksForAnothers({ operations }: World): boolean {
  const posters = new Map(operations.flatMap(({ posts, patient }) => (posts === undefined ? [] : [[posts, patient]])));
  return operations.some(({ action, of, board, patient }) => {
    if (action === 'view-history') return of !== undefined && of !== patient;
    return action === 'follow-link' && board !== undefined && posters.has(board) && posters.get(board) !== patient;
  });
}

function* sharedNameWarnings(shared: readonly SharedName[]): Generator<string> {
  for (const { name, values, sessions } of shared.slice(0, namesToldMax)) {
    const what =
      name === '' ? 'Session values without a name are' : `The cookie (or token) ${name.slice(0, nameCharsMax)} is`;
    const count = `${countText(values)} ${values === 1 ? 'value' : 'values'} for ${countText(sessions)} sessions`;
    yield `${what} no session's: ${count}, given to different patients (as stickiness or consent is). Its values are not compared between patients; if it does carry a session, a swap of it went unseen.`;
  }
  if (shared.length > namesToldMax) yield `And ${shared.length - namesToldMax} more cookies like it.`;
}
