// The calibration page: what the harness finds of what is known to be there, and what it alleges where nothing is. One file,
// no script, nothing loaded; the only addresses are the public accounts of the incidents, followed if the reader clicks.
import type { BugRow, Calibration, CorrectRow, Summary } from '../harness/calibration/calibration.ts';
import { firstSeen, isFoundAlways, logLine, ofAll, placeOf } from './calibration-words.ts';
import { mark, verdictSign, wordmark } from './html-icons.ts';
import { style } from './html-style.ts';
import { bounded, type Markup, markup, nothing } from './markup.ts';
import { count, dateAndTime, duration, plain } from './text.ts';
import { ruleTitles } from './words.ts';

const undecidedShownMax = 50;

/** Words, not figures, fill this table; on a narrow screen each bug is a block of lines. */
const ledgerStyle = markup`<style>
a{color:inherit;text-underline-offset:.15em}
.ledger th,.ledger td{text-align:left;vertical-align:top;overflow-wrap:anywhere}
.ledger thead th:first-child{width:30%}.ledger td:nth-child(2),.ledger .mark{white-space:nowrap}
@media (max-width:44rem){.ledger thead{display:none}.ledger,.ledger tbody,.ledger tr,.ledger th,.ledger td{display:block;width:auto;border:0}.ledger tr{padding-block:.9rem;border-bottom:1px solid var(--rule)}.ledger td{padding:.15rem .35rem}.ledger td::before{content:attr(data-name) " ";color:var(--soft);font-size:.83rem}.ledger td br{display:none}}
</style>`;

