// Every scenario, listed by hand: a new one is a new file and one line here.
import type { Scenario } from '../harness/plan.ts';
import { bookWhileRewatching } from './book-while-rewatching.ts';
import { cancelAndLookNext } from './cancel-and-look-next.ts';
import { crossTheDeploy } from './cross-the-deploy.ts';
import { firstVisit } from './first-visit.ts';
import { lendAndWithdraw } from './lend-and-withdraw.ts';
import { passerBy } from './passer-by.ts';
import { sameInstant } from './same-instant.ts';
import { switchTheCall } from './switch-the-call.ts';

export const scenarios: readonly Scenario[] = [
  bookWhileRewatching,
  sameInstant,
  cancelAndLookNext,
  firstVisit,
  switchTheCall,
  crossTheDeploy,
  lendAndWithdraw,
  passerBy,
];
