/// The style sheet of charts, on a page that sets the colors and in files of their own.
package enum ChartStyle {
    package static let css = """
        svg { display: block; width: 100%; height: auto; font: 12px system-ui, -apple-system, "Segoe UI", Roboto,
          "Noto Sans", "Apple SD Gothic Neo", "Malgun Gothic", "Noto Sans CJK KR", "Noto Sans KR", sans-serif; }
        svg text { fill: var(--ink); font-variant-numeric: tabular-nums; }
        svg .tick, svg .title { fill: var(--soft); } svg .number { font-size: 18px; font-weight: 650; }
        svg .inside { fill: #fff; font-weight: 600; } @media (prefers-color-scheme: dark) {
          svg .inside { fill: #101214; } }
        svg line { stroke: var(--line); } svg .grid { stroke: var(--grid); } svg .axis { stroke: var(--soft); }
        svg .mark { stroke: var(--soft); stroke-dasharray: 2 4; }
        svg .level { stroke: var(--level); stroke-dasharray: 6 4; stroke-width: 1.5; }
        svg .curve { fill: none; stroke-width: 2.25; stroke-linejoin: round; stroke-linecap: round; }
        svg .curve.pale { stroke-width: 1; stroke-opacity: .35; } svg rect.pale { fill-opacity: .35; }
        svg .frame { fill: none; stroke: var(--ink); stroke-width: 2; } svg .frame.hot { stroke: var(--hot); }
        svg .frame.cool { stroke: var(--cool); } svg .wire { fill: none; stroke: var(--plain); stroke-width: 1.5; }
        .stroke-a { stroke: var(--a); } .stroke-b { stroke: var(--b); } .stroke-c { stroke: var(--c); }
        .fill-a { fill: var(--a); } .fill-b { fill: var(--b); } .fill-c { fill: var(--c); }
        .fill-hot { fill: var(--hot); } .fill-cool { fill: var(--cool); } .fill-plain { fill: var(--plain); }
        .fill-flow { fill: var(--flow); } .fill-level { fill: var(--level); } .ghost { fill: var(--grid); }
        .fill-right { fill: var(--right); } .fill-wrong { fill: var(--wrong); } svg .zone { fill-opacity: .1; }

        """

    /// The same with the colors of a light page in their places: few programs that show SVG know variables.
    static let picture = light.reduce(css) { $0.replacing("var(--\($1.key))", with: $1.value) }

    private static let light = [
        "ink": "#1c2024", "soft": "#5c646d", "line": "#dfe2e6", "grid": "#e8eaed", "hot": "#d55e00",
        "cool": "#0072b2", "plain": "#a3abb4", "flow": "#3d6f8e", "right": "#0a8f6a", "wrong": "#d55e00",
        "a": "#0072b2", "b": "#d55e00", "c": "#0a8f6a", "level": "#6b7280",
    ]
}
