/* style.c: how a document and its charts look. Colours are Okabe and Ito's (2008), told apart without colour too: filled circle and hollow
 * square, solid and dashed line, plain and hatched area. The test of contrasts reads these texts rule by rule: a rule that sets a colour on
 * a background sets both, or stands on white.
 */
#include "document/document.h"

const char amp_page_style[] =
	":root{color-scheme:light}*{box-sizing:border-box}"
	"body{margin:0;background:#fff;color:#1a1a1a;font:1rem/1.55 system-ui,-apple-system,\"Segoe UI\",Roboto,\"Noto Sans\",\"DejaVu Sans\",sans-serif}"
	"main{max-width:68rem;margin:0 auto;padding:1rem 1.25rem 4rem}main p,main li,main dd{max-width:52rem;overflow-wrap:anywhere}"
	"h1{font-size:1.75rem;line-height:1.2;margin:1.5rem 0 .25rem}"
	"h2{font-size:1.4rem;margin:2.75rem 0 .25rem;padding-top:.75rem;border-top:3px solid #1a1a1a}"
	"h3{font-size:1.15rem;margin:2rem 0 .25rem}h4{font-size:1.02rem;margin:1.5rem 0 .25rem}p,ul,ol,dl{margin:.5rem 0}"
	".sub{font-weight:600;color:#4a4a4a;margin:0 0 1rem}.readers{color:#4a4a4a;margin:0 0 .5rem}"
	".banner{border:3px solid #8a3b00;background:#fff4e8;color:#1a1a1a;padding:.6rem 1rem;font-weight:700;margin:1rem 0;max-width:none}"
	".caveat{border-left:4px solid #595959;padding:.25rem 0 .25rem .9rem;color:#333;margin:.75rem 0}"
	".missing{border-left:4px solid #8a3b00;padding:.25rem 0 .25rem .9rem;margin:.75rem 0}"
	"nav{border:1px solid #8c8c8c;padding:.5rem 1rem;margin:1rem 0}nav p,nav ul{margin:.15rem 0}nav ul{padding-left:1.2rem}nav span{color:#4a4a4a}"
	"a{color:#00457c}a:focus,.wide:focus,summary:focus{outline:3px solid #0072b2;outline-offset:2px}"
	".quote{display:grid;grid-template-columns:3fr 2fr;gap:.5rem 1.5rem;padding:.8rem 0;border-bottom:1px solid #ddd;margin:0}"
	".quote blockquote{margin:0;font-size:1.1rem;line-height:1.4;font-weight:600}.quote p{margin:0;font-size:.86rem;line-height:1.45;color:#333}"
	".beside{display:grid;grid-template-columns:minmax(0,5fr) minmax(0,4fr);gap:0 1.5rem;align-items:start}.beside>div{min-width:0}.pictured>div{display:contents}"
	".pictured figure{grid-column:1;grid-row:1}.pictured aside{grid-column:2;grid-row:1}.pictured .wide,.pictured .notes{grid-column:1/-1}"
	".beside aside{border-left:4px solid #595959;padding-left:.9rem;margin-top:1rem;font-size:.9rem}.beside aside h3{margin:0 0 .25rem;font-size:1rem}"
	".beside aside ul{padding-left:1.1rem;margin:.25rem 0}.beside figure{display:block;width:100%;max-width:28rem;margin:1rem 0 .5rem}"
	".wide{overflow-x:auto;margin:.75rem 0 .25rem}"
	"table{border-collapse:collapse;width:100%;font-size:.875rem;line-height:1.4}caption{text-align:left;font-weight:600;padding:.25rem 0;font-size:.95rem}"
	"th,td{text-align:left;vertical-align:top;padding:.35rem .45rem;border-bottom:1px solid #ddd}thead th{border-bottom:2px solid #1a1a1a;vertical-align:bottom}"
	"th.n,td.n{text-align:right;font-variant-numeric:tabular-nums}tbody th{font-weight:400}"
	".notes{list-style:none;counter-reset:note;padding:0;margin:.25rem 0 1rem;font-size:.86rem;color:#333}"
	".notes li::before{counter-increment:note;content:\"(\" counter(note,lower-alpha) \")\\A0\"}"
	"figure{display:inline-block;vertical-align:top;width:calc(50% - .6rem);margin:1rem .5rem 1rem 0}figcaption{font-size:.86rem;color:#333;margin:.3rem 0}"
	"svg{width:100%;height:auto;display:block;border:1px solid #ddd;background:#fff}svg text{font-family:inherit}"
	"dt{font-weight:600;margin-top:.5rem}dd{margin:0 0 .25rem 1rem}"
	"code{overflow-wrap:anywhere;font-size:.95em}.cite{background:#f4f4f4;color:#1a1a1a;border:1px solid #8c8c8c;padding:.75rem 1rem;overflow-wrap:anywhere}.cite,.wide td{overflow-wrap:break-word}"
	"details{border:1px solid #8c8c8c;margin:.4rem 0;padding:.3rem .8rem}summary{cursor:pointer}details blockquote{margin:.5rem 0;padding-left:.9rem;border-left:4px solid #8c8c8c}"
	/* as filter and not as shadow: forced colours leave it */
	".veil[hidden]{display:block;max-height:4.6em;overflow:hidden;overflow-wrap:anywhere;margin:.3rem 0;padding:.4rem .9rem;filter:blur(.75em);-webkit-user-select:none;user-select:none}"
	"details[open] .veil[hidden]{display:none}"
	"@media screen and (max-width:56rem){figure{display:block;width:100%;max-width:36rem}.beside{grid-template-columns:minmax(0,1fr)}.pictured figure,.pictured aside{grid-column:1;grid-row:auto}}"
	/* a telephone: every row is a card */
	"@media screen and (max-width:50rem){main{padding:.5rem .9rem 3rem}.quote{grid-template-columns:minmax(0,1fr)}h1{font-size:1.4rem}"
	".wide{overflow:visible}table,caption,tbody,tbody tr,tbody th,tbody td{display:block}"
	"thead{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%)}"
	"tbody tr{border:1px solid #8c8c8c;border-radius:4px;margin:.5rem 0;padding:.3rem .6rem}"
	"tbody th{font-weight:700;padding:.15rem 0;border-bottom:1px solid #ddd}"
	"tbody td{border:0;padding:.15rem 0;display:flex;flex-wrap:wrap;justify-content:space-between;align-items:baseline;gap:0 1rem}"
	"tbody td::before{content:attr(data-label);font-size:.82rem;color:#4a4a4a;text-align:left}tbody td span{min-width:0;overflow-wrap:anywhere;text-align:left}tbody td.n span{margin-left:auto;text-align:right}}"
	/* paper: the summary is two pages by itself */
	"@media print{@page{size:A4;margin:14mm 14mm 15mm}body{font-size:9.5pt;line-height:1.4}main{max-width:none;padding:0}main p,main li,main dd{max-width:none}"
	"nav{display:none}.beside figure svg{max-height:84mm;width:auto;max-width:100%}h1{font-size:16pt;margin:0 0 2pt}h2{font-size:13pt;margin:0 0 3pt;padding-top:5pt}h3{font-size:11pt;margin:9pt 0 2pt}h4{font-size:10pt;margin:8pt 0 2pt}"
	"#summary>dl{columns:2;column-gap:14pt;font-size:8.5pt;line-height:1.3;margin:2pt 0}#summary>dl dt{margin:3pt 0 0;break-after:avoid}#summary>dl dd{margin:0 0 0 6pt;break-inside:avoid}.part{break-before:page}#summary{break-before:auto}.sub,.readers{margin:0 0 4pt}.banner{margin:5pt 0;padding:4pt 8pt}"
	".quote{grid-template-columns:1fr 1fr;gap:4pt 12pt;padding:4pt 0}.quote blockquote{font-size:9.5pt;line-height:1.3}.quote p{font-size:7.5pt;line-height:1.28}"
	".beside{break-before:page;grid-template-columns:minmax(0,5fr) minmax(0,4fr);gap:0 14pt}.beside aside{font-size:8pt;line-height:1.3;margin-top:4pt}.beside aside h3{font-size:9.5pt}.beside table{font-size:7.5pt;line-height:1.3}"
	".beside figure{max-width:none;margin:6pt 0 2pt}.beside th,.beside td{padding:1.5pt 4pt}"
	".wide{overflow:visible}table{font-size:8pt}caption{font-size:9pt}figcaption,.notes{font-size:8pt}th,td{padding:2pt 4pt}figure{display:inline-block;width:48.5%;max-width:none;margin:6pt 0}"
	"h2,h3,h4,caption{break-after:avoid}figure,tr,.quote,.banner,.notes li,caption{break-inside:avoid}thead{display:table-header-group}tbody tr:first-child{break-before:avoid}"
	"a{color:inherit;text-decoration:none}details{break-inside:avoid}.veil[hidden],details:not([open])>blockquote{display:none}}";

