// What the exposed of a finding have in common, in words: one wording for terminal, page and incident pack.
import type { Commonality, CommonTrait, Finding } from '../harness/verdict.ts';
import { count, counted, plain } from './text.ts';

const traitLettersMax = 160;
/** Of either side; a comparison of fewer says nothing. */
const comparedMin = 3;

const significance = 0.05;

const nouns: Readonly<Record<CommonTrait['of'], string>> = {
  request: 'requests that exposed somebody',
  owner: 'exposed owners',
  viewer: 'people they were exposed to',
};

/** Empty where nothing was compared; else what stands out, the strongest first, or why nothing does. */
export function commonTexts({ common }: Pick<Finding, 'common'>): string[] {
  if (common === undefined) return [];
  return common.rows.length === 0 ? [whyNothing(common)] : common.rows.map(traitText);
}

function traitText(row: CommonTrait): string {
  const { trait, exposedWith, exposed, othersWith, others, implied = [] } = row;
  const all = exposedWith === exposed ? `all ${count(exposed)}` : `${count(exposedWith)} of ${count(exposed)}`;
  const also = implied.length === 0 ? '' : `; and so ${implied.map((text) => plain(text, traitLettersMax)).join(', ')}`;
  const hint = row.pAdjusted < significance ? '' : 'a hint that may be chance: ';
  return `${hint}${all} ${nouns[row.of]} ${plain(trait, traitLettersMax)}; of the others ${count(othersWith)} of ${count(others)} (${strength(row)})${also}`;
}

/** `lift 14, at least 4.2; p 2e-9`. Where nobody who lacks the trait was exposed there is no lift, only the least it may be. */
function strength({ lift, liftAtLeast, pAdjusted }: CommonTrait): string {
  const atLeast = liftAtLeast > 1 ? [`at least ${figure(liftAtLeast)}`] : [];
  const told =
    lift === null
      ? ['nobody without it', ...atLeast.map((text) => `lift ${text}`)]
      : [`lift ${figure(lift)}`, ...atLeast];
  return `${told.join(', ')}; p ${chance(pAdjusted)}`;
}

const figure = (value: number): string => (value >= 100 ? count(value) : String(Number(value.toPrecision(2))));
const chance = (p: number): string => (p < 1e-15 ? '< 1e-15' : String(Number(p.toPrecision(2))));

function whyNothing({ compared, traitsTried }: Commonality): string {
  const enough = Object.values(compared).some(({ exposed, others }) => exposed >= comparedMin && others >= comparedMin);
  if (enough)
    return `nothing that was looked at (${counted(traitsTried, 'trait')}) sets the exposed apart from the rest`;
  const { requests, owners, viewers } = compared;
  const exposed = `${counted(requests.exposed, 'request')}, ${counted(owners.exposed, 'owner')} and ${counted(viewers.exposed, 'viewer')}`;
  const others = `${count(requests.others)}, ${count(owners.others)} and ${count(viewers.others)}`;
  return `nothing can be concluded: ${exposed} exposed, against ${others} that were not, are too few`;
}

export const howCompared =
  'Those who were exposed against those who might have been and were not. Requests that hang together count once; lift is the risk with the trait over the risk without; Fisher’s exact test, two-sided, corrected by Holm for all traits tried. The strongest accounts for the most of the exposed. It is where to look first, and no proof.';
