// The look of the page: light and dark by the reader's preference, cards instead of a table on a phone.
#pragma once

#include <string_view>

namespace agent {

inline constexpr std::string_view kPageStyle = R"css(
:root{color-scheme:light dark;--bg:#f6f7f9;--card:#fff;--ink:#1b2430;--dim:#5d6878;--line:#e1e5ea;
--good:#18794e;--good-bg:#e3f5ea;--warn:#8a5300;--warn-bg:#fdf0d5;--bad:#b3261e;--bad-bg:#fce8e6;
--none:#5d6878;--none-bg:#eceff3}
@media (prefers-color-scheme:dark){:root{--bg:#10141a;--card:#181e26;--ink:#e4e9f0;--dim:#93a0b0;--line:#2a323d;
--good:#6fdca0;--good-bg:#12382a;--warn:#f5c469;--warn-bg:#3d2e0f;--bad:#ff9d94;--bad-bg:#451c1a;
--none:#93a0b0;--none-bg:#252d37}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:15px/1.5 system-ui,-apple-system,"Segoe UI",Roboto,sans-serif}
main{max-width:1180px;margin:0 auto;padding:28px 20px 40px}
h1{font-size:20px;line-height:1.35;margin:0}
h2{font-size:12px;letter-spacing:.06em;text-transform:uppercase;color:var(--dim);margin:30px 0 8px;font-weight:600}
p{margin:0}
.dim{color:var(--dim)}
.num{font-variant-numeric:tabular-nums}
.card{background:var(--card);border:1px solid var(--line);border-radius:10px}
.banner{padding:18px 20px;border-left:6px solid var(--none);display:flex;gap:4px 16px;flex-wrap:wrap;
align-items:baseline;justify-content:space-between}
.banner.good{border-left-color:var(--good)}.banner.warn{border-left-color:var(--warn)}
.banner.bad{border-left-color:var(--bad)}
.banner p{flex-basis:100%}
.tag{display:inline-block;padding:1px 9px;border-radius:99px;font-size:13px;font-weight:600;white-space:nowrap;
color:var(--none);background:var(--none-bg)}
.tag.good{color:var(--good);background:var(--good-bg)}.tag.warn{color:var(--warn);background:var(--warn-bg)}
.tag.bad{color:var(--bad);background:var(--bad-bg)}
.wrong{padding:14px 20px;margin-bottom:10px}
.wrong p{margin-top:6px;overflow-wrap:anywhere}
.wrong .out::before{content:"\2192\00a0"}
.scroll{overflow-x:auto}
table{border-collapse:collapse;width:100%}
th,td{padding:9px 14px;text-align:left;border-top:1px solid var(--line);white-space:nowrap;vertical-align:top}
thead th{border-top:0;color:var(--dim);font-size:13px;font-weight:600}
tbody th{font-weight:600}
.right{text-align:right}
.addr{display:block;color:var(--dim);font-weight:400;font-size:13px}
dl{display:grid;grid-template-columns:max-content 1fr;gap:6px 20px;margin:0;padding:14px 20px}
dt{color:var(--dim)}
dd{margin:0;overflow-wrap:anywhere}
footer{margin-top:26px;color:var(--dim);font-size:13px;display:flex;gap:6px 18px;flex-wrap:wrap}
a{color:inherit}
@media (max-width:760px){main{padding:16px 12px 28px}
.scroll{border:0;background:none;overflow:visible}
table,tbody,tr,td,tbody th{display:block}
thead{display:none}
tr{background:var(--card);border:1px solid var(--line);border-radius:10px;padding:8px 14px;margin-bottom:10px}
td,tbody th{border:0;padding:3px 0;display:flex;justify-content:space-between;gap:16px;white-space:normal;
text-align:right;overflow-wrap:anywhere}
tbody th{text-align:left;display:block;padding-bottom:6px}
td::before{content:attr(data-name);color:var(--dim);text-align:left;flex:none}
td.empty{display:none}
dl{grid-template-columns:1fr;gap:0}dd{margin-bottom:8px}}
)css";

}  // namespace agent
