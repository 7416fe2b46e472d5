// SPDX-License-Identifier: BSD-3-Clause
#pragma once

namespace cli {

// Colours that every kind of colour vision tells apart (Okabe and Ito); each has its number and
// its words beside it.
inline constexpr const char* page_head = R"html(<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>sidestep report</title>
<meta name="viewport" content="width=device-width"><style>
:root { color-scheme: light dark; --paper: #fff; --ink: #1b1f24; --soft: #5b6470; --line: #d5dae1;
  --good: #cfe5f5; --good-ink: #00507f; --bad: #f9d6bd; --bad-ink: #8f3600; --none: #e6e8eb;
  --none-ink: #454d57; --user: #f6edb5; --user-ink: #5f5200; }
@media (prefers-color-scheme: dark) { :root { --paper: #14171b; --ink: #e8eaed; --soft: #9aa3ae;
  --line: #343b45; --good: #103f5f; --good-ink: #9fd4f7; --bad: #5f2a08; --bad-ink: #ffc59d;
  --none: #2a2f36; --none-ink: #b3bbc5; --user: #4a4210; --user-ink: #f3e38a; } }
body { background: var(--paper); color: var(--ink); font: 15px/1.45 system-ui, "DejaVu Sans",
  sans-serif; margin: 24px auto; max-width: 1100px; padding: 0 16px; }
h1 { font-size: 24px; margin: 0 0 4px; } h2 { font-size: 18px; margin: 28px 0 8px; }
.wide { overflow-x: auto; } p { margin: 0 0 8px; }
.facts { color: var(--soft); } .facts span { margin-right: 18px; overflow-wrap: anywhere; }
.facts strong { color: var(--ink); font-weight: 600; }
.chips { display: flex; flex-wrap: wrap; gap: 2px; }
.chips i { font-style: normal; padding: 1px 8px; white-space: nowrap; flex-basis: 0;
  min-width: max-content; }
.hosts .chips { flex-direction: column; } .hosts td, .hosts th { vertical-align: top; }
table.bars th, table.hosts th { font-weight: 400; white-space: nowrap; }
table.bars td { width: 100%; }
.good { color: var(--good-ink); } .bad { color: var(--bad-ink); } .none { color: var(--none-ink); }
.user { color: var(--user-ink); }
i.good { background: var(--good); } i.bad { background: var(--bad); }
i.none { background: var(--none); } i.user { background: var(--user); }
table { border-collapse: collapse; font-size: 13px; width: 100%; }
th, td { text-align: left; vertical-align: top; padding: 4px 8px;
  border-bottom: 1px solid var(--line); }
td:last-child { overflow-wrap: anywhere; } .hosts td { overflow-wrap: normal; } .soft { color: var(--soft); }
pre { overflow-x: auto; font-size: 12px; } summary { cursor: pointer; }
</style></head><body>
)html";

inline constexpr const char* bars_caption =
    R"html(<p class="soft">How many processes came to each outcome.</p>
)html";

inline constexpr const char* hosts_caption =
    R"html(<p class="soft">How many processes of each host came to each outcome.</p>
)html";

inline constexpr const char* page_empty =
    R"html(<p>The files hold no entry. SIDESTEP_REPORT fills them where a program that has sidestep
loaded starts an MPI or a UCX; <code>sidestep doctor -- PROGRAM</code> tells whether one does.</p>
)html";

}  // namespace cli
