// What the run's silence is about: the channels that could be judged, and how often browsers looked, at what, with which result.
import type { CoverageRow, Verdict } from '../harness/verdict.ts';
import { mark } from './html-icons.ts';
import { type Markup, markup, nothing } from './markup.ts';
import { count, plain } from './text.ts';
import { channelTitles, lookTitles } from './words.ts';

export function looksPart(verdict: Verdict): Markup {
  const channels = (verdict.channels ?? []).map(
    ({ channel, judged, why }) =>
      markup`<li>${judged ? mark('good', 'judged') : mark('none', 'not judged')}<div><b>${channelTitles[channel]}</b><p class="quiet">${plain(why, 300)}</p></div></li>`,
  );
  return markup`${channels.length === 0 ? nothing : markup`<ul class="checks">${channels}</ul>`}${browserPart(verdict)}`;
}

function browserPart({ browser, coverage }: Verdict): Markup {
  if (browser === undefined) return nothing;
  if (browser === null) return markup`<p>${mark('short', 'no browser')} Nothing was looked at.</p>`;
  const rows = coverage.rows.filter(({ kind }) => kind === 'channel').map(lookRow);
  return markup`<p class="quiet looked">By ${plain(browser, 120)}, after every step of its sessions.</p>
<table class="coverage"><thead><tr><th scope="col" class="words">What</th><th scope="col">Looks</th><th scope="col">With personal things</th><th scope="col">Independent</th></tr></thead><tbody>${rows}</tbody></table>`;
}

function lookRow({ name, operations, opportunityOperations, opportunities }: CoverageRow): Markup {
  return markup`<tr><th scope="row">${lookTitles[name] ?? plain(name, 40)}</th><td>${count(operations)}</td><td>${count(opportunityOperations)}</td><td>${count(opportunities)}</td></tr>
`;
}
