/** The page's style sheet: light and dark by the reader's choice, for the screen and for paper; it loads nothing. */
export const style = `
:root { color-scheme: light dark;
  --bg: #f3f5f8; --surface: #fff; --surface-2: #edf0f4; --border: #d5dbe2; --text: #17202a; --dim: #55626f;
  --accent: #1d5fd1; --good: #0a7163; --warn: #8a5207; --bad: #bf2632; --bad-bg: #fbe9ea; --warn-bg: #faf1de; --good-bg: #e2f3f0; }
@media (prefers-color-scheme: dark) { :root {
  --bg: #0e1216; --surface: #151a20; --surface-2: #1d242c; --border: #2a333d; --text: #e4e9ee; --dim: #98a4b1;
  --accent: #7db1ff; --good: #35c4ae; --warn: #e5a13a; --bad: #ff7f85; --bad-bg: #2c1b1e; --warn-bg: #2a2519; --good-bg: #12282a; } }
* { box-sizing: border-box; }
html { scroll-padding-top: 1rem; }
body { margin: 0; background: var(--bg); color: var(--text);
  font: 14px/1.5 Inter, "Segoe UI", system-ui, sans-serif; font-variant-numeric: tabular-nums; }
main, header, footer { max-width: 1480px; margin: 0 auto; padding: 0 24px; }
header { padding-top: 28px; }
h1 { font-size: 24px; line-height: 1.25; margin: 0 0 2px; overflow-wrap: anywhere; }
h2 { font-size: 17px; margin: 36px 0 8px; }
h3 { font-size: 14px; margin: 22px 0 6px; overflow-wrap: anywhere; }
p { margin: 4px 0 10px; max-width: 80ch; }
a { color: var(--accent); text-underline-offset: 2px; }
a:focus-visible, summary:focus-visible, input:focus-visible { outline: 2px solid var(--accent); outline-offset: 2px; }
code, pre { font: 12px/1.45 "JetBrains Mono", "DejaVu Sans Mono", Consolas, monospace; overflow-wrap: anywhere; }
pre { white-space: pre-wrap; margin: 4px 0; padding: 8px 10px; background: var(--surface-2); border-radius: 6px; }
.dim { color: var(--dim); } .right { text-align: right; white-space: nowrap; }
.verdict { margin: 14px 0; padding: 12px 16px; border: 1px solid var(--border); border-left: 4px solid var(--good);
  border-radius: 6px; background: var(--good-bg); max-width: none; }
.verdict.bad { border-left-color: var(--bad); background: var(--bad-bg); }
.verdict strong { font-size: 16px; }
dl.facts { display: grid; grid-template-columns: max-content 1fr; gap: 2px 16px; margin: 12px 0; }
dl.facts dt { color: var(--dim); } dl.facts dd { margin: 0; overflow-wrap: anywhere; }
nav ul { display: flex; flex-wrap: wrap; gap: 4px 18px; list-style: none; margin: 12px 0; padding: 0; }
.scroll { overflow-x: auto; border: 1px solid var(--border); border-radius: 6px; background: var(--surface); }
table { border-collapse: collapse; width: 100%; }
th, td { padding: 5px 10px; text-align: left; vertical-align: top; border-bottom: 1px solid var(--border); }
tbody:last-child tr:last-child > * { border-bottom: 0; }
thead th { background: var(--surface-2); font-weight: 600; font-size: 12px; vertical-align: bottom; }
tbody th { font-weight: 500; min-width: 9em; }
.matrix td, .matrix thead th:not(:first-child) { min-width: 92px; border-left: 1px solid var(--border); }
.matrix tbody th { position: sticky; left: 0; background: var(--surface); min-width: 210px; max-width: 320px; z-index: 1; }
.matrix thead th:first-child { position: sticky; left: 0; z-index: 2; }
.matrix thead th, .targets tbody th { overflow-wrap: anywhere; }
.matrix td { padding: 0; }
.matrix td > a { display: block; padding: 5px 10px; text-decoration: none; height: 100%; }
.matrix td > a:hover { background: var(--surface-2); }
small { display: block; color: var(--dim); font-size: 11.5px; font-weight: 400; }
.item small, .matrix td small { display: inline; margin-left: 8px; }
ul.plain { list-style: none; margin: 0; padding: 0; }
ul.plain code { display: inline-block; color: var(--dim); }
ul.plain a { margin-right: 8px; }
details > summary { cursor: pointer; margin: 6px 0; }
.matrix .none { padding: 5px 10px; color: var(--dim); }
.state { white-space: nowrap; font-weight: 600; }
.state .mark { display: inline-block; width: 1.3em; text-align: center; font-family: "DejaVu Sans", "Segoe UI Symbol", sans-serif; }
.got .state { color: var(--good); } .bad .state { color: var(--bad); } .note .state { color: var(--dim); font-weight: 500; }
.matrix td.bad, tr.bad > td:first-child { background: var(--bad-bg); }
.entries td { overflow-wrap: anywhere; } .entries .sum { color: var(--dim); font-size: 11px; }
.entries td:first-child { width: 9.5em; } .entries .right { width: 7em; }
.entries tbody:target > tr > * , .entries tbody:target { background: var(--warn-bg); }
.said { min-width: 16em; max-width: 46em; }
.filter { border: 0; padding: 0; margin: 10px 0 4px; display: flex; flex-wrap: wrap; gap: 6px 18px; }
.filter legend { float: left; margin-right: 16px; padding: 0; color: var(--dim); }
body:has(#show-bad:checked) .entries tbody tr:not(.bad) { display: none; }
body:has(#show-said:checked) .entries tbody tr:not(.said-something) { display: none; }
body:has(#show-there:checked) .entries tbody tr:not(.there) { display: none; }
.paper { display: none; }
.legend td:first-child { width: 11em; }
iframe.run { width: 100%; height: 20rem; resize: vertical; border: 1px solid var(--border); border-radius: 6px; background: #fff; color-scheme: light; }
footer { color: var(--dim); padding-top: 28px; padding-bottom: 40px; }
@page { size: landscape; margin: 12mm; }
@media print {
  :root { --bg: #fff; --surface: #fff; --surface-2: #f1f3f5; --border: #b9c1c9; --text: #000; --dim: #444; --accent: #000;
    --good: #06564c; --warn: #6d4000; --bad: #9c1420; --bad-bg: #fbecec; --good-bg: #eef7f5; --warn-bg: #fff; color-scheme: light; }
  body { font-size: 9pt; line-height: 1.35; }
  h1 { font-size: 16pt; } h2 { font-size: 12pt; margin-top: 18pt; } th, td { padding: 2.5pt 6pt; }
  code, pre, small, .entries .sum { font-size: 7.5pt; } .item small { display: none; }
  .paper { display: block; } .entries tbody.none { display: none; }
  .matrix td > a { padding: 2.5pt 6pt; } .matrix td small { display: block; margin: 0; } main, header, footer { max-width: none; padding: 0; }
  tbody th { min-width: 0; white-space: nowrap; } .matrix tbody th { white-space: normal; }
  nav, .filter { display: none; } .scroll { overflow: visible; border-radius: 0; }
  .matrix tbody th, .matrix thead th:first-child { position: static; min-width: 0; }
  .matrix td, .matrix thead th:not(:first-child) { min-width: 0; }
  thead { display: table-header-group; } tr, .verdict { break-inside: avoid; } h2, h3 { break-after: avoid; }
  a { text-decoration: none; } * { print-color-adjust: exact; }
}
`;
