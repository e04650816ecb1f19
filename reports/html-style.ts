// The page's style sheet. Each status has a colour, a sign and a word; the colours stay apart for colour-blind eyes (teal,
// vermilion, ochre, violet) and keep a contrast of at least 4.5 to 1 on both grounds.
import { markup } from './markup.ts';

export const style = markup`<style>
:root{color-scheme:light dark;--paper:#faf8f3;--card:#fffefb;--ink:#1d2330;--soft:#596274;--rule:#e2ddd1;--teal:#0b6663;--vermilion:#ab3113;--ochre:#815400;--violet:#584691;--flow:#cdd6e3;--chance:#6d8cb8;--fault:#d9a429;--fault-ink:#6d4b00;--serif:"Iowan Old Style","Palatino Linotype",Palatino,"URW Palladio L","Book Antiqua",Georgia,serif;--sans:system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;--mono:ui-monospace,"SF Mono",Menlo,Consolas,"Liberation Mono",monospace}
@media (prefers-color-scheme:dark){:root{--paper:#14171c;--card:#1b1f26;--ink:#e8e5dd;--soft:#a3abb9;--rule:#323843;--teal:#62c9c0;--vermilion:#ff8d6d;--ochre:#e6b450;--violet:#b9abf2;--flow:#343e4e;--chance:#6483b3;--fault:#b98a1f;--fault-ink:#ecca7a}}
@media print{:root{color-scheme:light;--paper:#fff;--card:#fff;--ink:#000;--soft:#444;--rule:#bbb;--teal:#0b6663;--vermilion:#ab3113;--ochre:#815400;--violet:#584691;--flow:#cdd6e3;--chance:#6d8cb8;--fault:#d9a429;--fault-ink:#6d4b00}}
.pass{--status:var(--teal)}.leak{--status:var(--vermilion)}.inconclusive{--status:var(--ochre)}.error{--status:var(--violet)}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%;text-size-adjust:100%}
body{margin:0;background:var(--paper);color:var(--ink);font:1rem/1.55 var(--sans);overflow-wrap:anywhere}
.masthead,main,footer{max-width:74rem;margin-inline:auto;padding-inline:clamp(1.1rem,4vw,3rem)}
.masthead{display:flex;flex-wrap:wrap;gap:.2rem 1.5rem;justify-content:space-between;align-items:center;padding-block:1.4rem}
.masthead p{margin:0;color:var(--soft);font-size:.875rem}
.wordmark{display:inline-flex;align-items:center;gap:.5rem;font:600 1.15rem/1 var(--serif);letter-spacing:.01em}
.wordmark svg{width:1.6rem;height:1.6rem;stroke:currentColor;stroke-width:5;fill:none;stroke-linecap:round}
h1,h2,h3,h4,p,dl,dd,ul,ol,figure{margin:0;padding:0}
code{font:.92em/1.4 var(--mono);unicode-bidi:isolate}
.quiet,.where{color:var(--soft);font-size:.92rem}
.hero{display:grid;grid-template-columns:auto 1fr;gap:clamp(1rem,3vw,2.4rem);padding:clamp(1.4rem,4vw,2.8rem);border-radius:6px;background:color-mix(in srgb,var(--status) 10%,var(--card));border-left:8px solid var(--status)}
.sign{width:clamp(3rem,9vw,6.4rem);height:auto;stroke:var(--status);stroke-width:4.5;fill:none;stroke-linecap:round}
h1{display:flex;flex-wrap:wrap;align-items:baseline;gap:.1rem 1rem;font-weight:400}
.word{font:700 clamp(1.7rem,6vw,3.1rem)/1.1 var(--sans);letter-spacing:.02em;color:var(--status);overflow-wrap:normal}
.lead{font:500 1.02rem/1.4 var(--sans);color:var(--soft)}
.meaning{margin-top:.9rem;max-width:46rem;font:clamp(1.14rem,2.3vw,1.5rem)/1.45 var(--serif);text-wrap:pretty}
.reasons{margin-top:1.2rem;max-width:50rem;list-style:none;display:grid;gap:.5rem}
.reasons li{padding-left:1.1rem;border-left:2px solid color-mix(in srgb,var(--status) 55%,transparent)}
.figures{display:grid;grid-template-columns:repeat(auto-fit,minmax(7.4rem,1fr));gap:1.6rem clamp(1rem,3vw,2.4rem);padding:clamp(1.6rem,4vw,2.6rem) 0}
.figures dt,.reach dt{font-size:.83rem;color:var(--soft)}
.figures b{display:block;font:400 2.1rem/1.2 var(--serif);font-variant-numeric:lining-nums tabular-nums}
.figures span{font-size:.83rem;color:var(--soft)}
.part{display:grid;grid-template-columns:13rem minmax(0,1fr);gap:1rem 3rem;padding-block:clamp(1.8rem,4vw,2.8rem);border-top:1px solid var(--rule)}
h2{font:600 1.45rem/1.25 var(--serif)}
.part-head{position:sticky;top:1.6rem;align-self:start}.part-head p{margin-top:.4rem;color:var(--soft);font-size:.875rem;max-width:34rem}
.minor{margin:1.8rem 0 .6rem;font:600 1rem/1.4 var(--sans)}
.part-body>.minor:first-child,.part-body>.quiet:first-child{margin-top:0}
.legend{display:flex;flex-wrap:wrap;gap:.3rem 1.3rem;list-style:none;margin-bottom:1.1rem;font-size:.85rem;color:var(--soft)}
.legend li{display:inline-flex;align-items:center;gap:.45rem}.legend svg{width:18px;height:13px;flex:none}
.chart{display:block;width:100%;height:auto}.narrow{display:none}
.chart text{font:11.5px var(--sans);fill:var(--soft);font-variant-numeric:tabular-nums}
.grid{stroke:var(--rule);stroke-width:1}.tick{stroke:var(--soft);stroke-width:1}
.area-operations{fill:var(--flow)}.area-opportunities{fill:var(--chance)}
.hatch-ground{fill:var(--card)}.hatch-line{stroke:var(--ink);stroke-width:3;fill:none}.errors{stroke:var(--ink);stroke-width:.8}
.shade{fill:var(--fault);opacity:.2}.fault{fill:var(--fault)}.fault.toothless{fill:none;stroke:var(--fault);stroke-width:1.5;stroke-dasharray:3 3}
.chart .fault-label{fill:var(--fault-ink)}
.phase-load{fill:var(--flow)}.phase-other{fill:color-mix(in srgb,var(--flow) 45%,transparent)}.chart .phase-label{fill:var(--ink)}
.diamond{fill:var(--vermilion);stroke:var(--card);stroke-width:1.2}.hollow .diamond{fill:var(--card);stroke:var(--ochre);stroke-width:2}
.drop{stroke:var(--vermilion);stroke-width:1;stroke-dasharray:2 3;opacity:.75}.hollow .drop{stroke:var(--ochre)}
figcaption{margin-top:.8rem;font-size:.83rem;color:var(--soft)}
details{margin-top:1rem}summary{cursor:pointer;font-size:.92rem;padding:.3rem 0;text-decoration:underline;text-decoration-color:var(--rule);text-underline-offset:.25em}
summary:focus-visible,.scroll:focus-visible{outline:2px solid var(--status);outline-offset:3px;border-radius:2px}
.scroll{overflow:auto;max-height:26rem;margin-top:.5rem;border:1px solid var(--rule);border-radius:4px}
table{width:100%;border-collapse:collapse;font-size:.92rem;font-variant-numeric:lining-nums tabular-nums}
th,td{padding:.5rem .7rem;text-align:right;vertical-align:top;border-bottom:1px solid var(--rule);font-weight:400}
thead th{overflow-wrap:normal;color:var(--soft);font-size:.83rem;vertical-align:bottom}
.words,tbody th{text-align:left}
.figures-table{font-size:.83rem;white-space:nowrap}.figures-table th,.figures-table td{padding:.25rem .7rem}.figures-table th:first-child{text-align:left}.figures-table thead th{position:sticky;top:0;background:var(--card)}
.coverage{table-layout:fixed}.coverage .group th{padding:1.5rem 0 .4rem;font-weight:600;border-bottom-color:var(--soft)}.coverage th:first-child{width:38%;padding-left:0}.coverage td:last-child,.coverage th:last-child{padding-right:0;width:17%}
.bar{display:block;height:4px;margin-top:.35rem;background:var(--rule);border-radius:2px}.bar i{display:block;height:4px;background:var(--chance);border-radius:2px}
.mark{display:inline-flex;align-items:center;gap:.35rem;font-size:.875rem;white-space:nowrap}
.mark svg{width:1rem;height:1rem;stroke:currentColor;stroke-width:2.2;fill:none;stroke-linecap:round;stroke-linejoin:round;flex:none}
.mark.good{color:var(--teal)}.mark.bad{color:var(--vermilion);font-weight:600}.mark.short{color:var(--ochre);font-weight:600}.mark.none{color:var(--soft)}
.finding{padding:clamp(1.1rem,3vw,1.8rem);background:var(--card);border:1px solid var(--rule);border-radius:6px;margin-bottom:1.4rem}
.finding.is-leak{border-top:4px solid var(--vermilion)}.finding.is-warning{border-top:4px solid var(--ochre)}
.finding header{display:flex;flex-wrap:wrap;gap:.2rem 1rem;align-items:center;justify-content:space-between;color:var(--soft)}
.finding h3{margin:.5rem 0 .4rem;font:600 1.3rem/1.3 var(--serif)}
.reach{display:flex;flex-wrap:wrap;gap:1rem 2.2rem;margin:1.2rem 0}
.reach dd{font-size:.83rem;color:var(--soft)}.reach b{display:block;font:400 1.75rem/1.2 var(--serif);color:var(--ink);font-variant-numeric:lining-nums}
.evidence{margin-top:1.3rem;padding-top:1.2rem;border-top:1px solid var(--rule)}
.seen,.looked{margin-top:1rem}.seen img{display:block;width:8rem;height:auto;image-rendering:pixelated;border:1px solid var(--rule)}.seen figcaption{font-size:.83rem;color:var(--soft);margin-top:.4rem}
.evidence h4{font:500 .83rem/1.4 var(--sans);color:var(--soft)}
.sentence{font:1.15rem/1.45 var(--serif);margin:.2rem 0 .8rem}
.facts{display:grid;grid-template-columns:8rem minmax(0,1fr);gap:.35rem 1rem;font-size:.92rem}.facts dt{color:var(--soft)}
.examples{padding-left:1.6rem;display:grid;gap:.7rem;margin:.6rem 0}.examples .quiet{font-size:.85rem}
.rules,.checks{list-style:none;display:grid;gap:.55rem}.rules{font-size:.92rem}.rules li,.checks li{display:grid;grid-template-columns:6.2rem minmax(0,1fr);align-items:start}.rules code{color:var(--soft)}
.checks{gap:1rem}.checks b{font-weight:600}
.plain-list{padding-left:1.1rem;display:grid;gap:.35rem}
pre{margin:0 0 1.2rem;padding:.9rem 1.1rem;background:var(--card);border:1px solid var(--rule);border-radius:4px;white-space:pre-wrap}
footer{border-top:1px solid var(--rule);padding-block:1.8rem 3rem;font-size:.85rem;color:var(--soft)}
footer dl{display:grid;grid-template-columns:repeat(auto-fit,minmax(14rem,1fr));grid-template-rows:auto 1fr;grid-auto-flow:column;gap:.2rem 2rem}
footer dt{color:var(--ink);font-weight:600;grid-row:1}footer dd{grid-row:2}
@media (max-width:56rem){.part-head{position:static}.part{grid-template-columns:minmax(0,1fr)}footer dl{display:block}footer dd{margin-bottom:.8rem}}
@media (max-width:36rem){.wide{display:none}.narrow{display:block}.hero{grid-template-columns:minmax(0,1fr)}.sign{width:3.6rem}.figures{grid-template-columns:1fr 1fr}.facts{grid-template-columns:minmax(0,1fr);gap:0}.facts dd{margin-bottom:.6rem}.coverage td:nth-child(3),.coverage th:nth-child(3){display:none}.coverage{table-layout:auto}.coverage td{white-space:nowrap}.coverage th:first-child{width:36%}.coverage td:last-child,.coverage th:last-child{width:auto}th,td{padding:.45rem .35rem}.reach{display:grid;grid-template-columns:1fr 1fr}.rules li{grid-template-columns:minmax(0,1fr)}.checks li{grid-template-columns:5.2rem minmax(0,1fr)}}
@media print{.data{display:none}@page{margin:16mm}.part-head{position:static}details:not(.data)::details-content{content-visibility:visible;block-size:auto}body{font-size:10.5pt}.part{break-inside:auto;grid-template-columns:minmax(0,1fr)}.finding,.checks li,tr,figure{break-inside:avoid}h2,h3{break-after:avoid}.scroll{max-height:none;overflow:visible}.hero,.bar i,.area-operations,.area-opportunities{print-color-adjust:exact;-webkit-print-color-adjust:exact}}
</style>`;
