// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace tests {

// Blue and orange are told apart by every kind of colour vision (Okabe and Ito); each cell also has
// a picture, drawn here because a font may lack the character or show it in colours of its own.
inline constexpr const char* page_style = R"css(
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #5b6470; --band: #f3f5f8;
  --line: #d5dae1; --good: #cfe5f5; --good-ink: #00507f; --bad: #f9d6bd; --bad-ink: #8f3600;
  --none: #e6e8eb; --alarm: #b3005e; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e8eaed; --soft: #9aa3ae;
  --band: #1c2026; --line: #343b45; --good: #103f5f; --good-ink: #9fd4f7; --bad: #5f2a08;
  --bad-ink: #ffc59d; --none: #2a2f36; --alarm: #ff6fb5; } }
body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "DejaVu Sans",
  sans-serif; margin: 24px auto; max-width: 1200px; padding: 0 16px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 32px 0 8px; }
.sum { margin: 0 0 4px; font-size: 16px; } .facts { margin: 0 0 12px; color: var(--soft); }
.facts span { margin-right: 18px; display: inline-block; } .facts b { font-weight: 600; color: var(--ink); }
.wide { overflow-x: auto; } .wide + h1 { margin-top: 32px; }
table.matrix { border-collapse: collapse; }
table.matrix th, table.matrix td { padding: 2px 4px; }
table.matrix tbody tr:nth-child(odd) > * { background: var(--band); }
table.matrix tbody tr:nth-child(even) > * { background: var(--paper); }
thead th { font-size: 13px; vertical-align: bottom; text-align: center; min-width: 62px; }
thead small { display: block; font-weight: 400; color: var(--soft); }
tbody th { font-weight: 400; text-align: left; min-width: 160px; max-width: 460px; }
@media (min-width: 700px) { tbody th { position: sticky; left: 0; } }
table.matrix a { display: flex; gap: 1px; justify-content: center; border-radius: 2px; }
table.matrix a i { display: flex; flex: 1; max-width: 56px; justify-content: center; padding: 4px; }
i svg { width: 16px; height: 16px; flex: none; }
table.matrix a:hover { outline: 2px solid var(--ink); }
a:focus-visible, pre:focus-visible, a:target { outline: 3px solid var(--good-ink);
  outline-offset: 1px; }
a.alarm { box-shadow: 0 0 0 3px var(--alarm); }
.evidence { display: none; position: fixed; inset: auto 0 0 0; max-height: 72vh; overflow: auto;
  background: var(--paper); border-top: 3px solid var(--ink); padding: 12px 16px;
  box-shadow: 0 -8px 32px #0006; }
.evidence:target { display: block; }
.evidence h3 { margin: 0 0 8px; font-size: 17px; }
.evidence small { margin-left: 12px; font-weight: 400; color: var(--soft); }
.evidence h4 { margin: 0 0 4px; font-size: 14px; font-weight: 400; }
.close { float: right; padding: 8px 16px; border: 1px solid var(--soft); border-radius: 4px;
  color: var(--ink); background: var(--band); text-decoration: none; }
.pair { display: grid; gap: 12px;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 340px), 1fr)); }
.pair > div { min-width: 0; }
b.good { color: var(--good-ink); } b.bad { color: var(--bad-ink); }
pre { background: var(--band); padding: 8px 12px; margin: 0; font-size: 12px;
  white-space: pre-wrap; overflow-wrap: anywhere; }
.legend { display: flex; flex-wrap: wrap; gap: 4px 16px; margin: 0 0 10px; color: var(--soft);
  font-size: 13px; }
.legend span { display: inline-flex; align-items: center; gap: 5px; }
.legend i { display: inline-flex; padding: 2px 5px; } .legend svg { width: 15px; height: 15px; }
i.good { background: var(--good); color: var(--good-ink); }
i.bad { background: var(--bad); color: var(--bad-ink); }
i.none { background: var(--none); color: var(--soft); }
i.alarm { outline: 2px solid var(--alarm); outline-offset: -2px; width: 20px; height: 15px; }
)css";

