// The style of a report's page: one column, tables that scroll, light and dark by the reader's setting, good in print.
// Colours of series (s0 to s5) are told apart also without colour: plot.cpp gives each a dash and a mark of its own.
#pragma once

#include <string_view>

namespace outrigger::host {

inline constexpr std::string_view kStyle = R"css(
:root{color-scheme:light dark;--bg:#fff;--fg:#1c2530;--soft:#5b6776;--line:#d9dfe6;--card:#f5f7f9;--link:#1557b0;
--ok:#0f7b4f;--okbg:#e7f5ee;--warn:#8a5300;--warnbg:#fff4dd;--fail:#a8221f;--failbg:#fdeceb;
--s0:#1557b0;--s1:#c2560c;--s2:#0f7b4f;--s3:#7a3fb0;--s4:#6b7684;--s5:#a8221f}
@media (prefers-color-scheme:dark){:root{--bg:#12171d;--fg:#e4e9ef;--soft:#9aa7b6;--line:#333e4a;--card:#1b222a;
--link:#7db2ff;--ok:#5fd3a1;--okbg:#10291f;--warn:#f2c063;--warnbg:#2e2410;--fail:#ff918c;--failbg:#341716;
--s0:#7db2ff;--s1:#ffa15c;--s2:#5fd3a1;--s3:#c79bf2;--s4:#aab5c2;--s5:#ff918c}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--fg);font:16px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,
"Noto Sans","DejaVu Sans",sans-serif}
main{max-width:62rem;margin:0 auto;padding:2rem 1.25rem 4rem}
h1{font-size:1.7rem;line-height:1.2;margin:0 0 .25rem}
h2{font-size:1.2rem;margin:2.5rem 0 .5rem;padding-top:1rem;border-top:1px solid var(--line)}
p{margin:.5rem 0;max-width:48rem}
.sub{color:var(--soft);margin-bottom:1.5rem}
.note{padding:.6rem .9rem;border-left:4px solid;border-radius:4px;max-width:none}
.ok{color:var(--ok);background:var(--okbg)}.warn{color:var(--warn);background:var(--warnbg)}
.fail{color:var(--fail);background:var(--failbg)}
.figures{display:flex;flex-wrap:wrap;gap:.75rem;margin:1rem 0}
.figures div{background:var(--card);border:1px solid var(--line);border-radius:6px;padding:.6rem 1rem;min-width:9rem}
.figures dt{color:var(--soft);font-size:.85rem}.figures dd{margin:0;font-size:1.25rem;font-weight:600}
.wide{overflow-x:auto;margin:1rem 0}
table{border-collapse:collapse;width:100%;font-size:.92rem;font-variant-numeric:tabular-nums}
th,td{padding:.35rem .7rem;border-bottom:1px solid var(--line);text-align:left;vertical-align:top}
th{color:var(--soft);font-weight:600;border-bottom-width:2px}.r{text-align:right;white-space:nowrap}
a{color:var(--link)}
figure{margin:1rem 0}
svg{width:100%;height:auto;max-width:44rem;display:block}
svg text{fill:var(--fg);font-size:12px}svg .t{font-weight:600;font-size:13px}svg .k{fill:var(--soft)}
svg .grid{stroke:var(--line);stroke-width:1}svg .axis{stroke:var(--soft);stroke-width:1}
svg .diag{stroke:var(--soft);stroke-width:1;stroke-dasharray:2 4}
svg .ln{fill:none;stroke-width:2}svg .er{stroke-width:1.3;opacity:.75}svg .br{opacity:.8}
.c0{stroke:var(--s0)}.c1{stroke:var(--s1)}.c2{stroke:var(--s2)}.c3{stroke:var(--s3)}.c4{stroke:var(--s4)}
.c5{stroke:var(--s5)}.f0{fill:var(--s0)}.f1{fill:var(--s1)}.f2{fill:var(--s2)}.f3{fill:var(--s3)}.f4{fill:var(--s4)}
.f5{fill:var(--s5)}
@media print{body{font-size:11pt}main{max-width:none;padding:0}h2,figure,tr{break-inside:avoid}}
)css";

}  // namespace outrigger::host
