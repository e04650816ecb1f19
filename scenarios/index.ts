// Every scenario, listed by hand: a new one is a new file and one line here.
import type { Scenario } from '../harness/plan.ts';
import { bookWhileRewatching } from './book-while-rewatching.ts';
import { cancelAndLookNext } from './cancel-and-look-next.ts';
import { cliniciansDay } from './clinicians-day.ts';
import { crossTheDeploy } from './cross-the-deploy.ts';
import { doubleSubmit } from './double-submit.ts';
import { endTogether } from './end-together.ts';
import { eraseAndLook } from './erase-and-look.ts';
import { exportTogether } from './export-together.ts';
import { firstVisit } from './first-visit.ts';
import { lendAndWithdraw } from './lend-and-withdraw.ts';
import { liveThroughReconnects } from './live-through-reconnects.ts';
import { lostAndRebooked } from './lost-and-rebooked.ts';
import { movePractice } from './move-practice.ts';
import { noticesAfterOutage } from './notices-after-outage.ts';
import { oddPaths } from './odd-paths.ts';
import { pageAcrossFlush } from './page-across-flush.ts';
import { passerBy } from './passer-by.ts';
import { reconnectHerd } from './reconnect-herd.ts';
import { rewatchThroughTheChange } from './rewatch-through-the-change.ts';
import { sameInstant } from './same-instant.ts';
import { sessionRefreshStorm } from './session-refresh-storm.ts';
import { sharedDevice } from './shared-device.ts';
import { sharedLink } from './shared-link.ts';
import { switchTheCall } from './switch-the-call.ts';
import { thumbnailsInABurst } from './thumbnails-in-a-burst.ts';
import { twoTabs } from './two-tabs.ts';
import { uploadCutShort } from './upload-cut-short.ts';

export const scenarios: readonly Scenario[] = [
  bookWhileRewatching,
  sameInstant,
  cancelAndLookNext,
  firstVisit,
  switchTheCall,
  crossTheDeploy,
  lendAndWithdraw,
  cliniciansDay,
  movePractice,
  passerBy,
  sharedLink,
  oddPaths,
  endTogether,
  uploadCutShort,
  doubleSubmit,
  exportTogether,
  liveThroughReconnects,
  sessionRefreshStorm,
  eraseAndLook,
  reconnectHerd,
  pageAcrossFlush,
  noticesAfterOutage,
  lostAndRebooked,
  // For browsers only.
  sharedDevice,
  twoTabs,
  thumbnailsInABurst,
  rewatchThroughTheChange,
];
