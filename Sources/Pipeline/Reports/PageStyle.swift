internal import Charts

/// The page's style sheet. Charts take their colors from it, so they follow the reader's light or dark setting.
///
/// Orange and blue are vermilion and blue of Okabe and Ito's palette, which most color-blind readers tell apart.
enum PageStyle {
    static let css = colors + layout + stacked + ChartStyle.css + print

    private static let colors = """
        :root { color-scheme: light dark;
          --page: #fbfbfa; --card: #ffffff; --ink: #1c2024; --soft: #5c646d; --line: #dfe2e6; --grid: #e8eaed;
          --hot: #d55e00; --cool: #0072b2; --plain: #a3abb4; --flow: #3d6f8e; --right: #0a8f6a; --wrong: #d55e00;
          --a: #0072b2; --b: #d55e00; --c: #0a8f6a; --level: #6b7280;
          --good: #0a7d5d; --good-page: #e8f6f1; --doubt: #9a4a00; --doubt-page: #fdf0e4; }
        @media (prefers-color-scheme: dark) { :root {
          --page: #15181b; --card: #1c2024; --ink: #e7e9ec; --soft: #a2abb5; --line: #343a41; --grid: #2b3037;
          --hot: #f08a3c; --cool: #56a9e0; --plain: #6d7680; --flow: #6fa5c6; --right: #3cc79b; --wrong: #f08a3c;
          --a: #56a9e0; --b: #f08a3c; --c: #3cc79b; --level: #9aa3ad;
          --good: #5fd6b0; --good-page: #16302a; --doubt: #f5ae73; --doubt-page: #35261a; } }

        """

    private static let layout = """
        * { box-sizing: border-box; }
        body { margin: 0 auto; max-width: 68rem; padding: 2.5rem 1.5rem 3rem; background: var(--page);
          color: var(--ink); font: 16px/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans",
          "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", sans-serif; }
        h1 { font-size: 2rem; line-height: 1.2; margin: 0 0 1rem; letter-spacing: -0.01em; overflow-wrap: anywhere; }
        h2 { font-size: 1.25rem; margin: 0 0 .75rem; } h3 { font-size: 1.05rem; margin: 1.5rem 0 .5rem; }
        .kicker { margin: 0 0 .25rem; color: var(--soft); font-size: .875rem; overflow-wrap: anywhere; }
        p { margin: 0 0 1rem; max-width: 50rem; } .summary { font-size: 1.0625rem; max-width: none; }
        .verdict { max-width: none; padding: .7rem 1rem; border-left: 4px solid var(--line); border-radius: 4px; }
        .verdict.good { border-color: var(--good); background: var(--good-page); }
        .verdict.doubtful { border-color: var(--doubt); background: var(--doubt-page); }
        .good strong { color: var(--good); } .doubtful strong { color: var(--doubt); }
        .absence { color: var(--soft); margin: .5rem 0; }
        .tiles { display: grid; grid-template-columns: repeat(auto-fit, minmax(8.25rem, 1fr)); gap: .75rem; margin: 1.25rem 0 1.5rem; }
        .tiles div { background: var(--card); border: 1px solid var(--line); border-radius: 8px;
          padding: .75rem 1rem; }
        .tiles dt { color: var(--soft); font-size: .8125rem; } .tiles dd { margin: 0; font-size: 1.375rem;
          font-weight: 650; font-variant-numeric: tabular-nums; line-height: 1.3; }
        .tiles span { display: block; color: var(--soft); font-size: .8125rem; font-weight: 400; min-height: 1.2em; }
        nav { display: flex; flex-wrap: wrap; gap: .25rem 1.25rem; font-size: .875rem; margin-bottom: 1rem; }
        a { color: var(--cool); text-underline-offset: .2em; }
        main > section[id] { background: var(--card); border: 1px solid var(--line); border-radius: 10px;
          padding: 1.5rem; margin: 1rem 0; }
        .pair { display: grid; grid-template-columns: minmax(0, 35rem) minmax(0, 1fr); gap: 1.75rem;
          align-items: start; margin: 1rem 0 1.5rem; }
        main > section[id] > :last-child { margin-bottom: 0; }
        .pair.charts { align-items: end; }
        @media (max-width: 66rem) { .pair, .pair.charts { grid-template-columns: minmax(0, 1fr); } }
        @media (max-width: 40rem) { body { padding: 1.25rem .75rem 2rem; } h1 { font-size: 1.6rem; }
          main > section[id] { padding: 1rem; } }
        .picture { container-type: inline-size; } .narrow { display: none; } .picture.large { container-name: large; }
        @container (max-width: 480px) { .wide { display: none; } .narrow { display: block; } }
        @container large (max-width: 640px) { .wide { display: none; } .narrow { display: block; } }
        .charts-many { display: grid; grid-template-columns: repeat(auto-fill, minmax(min(18.75rem, 100%), 1fr));
          gap: 1.25rem 1.75rem; margin: 1rem 0; }
        .facts { display: grid; grid-template-columns: max-content minmax(0, 1fr); gap: .15rem 1.25rem;
          margin: .25rem 0 1.25rem; font-size: .875rem; }
        .facts dt { color: var(--soft); } .facts dd { margin: 0; overflow-wrap: anywhere; }
        .table { container-type: inline-size; overflow-x: auto; margin: .5rem 0 1rem; } .side .table { margin: 0; }
        table { border-collapse: collapse; width: 100%; font-size: .875rem; line-height: 1.4; }
        caption { text-align: left; color: var(--soft); font-size: .8125rem; padding-bottom: .4rem; }
        th, td { text-align: left; padding: .3rem .8rem .3rem 0; border-bottom: 1px solid var(--line);
          vertical-align: top; font-weight: 400; overflow-wrap: break-word; }
        th:last-child, td:last-child { padding-right: 0; }
        thead th { color: var(--soft); font-size: .8125rem; overflow-wrap: normal; vertical-align: bottom; }
        .n { text-align: right; font-variant-numeric: tabular-nums; overflow-wrap: normal; white-space: nowrap; }
        thead .n { white-space: normal; }
        .strong th, .strong td { font-weight: 650; }
        code { font: .8125rem/1.4 ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace;
          overflow-wrap: anywhere; }
        footer { color: var(--soft); font-size: .8125rem; margin-top: 2rem; }

        """