inline constexpr const char* page_glyphs = R"svg(<svg width="0" height="0" style="position:absolute"
aria-hidden="true"><defs>
<symbol id="works" viewBox="0 0 24 24"><path d="M4 13l5.5 6L20 5" fill="none"
 stroke="currentColor" stroke-width="3.2" stroke-linecap="round" stroke-linejoin="round"/></symbol>
<symbol id="fair" viewBox="0 0 24 24"><circle cx="12" cy="12" r="9.5" fill="none"
 stroke="currentColor" stroke-width="2"/><path d="M7.5 12.5l3 3.5 6-8" fill="none"
 stroke="currentColor" stroke-width="2.6" stroke-linecap="round" stroke-linejoin="round"/></symbol>
<symbol id="other" viewBox="0 0 24 24"><path d="M5 5l14 14M19 5L5 19" fill="none"
 stroke="currentColor" stroke-width="3.2" stroke-linecap="round"/></symbol>
<symbol id="killed" viewBox="0 0 24 24"><path fill="currentColor" fill-rule="evenodd"
 d="M12 1.5C6 1.5
 2.5 5.6 2.5 10.4c0 3.2 1.6 5.6 4 7V20c0 1.4 1 2.5 2.4 2.5h6.2c1.4 0 2.4-1.1 2.4-2.5v-2.6c2.4-1.4
 4-3.8 4-7C21.5 5.6 18 1.5 12 1.5zM8 8.5a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2z
 M16 8.5a2.6 2.6 0 1 1 0 5.2a2.6 2.6 0 1 1 0-5.2zM12 14.5l1.7 3.3h-3.4z"/></symbol>
<symbol id="hangs" viewBox="0 0 24 24"><path d="M6 2.5h12M6 21.5h12M7.5 3v4l9 10v4M16.5 3v4l-9
 10v4" fill="none" stroke="currentColor" stroke-width="2.4" stroke-linecap="round"
 stroke-linejoin="round"/><path d="M9 20.5l3-4 3 4zM10 7.5h4l-2 2.5z" fill="currentColor"/></symbol>
<symbol id="loses" viewBox="0 0 24 24"><path d="M3 5h18M12 5v15" fill="none" stroke="currentColor"
 stroke-width="2.8" stroke-linecap="round" stroke-dasharray="3.5 3.5"/></symbol>
<symbol id="leaves" viewBox="0 0 24 24"><circle cx="7" cy="7.5" r="4" fill="currentColor"/>
<circle cx="17" cy="7.5" r="4" fill="currentColor"/><circle cx="12" cy="17" r="4"
 fill="currentColor"/></symbol>
<symbol id="none" viewBox="0 0 24 24"><path d="M7 12h10" fill="none" stroke="currentColor"
 stroke-width="2.4" stroke-linecap="round"/></symbol>
</defs></svg>
)svg";

inline constexpr const char* page_legend = R"html(<div class="legend">
<span><b>left: without sidestep; right: with it. A cell opens to what was run and printed.</b></span>
<span><i class="good"><svg><use href="#works"/></svg></i>works</span>
<span><i class="good"><svg><use href="#fair"/></svg></i>as it should be, see the words</span>
<span><i class="bad"><svg><use href="#killed"/></svg></i>killed</span>
<span><i class="bad"><svg><use href="#hangs"/></svg></i>hangs</span>
<span><i class="bad"><svg><use href="#other"/></svg></i>fails</span>
<span><i class="bad"><svg><use href="#loses"/></svg></i>loses input</span>
<span><i class="bad"><svg><use href="#leaves"/></svg></i>leaves processes</span>
<span><i class="none"><svg><use href="#none"/></svg></i>not run</span>
<span><i class="alarm"></i>not as it should be after</span>
</div>
)html";

}  // namespace tests
