// missing-own: an own item is not on the own, whole list. No leak by itself, but so often its other half that it is always reported.
import { type Belongings, dueOn } from './belongings.ts';
import { type Check, violation } from './check.ts';

export const missingOwn: Check = {
  rule: 'missing-own',
  *finish(world) {
    for (const view of [...world.belongings.viewsOf.values()].flat()) {
      for (const due of dueOn(view, world.belongings)) {
        if (due.there) continue;
        yield violation('missing-own', view.op, view.op.exchanges.at(-1), world, {
          owner: view.patient,
          item: due.thing,
          reach: 'listed',
          where: 'absent from the body',
          encoding: 'none',
        });
      }
    }
  },
};

/** Of the whole own lists, how many lacked something that had to be there. */
export function viewsLackingOwn(belongings: Belongings): number {
  let count = 0;
  for (const views of belongings.viewsOf.values()) {
    for (const view of views) if ([...dueOn(view, belongings)].some((due) => !due.there)) count++;
  }
  return count;
}
