// What the run has earned: coverage against its floor, the alarm test, the faults with their proof, and what was not tested.
import type { CoverageRow, Verdict } from '../harness/verdict.ts';
import { percentText } from '../harness/wording.ts';
import { mark } from './html-icons.ts';
import { bounded, type Markup, markup, nothing } from './markup.ts';
import { count, counted, duration, plain } from './text.ts';
import { alarmTitle, coverageKinds, isShort } from './words.ts';

const rowsMax = 100;

const left = (rest: number): string => `${count(rest)} more in verdict.json`;
const leftItem = (rest: number): Markup => markup`<li>${left(rest)}</li>`;

export function coveragePart({ coverage }: Verdict): Markup {
  const kinds = Object.keys(coverageKinds) as CoverageRow['kind'][];
  const groups = kinds.map((kind) =>
    coverageGroup(
      kind,
      coverage.rows.filter((row) => row.kind === kind),
    ),
  );
  return markup`<table class="coverage"><thead><tr><th scope="col" class="words">Where</th><th scope="col">Chances</th><th scope="col">Asked for</th><th scope="col">Leak rate below</th><th scope="col" class="words">Enough?</th></tr></thead>
${groups}</table>
${notTested(coverage)}`;
}

function coverageGroup(kind: CoverageRow['kind'], rows: readonly CoverageRow[]): Markup {
  if (rows.length === 0) return nothing;
  const most = Math.max(1, ...rows.map((row) => row.opportunities));
  return markup`<tbody><tr class="group"><th scope="rowgroup" colspan="5">${coverageKinds[kind]}</th></tr>
${bounded(
  rows,
  rowsMax,
  (row) => coverageRow(row, most),
  (rest) => markup`<tr><td colspan="5" class="words">${left(rest)}</td></tr>`,
)}</tbody>
`;
}

function coverageRow(row: CoverageRow, most: number): Markup {
  const width = Math.min(100, Math.max(0, Math.round((100 * row.opportunities) / most)));
  const judged = isShort(row)
    ? mark('short', 'too few')
    : row.floor > 0
      ? mark('good', 'enough')
      : mark('none', 'no floor');
  return markup`<tr><th scope="row"><span class="name">${plain(row.name, 60)}</span><span class="bar" aria-hidden="true"><i style="width:${width}%"></i></span></th><td>${count(row.opportunities)}</td><td>${row.floor > 0 ? count(row.floor) : '–'}</td><td>${row.bound95 === null ? 'unknown' : percentText(row.bound95)}</td><td class="words">${judged}</td></tr>
`;
}

function notTested({ notTested, skippedSteps }: Verdict['coverage']): Markup {
  const items = bounded(notTested, rowsMax, (text) => markup`<li>${plain(text, 300)}</li>`, leftItem);
  const steps =
    skippedSteps > 0 ? [markup`<li>${counted(skippedSteps, 'planned step')} left out for want of time</li>`] : [];
  const all = [...items, ...steps];
  return markup`<h3 class="minor">Not tested</h3>${all.length === 0 ? markup`<p class="quiet">Nothing that the drill asked for.</p>` : markup`<ul class="plain-list">${all}</ul>`}`;
}

export function alarmPart({ alarm }: Verdict): Markup {
  if (alarm.tests.length === 0) {
    return markup`<p>${mark('short', 'did not run')} Nothing shows that a leak would have been noticed.</p>`;
  }
  const items = bounded(
    alarm.tests,
    rowsMax,
    (test) =>
      markup`<li>${test.rang ? mark('good', 'rang') : mark('short', 'silent')}<div><b>${alarmTitle(test)}</b><p class="quiet">${plain(test.detail, 300)}</p></div></li>`,
    leftItem,
  );
  return markup`<ul class="checks">${items}</ul>`;
}

export function faultsPart(verdict: Verdict): Markup {
  if (verdict.faults.length === 0) return markup`<p class="quiet">No fault was injected.</p>`;
  const items = bounded(
    verdict.faults,
    rowsMax,
    (fault) =>
      markup`<li>${fault.bit ? mark('good', 'bit') : mark('short', 'no bite')}<div><b>${plain(fault.kind, 60)}</b> <span class="quiet">${openFor(verdict, fault)}</span><p class="quiet">${plain(fault.proof, 300)}</p></div></li>`,
    leftItem,
  );
  return markup`<ul class="checks">${items}</ul>`;
}

function openFor(verdict: Verdict, { openedAt, healedAt }: Verdict['faults'][number]): string {
  if (openedAt === null) return 'never opened';
  const from = `opened ${duration(openedAt - verdict.startedAt)} in`;
  return healedAt === null ? `${from}, not seen to heal` : `${from}, healed after ${duration(healedAt - openedAt)}`;
}
