// SPDX-License-Identifier: Apache-2.0
#pragma once

namespace weft::cli::report {

/// The style sheet of the page: light and dark by the reader's preference, narrow windows, paper.
inline constexpr const char* kStyle = R"css(
:root { color-scheme: light dark; --paper: #fdfdfc; --ink: #1c2126; --soft: #5b646d; --rule: #d9dde1; --track: #eceff1;
  --good: #1f7a4d; --bad: #b3261e; --faint: #c9ced3;
  --s0: #3b6fb6; --s1: #c9672a; --s2: #2f8a60; --s3: #b0486a; --s4: #7d62b3; --s5: #8f7a16; --s6: #27889a; --s7: #7a828b;
  --s8: #8db9ea; --s9: #eeb584; --s10: #8ccaa9; --s11: #dca0b7; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171a; --ink: #e6e8ea; --soft: #9aa4ad; --rule: #343a40;
  --track: #23282d; --good: #6fcf97; --bad: #ff8a80; --faint: #4a5259;
  --s0: #4a82cf; --s1: #d9783a; --s2: #3a9d70; --s3: #c85c80; --s4: #9076c9; --s5: #a58f24; --s6: #2f9cb0; --s7: #87909a;
  --s8: #a9cdf5; --s9: #f2c79f; --s10: #a3d9bd; --s11: #e8b9cb; } }
* { box-sizing: border-box; }
body { margin: 0 auto; padding: 1.5rem 1rem 4rem; max-width: 70rem; background: var(--paper); color: var(--ink);
  font: 16px/1.5 system-ui, sans-serif; }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; overflow-wrap: anywhere; }
h2 { font-size: 1.25rem; margin: 2.5rem 0 .5rem; padding-top: .75rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; margin: 1.5rem 0 .5rem; overflow-wrap: anywhere; }
p { margin: .25rem 0 .75rem; max-width: 46rem; }
.note, caption { color: var(--soft); font-size: .875rem; }
.good { color: var(--good); } .bad { color: var(--bad); font-weight: 600; }
.wide { overflow-x: auto; }
table { border-collapse: collapse; font-size: .875rem; font-variant-numeric: tabular-nums; }
caption { text-align: left; padding: .25rem 0; }
th, td { padding: .25rem 1rem .25rem 0; text-align: left; border-bottom: 1px solid var(--rule); white-space: nowrap; }
th { color: var(--soft); font-weight: 600; }
.n { text-align: right; } wbr { display: none; }
.plot { margin: 0; } .canvas { min-height: 40px; overflow: hidden; } .canvas svg { display: block; }
.canvas:focus-visible, .wide:focus-visible { outline: 2px solid var(--s0); outline-offset: 3px; }
.canvas .picked { stroke: var(--ink); stroke-width: 2; }
output { display: block; min-height: 1.4em; line-height: 1.4; }
.legend { list-style: none; display: flex; flex-wrap: wrap; gap: .25rem 1rem; padding: 0; margin: .25rem 0 .5rem;
  font-size: .875rem; }
.legend i { display: inline-block; width: .75rem; height: .75rem; margin-right: .375rem; }
.legend .tick { width: 2px; height: 1rem; vertical-align: middle; background: var(--ink); }
.s0 { background: var(--s0); } .s1 { background: var(--s1); } .s2 { background: var(--s2); } .s3 { background: var(--s3); }
.s4 { background: var(--s4); } .s5 { background: var(--s5); } .s6 { background: var(--s6); } .s7 { background: var(--s7); }
.s8 { background: var(--s8); } .s9 { background: var(--s9); } .s10 { background: var(--s10); } .s11 { background: var(--s11); }
.faint { background: var(--faint); }
ul.loops, .loops ul { list-style: none; margin: .25rem 0; padding: 0; font-size: .875rem; }
.loop { border: 1px solid var(--rule); border-left: 6px solid var(--rule); border-radius: 4px; padding: .25rem .5rem; }
.loop.outer { border-left-color: var(--s0); } .loop.inner { border-left-color: var(--s1); }
.loop p { margin: 0; color: var(--soft); overflow-wrap: anywhere; }
.statement { background: var(--track); border-radius: 4px; padding: .25rem .5rem; font-family: monospace; }
details { margin: .5rem 0; } summary { cursor: pointer; color: var(--soft); font-size: .875rem; }
pre { overflow-x: auto; padding: .75rem; background: var(--track); font-size: .8125rem; line-height: 1.4; }
@media screen and (max-width: 40rem) { body { padding: 1rem .75rem 3rem; font-size: 15px; }
  th, td { white-space: normal; overflow-wrap: anywhere; } wbr { display: inline; }
  .cards table, .cards caption, .cards tbody { display: block; }
  .cards thead { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
  .cards tr { display: grid; grid-template-columns: repeat(auto-fill, minmax(6.5rem, 1fr)); gap: .25rem 1rem;
    padding: .5rem 0; border-bottom: 1px solid var(--rule); }
  .cards td { padding: 0; border: 0; text-align: left; }
  .cards td:first-child { grid-column: 1 / -1; font-weight: 600; }
  .cards td::before { content: attr(data-label); display: block; color: var(--soft); font-size: .75rem;
    font-weight: 400; } }
@media print { :root { --paper: #fff; --ink: #000; --soft: #444; --rule: #bbb; --track: #eee; --faint: #ccc; }
  @page { margin: 15mm; }
  output, .plot details:not([open]) { display: none; } .canvas svg { width: 100%; height: auto; }
  body { max-width: none; padding: 0; font-size: 10pt; } h2 { margin-top: 1.5rem; } .wide, pre { overflow: visible; }
  table { font-size: 7.5pt; } pre { white-space: pre-wrap; overflow-wrap: anywhere; }
  th, td { white-space: normal; overflow-wrap: break-word; padding-right: .5rem; vertical-align: top; }
  wbr { display: inline; }
  td.n { white-space: nowrap; }
  thead { display: table-header-group; } h2, h3, caption, summary, .legend { break-after: avoid; }
  .plot, tr, .loop { break-inside: avoid; } thead { break-after: avoid; } tbody tr:first-child { break-before: avoid; }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact; }
  details::details-content { content-visibility: visible; display: block; } }
)css";

}  // namespace weft::cli::report