    /// Tables that are too wide for their place become lists, with the head of its column before each cell.
    private static let stacked =
        [400, 520, 640, 900].map { width in
            "@container (max-width: \(width)px) {\n\(rules(".stacks-\(width)"))}\n"
        }.joined() + rules(".stacks-always")

    private static func rules(_ table: String) -> String {
        """
        \(table) :is(table, caption, tbody, tr, th, td) { display: block; } \(table) thead { display: none; }
        \(table) tr { padding: .5rem 0; border-bottom: 1px solid var(--line); }
        \(table) :is(th, td) { border: 0; padding: .1rem 0; text-align: left; } \(table) th { font-weight: 650; }
        \(table) td { display: grid; grid-template-columns: minmax(6rem, 1fr) 2fr; gap: 1rem; white-space: normal; }
        \(table) td::before { content: attr(data-label); color: var(--soft); } \(table) td:empty { display: none; }

        """
    }

    private static let print = """
        @page { margin: 16mm; }
        @media print { :root { color-scheme: light; font-size: 11.5px;
            --page: #fff; --card: #fff; --ink: #000; --soft: #444; --line: #bbb; --grid: #ddd;
            --hot: #d55e00; --cool: #0072b2; --plain: #a3abb4; --flow: #3d6f8e; --right: #0a8f6a; --wrong: #d55e00;
            --a: #0072b2; --b: #d55e00; --c: #0a8f6a; --level: #6b7280;
            --good: #0a7d5d; --good-page: #fff; --doubt: #9a4a00; --doubt-page: #fff; }
          body { max-width: none; padding: 0; font-size: 1rem; print-color-adjust: exact;
            -webkit-print-color-adjust: exact; }
          svg .inside { fill: #fff; } nav { display: none; } .table { overflow: visible; }
          main > section[id] { border: 0; padding: 0; margin: 1.25rem 0; }
          .facts { margin-bottom: .5rem; }
          .pair { grid-template-columns: minmax(0, 11fr) minmax(0, 9fr); gap: 1.25rem; }
          .pair.charts { grid-template-columns: minmax(0, 7fr) minmax(0, 5fr); }
          th, td { padding: .2rem .6rem .2rem 0; } code { font-size: .8125rem; }
          footer { margin: 0; }
          .pair, tr, svg, .tiles { break-inside: avoid; } h2, h3, caption { break-after: avoid; } }

        """
}
