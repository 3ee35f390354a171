/** The page's one style sheet. Colours are variables, so that light and dark differ in these alone. */
export const PAGE_STYLE = `
:root{color-scheme:light dark;--bg:#f5f6f8;--card:#fff;--line:#e3e6eb;--ink:#171b22;--dim:#667085;--faint:#98a1b0;
--good:#12805c;--warn:#a35a00;--bad:#c4262e;--none:#7a8496;--goodbg:#e5f5ee;--warnbg:#fdf0dc;--badbg:#fdeaea;--nonebg:#eef0f4;
--allow:#3d7dd8;--deny:#d9822b;--fail:#c4262e;--other:#8f7bd6;--track:#e9ecf1}
@media(prefers-color-scheme:dark){:root{--bg:#0d1117;--card:#151b23;--line:#262e39;--ink:#e8ecf2;--dim:#98a3b3;--faint:#6c7788;
--good:#3ecf98;--warn:#f0ad4e;--bad:#ff6b6b;--none:#8793a5;--goodbg:#10291f;--warnbg:#2e2312;--badbg:#351a1c;--nonebg:#1f2631;
--allow:#5b9bf3;--deny:#f0a24a;--fail:#ff6b6b;--other:#a996f0;--track:#232b36}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--ink);font:14px/1.45 system-ui,-apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,sans-serif;font-variant-numeric:tabular-nums}
header.top h1{margin:0}a.brand{color:inherit;text-decoration:none}
header.top{display:flex;flex-wrap:wrap;gap:4px 16px;align-items:center;padding:14px 24px;background:var(--card);border-bottom:1px solid var(--line)}
.brand{display:flex;align-items:center;gap:9px;font-size:17px;font-weight:650;letter-spacing:-.01em;margin:0}
.brand svg{width:21px;height:21px}
.who{color:var(--dim)}.who b{color:var(--ink);font-weight:600}
.top form{margin-left:auto}
button{font:inherit;color:var(--ink);background:transparent;border:1px solid var(--line);border-radius:7px;padding:5px 12px;cursor:pointer}
button:hover{border-color:var(--faint)}
button:focus-visible,input:focus-visible,a:focus-visible{outline:2px solid var(--allow);outline-offset:2px}
main{max-width:1400px;margin:0 auto;padding:20px 24px 40px}
.banner{border-radius:10px;padding:12px 16px;margin:0 0 16px;border:1px solid}
.banner b{display:block;font-size:15px}
.banner.bad{background:var(--badbg);border-color:var(--bad);color:var(--bad)}.banner.warn{background:var(--warnbg);border-color:var(--warn);color:var(--warn)}
.banner span{color:var(--ink)}
.grid{display:grid;gap:16px;grid-template-columns:repeat(12,minmax(0,1fr))}
.card{background:var(--card);border:1px solid var(--line);border-radius:12px;padding:16px 18px;min-width:0;grid-column:span 12}
.card.tile{grid-column:span 3}.card.half{grid-column:span 6}.card.third{grid-column:span 4}.card.wide{grid-column:span 8}
.column{grid-column:span 6;display:grid;gap:16px;align-content:start;min-width:0}.column .card{grid-column:auto}
.card.tile.bad{border-color:var(--bad);background:var(--badbg)}.card.tile.warn{border-color:var(--warn)}
h2{font-size:14px;font-weight:620;margin:0;letter-spacing:.005em}
.head{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;margin-bottom:12px}.head p,.sub{margin:0;color:var(--dim);font-size:12.5px}
.tile h2{color:var(--dim);font-weight:550;font-size:12.5px}
.big{font-size:28px;line-height:1.2;font-weight:640;letter-spacing:-.02em;margin:5px 0 3px;overflow-wrap:anywhere}
.big.none{color:var(--none);font-weight:520}.big.bad{color:var(--bad)}.big.warn{color:var(--warn)}
.scroll{overflow-x:auto;margin:0 -18px;padding:0 18px}
table{border-collapse:collapse;width:100%}
th{font-size:11.5px;font-weight:550;color:var(--dim);text-align:left;padding:0 12px 7px 0;white-space:nowrap;vertical-align:bottom}
td{border-top:1px solid var(--line);padding:8px 12px 8px 0;vertical-align:middle}
td:last-child,th:last-child{padding-right:0}
.num{text-align:right;white-space:nowrap}
tr.group td{border-top:1px solid var(--line);padding-top:13px;padding-bottom:3px}tr.group b{font-weight:620}tr.group span{color:var(--dim);font-size:12.5px;margin-left:8px}
tr.group+tr td{border-top:0}
tbody tr.group:first-child td{border-top:0;padding-top:2px}
.id{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,monospace;font-size:12.5px;overflow-wrap:anywhere}
.id a{color:inherit;white-space:nowrap}.dim{color:var(--dim)}.small{font-size:12.5px}.whole{white-space:nowrap}.under{color:var(--dim);font-size:12px}.num .under{white-space:normal}
.pill{display:inline-flex;align-items:center;gap:6px;border-radius:99px;padding:1px 9px 1px 8px;font-size:12.5px;font-weight:560;white-space:nowrap}
.pill::before{font-size:9px;line-height:1}
.good{--c:var(--good);--b:var(--goodbg)}.warn{--c:var(--warn);--b:var(--warnbg)}.bad{--c:var(--bad);--b:var(--badbg)}.none{--c:var(--none);--b:var(--nonebg)}
.pill{color:var(--c);background:var(--b)}
.pill.good::before{content:"\\25CF"}.pill.warn::before{content:"\\25B2"}.pill.bad::before{content:"\\25A0"}.pill.none::before{content:"\\25CB"}
.fig{color:var(--ink)}.fig.warn,.fig.bad{color:var(--c);font-weight:650}.fig.none{color:var(--none)}
.meter{display:inline-block;vertical-align:middle;width:84px;height:7px;margin-right:9px}.meter rect{rx:3.5px}
.track{fill:var(--track)}.meter.good .val{fill:var(--good)}.meter.warn .val{fill:var(--warn)}.meter.bad .val{fill:var(--bad)}
.chart{display:block;width:100%;height:132px}
.allow{fill:var(--allow)}.deny{fill:var(--deny)}.fail{fill:var(--fail)}.other{fill:var(--other)}.gap{fill:var(--nonebg)}.axis{stroke:var(--line)}
.legend{display:flex;flex-wrap:wrap;gap:4px 14px;color:var(--dim);font-size:12.5px;margin-top:8px}.legend svg{width:9px;height:9px;margin-right:5px}.legend .end{margin-left:auto}
.bar{display:block;width:100%;height:7px}.bar rect{rx:3.5px}
.facts{display:flex;flex-wrap:wrap;gap:14px 34px;margin:0 0 12px}.facts div{min-width:0}.facts dt{color:var(--dim);font-size:12.5px}.facts dd{margin:0;font-size:20px;font-weight:620;letter-spacing:-.01em}
.facts dd.none{color:var(--none);font-weight:520}
.empty{color:var(--none);margin:2px 0}
details{margin-top:8px}summary{cursor:pointer;color:var(--dim);font-size:12.5px}
footer{color:var(--faint);font-size:12px;margin-top:18px}
.login{max-width:390px;margin:12vh auto;padding:28px}.login .brand{margin-bottom:14px}.login label{display:block;font-size:12.5px;color:var(--dim);margin:16px 0 5px}
.login input{width:100%;font:inherit;color:inherit;background:var(--bg);border:1px solid var(--line);border-radius:7px;padding:9px 11px}
.login button{margin-top:14px;width:100%;padding:9px;background:var(--ink);color:var(--card);border-color:var(--ink);font-weight:600}
@media(max-width:1100px){.card.tile,.card.third,.card.wide,.card.half{grid-column:span 6}}
@media(max-width:1100px){.card.wide,.card.half.broad,.column{grid-column:span 12}}
@media(max-width:720px){main{padding:14px 12px 30px}header.top{padding:12px}.card.tile{grid-column:span 6;padding:13px 14px}.card.half,.card.third,.card.wide,.column{grid-column:span 12}.big{font-size:22px}.grid{gap:12px}}
`;
