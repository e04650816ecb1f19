// missing-own: an own item is not on the own, whole list. No leak by itself, but so often its other half that it is always reported.
import { type Belongings, dueOn, type OwnView } from './belongings.ts';
import { type Check, violation } from './check.ts';
import type { World } from './world.ts';

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

/** The whole own lists that say something of the target: a hostile probe takes things off lists by itself. */
export const viewsCounted = ({ belongings, probed }: World): OwnView[] =>
  [...belongings.viewsOf.values()].flat().filter(({ op }) => !probed.has(op.id));

export const lacksOwn = (view: OwnView, belongings: Belongings): boolean =>
  [...dueOn(view, belongings)].some(({ there }) => !there);