const char amp_chart_style[] =
	".label,.tick{fill:#1a1a1a;font-family:system-ui,\"DejaVu Sans\",sans-serif}"
	".label{font-size:13px;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.tick{font-size:12px}.strong{font-weight:700}"
	".grid{stroke:#ddd;stroke-width:1;fill:none}.zero,.base{stroke:#1a1a1a;stroke-width:1.8;fill:none}.ci{stroke:#1a1a1a;stroke-width:2}"
	".dot{fill:#b34700;stroke:#1a1a1a;stroke-width:1}.dot.open{fill:#fff}.join{stroke:#595959;stroke-width:2}"
	".ranked{fill:#b34700;stroke:#1a1a1a;stroke-width:1}.chrono{fill:#fff;stroke:#0072b2;stroke-width:2.5}"
	".line-ranked{fill:none;stroke:#b34700;stroke-width:2}.line-chrono{fill:none;stroke:#0072b2;stroke-width:2;stroke-dasharray:6 3}"
	".gap{fill:#f2f2f2;stroke:#767676;stroke-width:.5}.hatch{stroke:#767676;stroke-width:1;fill:none}"
	".box{stroke:#767676;stroke-width:.6}.box-0{fill:#fff}.box-1{fill:#d8e6f2}.box-2{fill:#a6c8e4}.box-3{fill:#56a0d3}.box-4{fill:#0072b2}.box-5{fill:#003a5c}";
