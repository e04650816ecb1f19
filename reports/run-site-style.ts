// What the page of many runs needs besides the report's style sheet.
import { markup } from './markup.ts';

export const runSiteStyle = markup`<style>
a{color:inherit;text-decoration-color:var(--soft);text-underline-offset:.2em}a:hover{text-decoration-thickness:2px}
a:focus-visible{outline:2px solid var(--status);outline-offset:3px;border-radius:2px}
.hero .quiet{margin-top:1rem;color:var(--ink)}
.share{fill:var(--soft)}.pass-sign{fill:none;stroke:var(--teal);stroke-width:2}.doubt-sign{stroke:var(--ochre);stroke-width:3}.error-sign{stroke:var(--violet);stroke-width:2.4;fill:none}
.scores{grid-template-columns:repeat(auto-fit,minmax(15rem,1fr));padding-block:0}
.runs{list-style:none;display:grid;gap:0}
.runs>li{padding-block:1.1rem;border-bottom:1px solid var(--rule)}.runs>li:first-child{padding-top:0}
.runs h3{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:baseline;font:600 1.05rem/1.4 var(--sans);font-variant-numeric:tabular-nums}
.runs dl{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:.4rem 1.2rem;margin-top:.6rem}
.runs dt{font-size:.83rem;color:var(--soft)}.runs dd{font-variant-numeric:tabular-nums}
.runs details{margin-top:.4rem}.files{list-style:none;display:flex;flex-wrap:wrap;gap:.3rem 1.2rem;font:.9rem/1.6 var(--mono)}
@media (max-width:36rem){.runs dl{grid-template-columns:1fr 1fr}}
</style>`;
