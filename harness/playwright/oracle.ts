// The oracle of one test: what every page of its contexts saw, over their whole life. A test that asserts the right thing of the
// last page still fails when somebody else's data came by before.
import type { BrowserContext } from '@playwright/test';
import { lookAt } from '../eyes/look.ts';
import type { Sight } from '../eyes/sight.ts';
import { type Watch, watchContext } from '../eyes/watch.ts';
import { counted, foreignLines, judge, ownersNamed } from './judge.ts';
import { attachPictures } from './matchers.ts';
import { type Owner, ownersOf, type PatientReference } from './patients.ts';

export interface Oracle {
  /**
   * From now on, all that the context's pages see must be these patients'. The test's own context is its `patient`'s from the
   * beginning; say it again of that one to allow others too, as for a parent.
   */
  watch(context: BrowserContext, patients: PatientReference | readonly PatientReference[]): void;
}

interface Watched {
  readonly context: BrowserContext;
  readonly watch: Watch;
  owners: readonly Owner[];
}

export interface TestOracle extends Oracle {
  /** Throws if anybody saw what is somebody else's. The contexts must still be open. */
  verify(): Promise<void>;
}

export function createOracle(): TestOracle {
  const watched: Watched[] = [];
  return {
    watch(context, patients) {
      const owners = ownersOf(patients);
      const known = watched.find((each) => each.context === context);
      if (known) known.owners = owners;
      else watched.push({ context, watch: watchContext(context), owners });
    },
    async verify() {
      const complaints: string[] = [];
      for (const each of watched) complaints.push(...(await complaintsOf(each)));
      if (complaints.length > 0) throw new Error(complaints.join('\n'));
    },
  };
}

async function complaintsOf({ context, watch, owners }: Watched): Promise<readonly string[]> {
  const sights: Sight[] = [];
  for (const page of context.pages()) sights.push(...(await lookAt(page, { pixelsFullPage: true })).sights);
  const passed = await watch.result();
  sights.push(...passed.sights);
  const { own, foreign } = judge(sights, owners);
  if (foreign.length === 0) return [];
  await attachPictures(foreign);
  const count = foreign.length === 1 ? '1 sight' : `${foreign.length} sights`;
  return [
    `In the life of this test the browser of ${ownersNamed(owners)} had ${count} of somebody else's data:`,
    '',
    ...foreignLines(foreign, owners),
    '',
    `Their own were seen: ${counted(own)}`,
    ...(passed.unreadCount > 0 ? [`Answers whose body the browser did not give: ${passed.unreadCount}`] : []),
    ...passed.problems.map((problem) => `Not looked at: ${problem}`),
  ];
}
