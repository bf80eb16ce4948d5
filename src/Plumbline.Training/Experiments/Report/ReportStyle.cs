namespace Plumbline.Training.Experiments.Report;

/// <summary>The style of the experiment's page: light and dark by the reader's wish, from 360 pixels up.</summary>
internal static class ReportStyle
{
    public const string Css = """
        :root { color-scheme: light dark;
          --text: #1d2430; --soft: #5b6675; --page: #fbfbf9; --card: #ffffff; --edge: #e1e4e8; --up: #14713d; --down: #b3261e; --warn: #8a5300; --warn-page: #fff6e5;
          --s1: #0060b8; --s2: #c25400; --s3: #00806a; --s4: #a03c98; --s5: #8a6d00; --s6: #3b7f9e; --t1: #0060b8; --t2: #e0a100; --t3: #00806a; --t4: #9aa3af; }
        @media (prefers-color-scheme: dark) { :root {
          --text: #e6e9ee; --soft: #9aa5b4; --page: #14171c; --card: #1b1f26; --edge: #2f3641; --up: #5dc98a; --down: #ff8a80; --warn: #f2c069; --warn-page: #2a2317;
          --s1: #6ab0ff; --s2: #ff9d57; --s3: #3fcfab; --s4: #e393dc; --s5: #dcbc4e; --s6: #86c8e6; --t1: #4c93e0; --t2: #d9a63a; --t3: #2fae8f; --t4: #6d7888; } }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0 auto; padding: 2rem 1rem 5rem; max-width: 70rem; font: 16px/1.55 system-ui, sans-serif; color: var(--text); background: var(--page); overflow-wrap: break-word; }
        h1 { font-size: 1rem; font-weight: 600; color: var(--soft); margin: 0 0 .6rem; }
        h2 { font-size: 1.2rem; line-height: 1.3; margin: 3rem 0 .3rem; }
        h3 { font-size: 1rem; margin: 1.6rem 0 .5rem; }
        p { margin: .3rem 0 .8rem; max-width: 46rem; }
        .verdict { font-size: clamp(1.35rem, 1rem + 1.6vw, 1.9rem); line-height: 1.25; font-weight: 600; letter-spacing: -.01em; margin: 0 0 .7rem; max-width: 40rem; text-wrap: balance; }
        .lead { font-size: 1.05rem; }
        .soft { color: var(--soft); } .small { font-size: .85rem; line-height: 1.45; }
        .up { color: var(--up); } .down { color: var(--down); }
        nav { font-size: .85rem; margin-top: 1.2rem; display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; }
        a { color: var(--s1); text-underline-offset: .2em; text-decoration-thickness: 1px; }
        .warnings { margin: 1.2rem 0 0; padding: .7rem 1rem .7rem 2rem; border-left: 3px solid var(--warn); background: var(--warn-page); max-width: 46rem; font-size: .93rem; }
        .warnings li + li { margin-top: .35rem; }
        .scroll { overflow-x: auto; border: 1px solid var(--edge); border-radius: 8px; background: var(--card); }
        table { border-collapse: collapse; width: 100%; font-size: .93rem; }
        th, td { text-align: right; vertical-align: top; padding: .5rem .75rem; border-bottom: 1px solid var(--edge); font-variant-numeric: tabular-nums; white-space: nowrap; }
        tr:last-child > td, tr:last-child > th { border-bottom: 0; }
        thead th { font-size: .8rem; font-weight: 600; color: var(--soft); vertical-align: bottom; }
        th:first-child, td.text { text-align: left; } td.text { white-space: normal; min-width: 12rem; }
        tbody th { position: sticky; left: 0; background: var(--card); font-weight: 600; z-index: 1; }
        td small, th small { display: block; font-size: .78rem; font-weight: 400; color: var(--soft); } td small.up { color: var(--up); } td small.down { color: var(--down); }
        .best { font-weight: 700; } .best::before { content: "★ "; font-size: .7em; color: var(--s1); vertical-align: .15em; }
        .heat { background: color-mix(in srgb, var(--s1) calc(var(--v) * var(--v) * 42%), transparent); }
        tr.rule > * { border-top: 2px solid var(--edge); }
        .key { display: flex; flex-wrap: wrap; gap: .2rem 1.1rem; font-size: .85rem; color: var(--soft); margin: .3rem 0 .7rem; padding: 0; list-style: none; }
        .swatch { display: inline-block; width: .75em; height: .75em; border-radius: 2px; background: var(--c); margin-right: .45em; }
        .grid { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 19rem), 1fr)); gap: .9rem; }
        .wide { grid-template-columns: repeat(auto-fill, minmax(min(100%, 26rem), 1fr)); }
        figure, .card { margin: 0; padding: .8rem .9rem; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; min-width: 0; }
        figcaption { font-size: .9rem; font-weight: 600; margin-bottom: .4rem; } figcaption .soft { font-weight: 400; }
        svg { width: 100%; height: auto; display: block; } svg text { fill: var(--soft); font: 11.5px system-ui, sans-serif; font-variant-numeric: tabular-nums; } svg text.name { fill: var(--text); } svg text.tinted { fill: var(--c); font-weight: 600; }
        .rules line { stroke: var(--edge); } .base { stroke: var(--soft); stroke-dasharray: 3 3; }
        path { fill: none; stroke: var(--c); stroke-linejoin: round; stroke-linecap: round; } .mean { stroke-width: 2; } .seed { opacity: .28; stroke-width: 1; } .area { stroke: none; fill: var(--s1); opacity: .1; }
        .dot { fill: var(--c); } .hollow { fill: var(--card); stroke: var(--c); stroke-width: 2; } .tickmark { stroke: var(--c); stroke-width: 1.5; opacity: .55; }
        .bars { display: grid; grid-template-columns: max-content 1fr max-content; gap: .45rem .7rem; align-items: center; font-size: .88rem; }
        .bars .track { display: flex; height: .85rem; gap: 1px; min-width: 0; } .bars .track i { background: var(--c); height: 100%; } .bars .track i:last-child { border-radius: 0 3px 3px 0; }
        .bars .value { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
        .badge { display: inline-block; font-size: .75rem; font-weight: 600; padding: .05rem .5rem; border-radius: 1rem; border: 1px solid currentColor; white-space: nowrap; }
        .card h3 { margin: 0 0 .2rem; display: flex; flex-wrap: wrap; gap: .3rem .6rem; align-items: center; justify-content: space-between; }
        .card p { margin: .3rem 0; }
        .scores { display: grid; grid-template-columns: 1fr max-content max-content; gap: .1rem .9rem; margin: .6rem 0 0; font-size: .88rem; font-variant-numeric: tabular-nums; } .scores > * { margin: 0; } .scores dd { text-align: right; }
        .answers { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(100%, 17rem), 1fr)); gap: .9rem 1.2rem; margin-top: .6rem; padding-top: .7rem; border-top: 1px solid var(--edge); }
        .answers h4 { margin: 0; font-size: .85rem; } .answers p { margin: .1rem 0 0; font-size: .93rem; white-space: pre-wrap; overflow-wrap: anywhere; }
        .card + .card.sample, details > .card { margin-top: .9rem; } .prompt { font-weight: 600; }
        details { margin-top: .9rem; } summary { cursor: pointer; color: var(--s1); font-size: .93rem; } details[open] > summary { margin-bottom: .6rem; }
        pre { margin: .3rem 0 0; padding: .8rem 1rem; font: .83rem/1.5 ui-monospace, monospace; background: var(--card); border: 1px solid var(--edge); border-radius: 8px; overflow-x: auto; } pre.wrap { white-space: pre-wrap; overflow-wrap: anywhere; }
        .facts { display: grid; grid-template-columns: max-content 1fr; gap: .25rem 1.2rem; font-size: .93rem; margin: .8rem 0; } .facts dt { color: var(--soft); } .facts dd { margin: 0; min-width: 0; overflow-wrap: anywhere; }
        @media (max-width: 30rem) { body { padding-top: 1.2rem; } h2 { margin-top: 2.4rem; } th, td { padding: .45rem .5rem; } table { font-size: .88rem; } thead th { font-size: .72rem; } .around { display: block; font-size: .78rem; } .facts { grid-template-columns: 1fr; gap: 0; } .facts dd { margin-bottom: .5rem; } }
        @media print { .scroll { overflow: visible; } figure, .card, tr { break-inside: avoid; } }
        """;
}