export function calibrationPage(calibration: Calibration): string {
  const { summary, mode, release, driver, startedAt } = calibration;
  const state = stateOf(calibration);
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; img-src data:">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>${scoreText(summary)} · Crosstalk calibration</title>
${style}${ledgerStyle}
</head>
<body class="${statusClass[state]}">
<header class="masthead">${wordmark()}<p>calibration of release ${plain(release, 40)} · ${dateAndTime(startedAt)}</p></header>
<main>
<section class="hero" aria-label="Detection score">${verdictSign(state)}<div>
<h1><span class="word">${scoreText(summary)}</span> <span class="lead">detection score</span></h1>
<p class="meaning">${meaning(calibration)}</p></div></section>
${figures(calibration)}
${part('Known leaks', hints[mode], bugTable(summary.bugs))}
${summary.correct.length === 0 ? nothing : part('Nothing to find', 'The correct clinic under every fault: whatever is alleged here is a false alarm, warnings included.', correctTable(summary.correct))}
${undecided(summary)}
${part('How', 'What makes a score comparable with another.', how(calibration))}
</main>
<footer><dl>
<dt>Detection score</dt><dd>Of the bugs tried, the share that was found with every seed, by a rule that is right for it. A mutation score, for privacy.</dd>
<dt>Without its trigger</dt><dd>The nearest drill that lacks just what the bug needs. If that finds it, the finding was luck, and the trigger is not understood.</dd>
<dt>First sighting</dt><dd>Median over the seeds that found it: time into the load, and operations that had ended by then. Driven by ${driver}.</dd>
</dl></footer>
</body>
</html>
`;
  return page.toString();
}

const hints: Readonly<Record<Calibration['mode'], string>> = {
  tuned: 'Documented incidents, each a switch of the reference clinic, each tried with its trigger and without.',
  default: 'Documented incidents, each a switch of the reference clinic, all tried with a drill that is tuned to none.',
};

const scoreText = ({ scorePercent }: Summary): string => (scorePercent === null ? 'none' : `${scorePercent} %`);

const statusClass = { PASS: 'pass', LEAK: 'leak', INCONCLUSIVE: 'inconclusive' } as const;

const contradicted = ({ log }: Summary): boolean => log !== null && log.missed + log.invented + log.miscounted > 0;

/** As the exit code says it: what is wrong for sure outranks what was not shown. */
function stateOf({ summary, thresholdPercent, complete }: Calibration): keyof typeof statusClass {
  const { scorePercent, falseAlarms, foundWithoutTrigger, undecided: open } = summary;
  const missed = scorePercent !== null && scorePercent < thresholdPercent;
  if (missed || contradicted(summary) || falseAlarms > 0 || foundWithoutTrigger > 0) return 'LEAK';
  return complete && open.length === 0 ? 'PASS' : 'INCONCLUSIVE';
}

function meaning({ summary, thresholdPercent, complete }: Calibration): string {
  const { bugsFound, bugsTried, withoutTrigger, foundWithoutTrigger, falseAlarms, correctOperations } = summary;
  return [
    `${ofAll(bugsFound, bugsTried)} known leaks were found with every seed; the threshold is ${thresholdPercent} %.`,
    ...(withoutTrigger > 0 ? [`Without the trigger, ${ofAll(foundWithoutTrigger, withoutTrigger)} were.`] : []),
    ...(correctOperations > 0
      ? [`The correct clinic gave ${count(falseAlarms)} false alarms in ${count(correctOperations)} operations.`]
      : []),
    ...(summary.log === null ? [] : [logLine(summary.log)]),
    ...(summary.undecided.length > 0 ? [`Trials that prove nothing: ${count(summary.undecided.length)}.`] : []),
    ...(complete ? [] : ['It is not complete: trials that were asked for have not been held.']),
  ].join(' ');
}

function figures({ summary, startedAt, endedAt, trials }: Calibration): Markup {
  const items: readonly (readonly [string, string, string])[] = [
    ['Bugs found', ofAll(summary.bugsFound, summary.bugsTried), 'with every seed'],
    ['Without trigger', ofAll(summary.foundWithoutTrigger, summary.withoutTrigger), 'found, should be none'],
    ['False alarms', count(summary.falseAlarms), `in ${count(summary.correctOperations)} operations`],
    ['Trials', count(trials.length), `in ${duration(endedAt - startedAt)}`],
  ];
  return markup`<dl class="figures">${items.map(([name, value, words]) => markup`<div><dt>${name}</dt><dd><b>${value}</b><span>${words}</span></dd></div>`)}</dl>`;
}

function part(title: string, hint: string, body: Markup): Markup {
  return markup`<section class="part"><div class="part-head"><h2>${title}</h2><p>${hint}</p></div><div class="part-body">${body}</div></section>`;
}

function bugTable(rows: readonly BugRow[]): Markup {
  if (rows.length === 0) return markup`<p class="quiet">No bug was tried.</p>`;
  return markup`<table class="ledger"><thead><tr><th scope="col">Bug and incident</th><th scope="col">Found</th><th scope="col">By</th><th scope="col">First sighting</th><th scope="col">Without its trigger</th></tr></thead><tbody>${rows.map(bugRow)}</tbody></table>`;
}

function bugRow(row: BugRow): Markup {
  const found = isFoundAlways(row);
  return markup`<tr><th scope="row"><code>${plain(placeOf(row), 80)}</code> <br><span class="quiet">${incident(row)}</span></th>
<td data-name="Found">${found ? mark('good', ofAll(row.found, row.trials)) : mark('bad', ofAll(row.found, row.trials))}</td>
<td data-name="By">${foundBy(row)}</td>
<td data-name="First sighting">${firstSeen(row.medianAfterMs, row.medianAfterOperations)}</td>
<td data-name="Without its trigger">${withoutCell(row)}</td></tr>
`;
}

function incident({ incident: text, link }: BugRow): Markup {
  const words = plain(text, 200);
  // The schema lets no other scheme through; a page must not rest on that alone.
  return link !== null && /^https?:\/\//.test(link) ? markup`<a href="${link}">${words}</a>` : markup`${words}`;
}

function foundBy({ rule, scenario, fault }: BugRow): Markup {
  if (rule === null) return markup`<span class="quiet">not found</span>`;
  const during = fault === null || fault === 'none' ? 'no fault open' : plain(fault, 100);
  return markup`<code title="${ruleTitles[rule]}">${rule}</code> <br><span class="quiet">${plain(scenario ?? '', 80)}, ${during}</span>`;
}

function withoutCell({ without }: BugRow): Markup {
  if (without === null) return mark('none', 'not tried');
  const figure = ofAll(without.found, without.trials);
  return markup`${mark(without.found === 0 ? 'good' : 'bad', figure)} <br><span class="quiet">${plain(without.lacks, 80)}</span>`;
}

function correctTable(rows: readonly CorrectRow[]): Markup {
  const items = rows.map(
    (row) => markup`<tr><th scope="row">${plain(row.drill, 80)}${row.topology === 'real' ? ' (real)' : ''}</th>
<td data-name="Passed">${mark(row.passed === row.trials ? 'good' : 'short', ofAll(row.passed, row.trials))}</td>
<td data-name="False alarms">${mark(row.falseAlarms === 0 ? 'good' : 'bad', count(row.falseAlarms))}</td>
<td data-name="Operations">${count(row.operations)}</td><td data-name="Opportunities">${count(row.opportunities)}</td></tr>`,
  );
  return markup`<table class="ledger"><thead><tr><th scope="col">Drill</th><th scope="col">Passed</th><th scope="col">False alarms</th><th scope="col">Operations</th><th scope="col">Opportunities</th></tr></thead><tbody>${items}</tbody></table>`;
}

function undecided({ undecided: texts }: Summary): Markup {
  if (texts.length === 0) return nothing;
  const items = bounded(
    texts,
    undecidedShownMax,
    (text) => markup`<li>${plain(text, 400)}</li>`,
    (rest) => markup`<li>${count(rest)} more in calibration.json</li>`,
  );
  return part('Undecided', 'Trials that prove nothing, either way.', markup`<ul class="plain-list">${items}</ul>`);
}

function how({ release, sources, driver, mode, trials }: Calibration): Markup {
  const seeds = [...new Set(trials.map(({ seed }) => seed))];
  const rows: readonly (readonly [string, string])[] = [
    ['Release', `${release}, sources ${sources}`],
    ['Driver', driver],
    ['Drills', mode === 'tuned' ? 'tuned to each bug' : 'the default drill for each bug'],
    ['Seeds', seeds.join(', ')],
  ];
  return markup`<dl class="facts">${rows.map(([name, value]) => markup`<dt>${name}</dt><dd>${plain(value, 300)}</dd>`)}</dl>`;
}
