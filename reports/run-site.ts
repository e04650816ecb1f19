// The page of many runs: what the newest said, the trend, and each run with a link to its report. Like the report it has no script
// and loads nothing; what stood in a run's files is text and only text.
import { percentText } from '../harness/wording.ts';
import { mark, verdictSign, wordmark } from './html-icons.ts';
import { style } from './html-style.ts';
import { type Markup, markup, nothing } from './markup.ts';
import type { JudgedRun, RunEntry, RunSite, ScoreEntry } from './run-site-entry.ts';
import { runSiteStyle } from './run-site-style.ts';
import { trend } from './run-site-trend.ts';
import { count, counted, dateAndTime, duration, plain } from './text.ts';
import { outcomeWords } from './words.ts';

export function runSite(site: RunSite): string {
  const judged = site.runs.filter((run): run is JudgedRun & RunEntry => run.kind === 'judged');
  const [newest] = judged;
  const page = markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<meta name="referrer" content="no-referrer">
<title>Crosstalk: ${counted(site.runs.length + site.runsLeftOut, 'run')}</title>
${style}${runSiteStyle}
</head>
<body class="${newest === undefined ? 'error' : newest.verdict.toLowerCase()}">
<header class="masthead">${wordmark()}<p>${plain(site.folder, 200)}</p></header>
<main>
${newest === undefined ? noRuns() : hero(newest)}
${judged.length < 2 ? nothing : trendPart(judged)}
${site.scores.length === 0 ? nothing : scoresPart(site.scores)}
${site.runs.length === 0 ? nothing : runsPart(site)}
</main>
</body>
</html>
`;
  return page.toString();
}

function noRuns(): Markup {
  return markup`<section class="hero" aria-label="Runs">${verdictSign('INCONCLUSIVE')}<div><h1><span class="word">No runs yet</span></h1><p class="meaning">Each drill leaves a folder here; reload when one has ended.</p></div></section>`;
}

function hero(run: JudgedRun): Markup {
  return markup`<section class="hero" aria-label="The newest run">${verdictSign(run.verdict)}<div>
<h1><span class="word">${run.verdict}</span> <span class="lead">${outcomeWords[run.verdict]}</span></h1>
<p class="meaning">${plain(run.meaning, 600)}</p>
<p class="quiet">The newest run, ${dateAndTime(run.startedAt)}, of ${plain(run.target, 120)}. ${link(run.name, 'report.html', 'Its report')}</p>
</div></section>`;
}

function part(id: string, title: string, hint: string, body: Markup): Markup {
  return markup`<section class="part" aria-labelledby="${id}"><div class="part-head"><h2 id="${id}">${title}</h2><p>${hint}</p></div><div class="part-body">${body}</div></section>`;
}

const wideMax = 60;
const narrowMax = 20;

function trendPart(judged: readonly JudgedRun[]): Markup {
  return part(
    'trend',
    'Trend',
    'Oldest on the left. Above, the independent opportunities of each run; below, the share of its coverage that reached its floor.',
    markup`<figure><ul class="legend">
<li><svg viewBox="0 0 18 13" aria-hidden="true"><rect class="area-opportunities" width="18" height="13"/></svg>opportunities</li>
<li><svg viewBox="0 0 18 13" aria-hidden="true"><rect class="share" width="18" height="13"/></svg>coverage</li>
<li><svg viewBox="0 0 18 13" aria-hidden="true"><circle class="pass-sign" cx="9" cy="6.5" r="4"/></svg>PASS</li>
<li><svg viewBox="0 0 18 13" aria-hidden="true"><path class="diamond" d="M9 .5l6 6l-6 6l-6-6z"/></svg>LEAK</li>
<li><svg viewBox="0 0 18 13" aria-hidden="true"><path class="doubt-sign" d="M5 6.5h8"/></svg>INCONCLUSIVE</li>
<li><svg viewBox="0 0 18 13" aria-hidden="true"><path class="error-sign" d="M5 2.5l8 8m0-8l-8 8"/></svg>ERROR</li>
</ul>${trend(judged, 900, wideMax, 'wide')}${trend(judged, 340, narrowMax, 'narrow')}</figure>`,
  );
}

function scoresPart(scores: readonly ScoreEntry[]): Markup {
  const items = scores.map(
    ({ name, scorePercent, bugsFound, bugsTried, falseAlarms, endedAt, complete, page }) =>
      markup`<div><dt>${plain(name, 60)}</dt><dd><b>${scorePercent === null ? '–' : `${scorePercent} %`}</b><span>${count(bugsFound)} of ${counted(bugsTried, 'bug')} found, ${counted(falseAlarms, 'false alarm')}${complete ? '' : ', not finished'}; ${dateAndTime(endedAt)}${page === null ? nothing : markup`. ${link('calibration', page, 'Page')}`}</span></dd></div>`,
  );
  return part(
    'score',
    'Detection score',
    'What the harness finds of the bugs of its reference clinic: how good the alarm is.',
    markup`<dl class="figures scores">${items}</dl>`,
  );
}

function runsPart({ runs, runsLeftOut }: RunSite): Markup {
  const rest =
    runsLeftOut > 0
      ? markup`<p class="quiet">${counted(runsLeftOut, 'older run')} ${runsLeftOut === 1 ? 'is' : 'are'} in the folder and not listed.</p>`
      : nothing;
  return part(
    'runs',
    'Runs',
    'Newest first.',
    markup`<ol class="runs">${runs.map((run) => markup`<li>${run.kind === 'judged' ? judgedItem(run) : unjudgedItem(run)}</li>`)}</ol>${rest}`,
  );
}

const verdictMarks = { PASS: 'good', LEAK: 'bad', INCONCLUSIVE: 'short', ERROR: 'none' } as const;

function judgedItem(run: JudgedRun & RunEntry): Markup {
  const bound = run.bound95 === null || run.verdict === 'LEAK' ? '–' : `below ${percentText(run.bound95)}`;
  const facts: readonly (readonly [string, string])[] = [
    ['Opportunities', count(run.opportunities)],
    ['Leak rate', bound],
    ['Coverage', `${run.covered} of ${run.asked}`],
    ['Findings', `${counted(run.leaks, 'leak')}, ${counted(run.warnings, 'warning')}`],
  ];
  return markup`<h3>${link(run.name, 'report.html', dateAndTime(run.startedAt))} ${mark(verdictMarks[run.verdict], run.verdict)}</h3>
<p class="quiet">${plain(run.target, 120)}, driver ${plain(run.driver, 40)}, seed ${plain(run.seed, 60)}, ${duration(run.durationMs)}, ${counted(run.operations, 'operation')}</p>
<dl>${facts.map(([name, value]) => markup`<div><dt>${name}</dt><dd>${value}</dd></div>`)}</dl>
${files(run)}`;
}

const unjudgedWords = { damaged: 'damaged', 'no-verdict': 'no verdict' } as const;

function unjudgedItem(run: Exclude<RunEntry, JudgedRun>): Markup {
  return markup`<h3><code>${plain(run.name, 80)}</code> ${mark('short', unjudgedWords[run.kind])}</h3>
<p class="quiet">${plain(run.why, 300)}</p>
${files(run)}`;
}

function files(run: RunEntry): Markup {
  const links = run.files
    .filter((file) => file !== 'report.html')
    .map((file) => markup`<li>${link(run.name, file, file)}</li>`);
  if (links.length === 0) return nothing;
  return markup`<details><summary>Files of ${plain(run.name, 80)}</summary><ul class="files">${links}</ul></details>`;
}

function link(run: string, file: string, words: string): Markup {
  return markup`<a href="/${encodeURIComponent(run)}/${encodeURIComponent(file)}">${words}</a>`;
}
