package import Charts
internal import StageKit

/// Other thresholds, and what they would label.
package enum SurfaceSection {
    private static let width = 760.0
    private static let gap = 14.0

    /// The section's markup, heading left out.
    package static func markup(_ facts: SurfaceFigures) -> Markup {
        section(facts).parts.reduce(Markup(trusted: ""), +)
    }

    static func section(_ facts: SurfaceFigures) -> ReportSection {
        let text =
            "What the same \(Numbers.grouped(facts.comments)) comments would be called under other thresholds: each "
            + "column asks for so many votes, each row calls so much agreement controversial, all bounds included."
            + (facts.place == nil ? "" : " The rule in force is framed.")
        let picture = Drawing.markup(
            id: "surface", title: "Thresholds and labels", description: description(facts), width: width
        ) { drawing(facts, width: $0) }
        return ReportSection(
            id: "surface", title: "Other thresholds", parts: [ReportSection.paragraph(text), picture])
    }

    /// The picture as a standalone file.
    static func file(_ facts: SurfaceFigures) -> Markup {
        let drawing = drawing(facts, width: width)
        let margin = 20.0
        let width = drawing.width + 2 * margin
        let height = drawing.height + 2 * margin
        let inner = drawing.markup(
            id: "surface", title: "Thresholds and labels", description: description(facts))
        let size = "width=\"\(Drawing.text(width))\" height=\"\(Drawing.text(height))\""
        let box = "viewBox=\"0 0 \(Drawing.text(width)) \(Drawing.text(height))\""
        // The inner picture keeps its own coordinates; the outer one is its page.
        let place =
            "x=\"\(Drawing.text(margin))\" y=\"\(Drawing.text(margin))\" width=\"\(Drawing.text(drawing.width))\" "
            + "height=\"\(Drawing.text(drawing.height))\""
        let placed = "<svg \(place) " + inner.html.dropFirst("<svg ".count)
        return Markup(
            trusted: "<svg xmlns=\"http://www.w3.org/2000/svg\" \(size) \(box)>\n<style>\n\(style)</style>\n"
                + "<rect class=\"page\" width=\"100%\" height=\"100%\"/>\n\(placed)</svg>\n")
    }

    private static func drawing(_ facts: SurfaceFigures, width: Double) -> Drawing {
        let maps = maps(facts)
        let height = maps.reduce(0) { $0 + $1.height } + gap * Double(max(0, maps.count - 1))
        var drawing = Drawing(width: width, height: height)
        var top = 0.0
        for map in maps {
            map.draw(into: &drawing, top: top, width: width)
            top += map.height + gap
        }
        return drawing
    }

    private static func maps(_ facts: SurfaceFigures) -> [HeatMap] {
        let balance = zip(facts.controversial, facts.uncontroversial).map { split, agreed in
            zip(split, agreed).map { $0 + $1 == 0 ? nil : Double($0) / Double($0 + $1) }
        }
        var maps = [
            map(facts, "Comments called controversial", "fill-hot", counts(facts.controversial)),
            map(facts, "Comments called uncontroversial", "fill-cool", counts(facts.uncontroversial)),
        ]
        var share = map(facts, "Share of the labeled that is controversial", "fill-c", balance)
        share.full = 1
        share.short = { "\(Int(($0 * 100).rounded()))%" }
        share.long = { Numbers.percent($0) }
        maps.append(share)
        if let flips = facts.flips {
            maps.append(
                map(facts, "Labels unlike those of the set compared with", "fill-flow", counts(flips)))
        }
        return maps
    }

    private static func counts(_ values: [[Int]]) -> [[Double?]] { values.map { $0.map(Double.init) } }

    private static func map(_ facts: SurfaceFigures, _ title: String, _ style: String, _ values: [[Double?]])
        -> HeatMap
    {
        HeatMap(
            title: title, style: style, columns: facts.minVotes.map(Numbers.grouped),
            columnTitle: "fewest votes",
            rows: facts.bands.map(text), rowTitle: "ratios", values: values,
            full: values.joined().compactMap { $0 }.max() ?? 0, short: Numbers.compact,
            long: { Numbers.grouped(Int($0)) }, framed: facts.place)
    }

    private static func text(_ band: ClosedRange<Double>) -> String {
        "\(Numbers.trimmed(band.lowerBound, 4)) – \(Numbers.trimmed(band.upperBound, 4))"
    }

    private static func description(_ facts: SurfaceFigures) -> String {
        guard let first = facts.controversial.first?.first, let last = facts.controversial.last?.last,
            let band = facts.bands.first, let end = facts.bands.last, let votes = facts.minVotes.first,
            let most = facts.minVotes.last
        else { return "No thresholds were tried." }
        return
            "Heat maps of \(facts.minVotes.count * facts.bands.count) pairs of thresholds. With \(votes) votes and "
            + "ratios of \(text(band)), \(Numbers.grouped(first)) comments are controversial; with \(most) votes and "
            + "\(text(end)), \(Numbers.grouped(last))."
    }

    private static let style = """
        svg { color-scheme: light dark; font: 12px system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", sans-serif; }
        .page { fill: #ffffff; } .frame { fill: none; stroke: #1c2024; stroke-width: 2; } text { fill: #1c2024; font-variant-numeric: tabular-nums; }
        .tick, .title { fill: #5c646d; } .value { font-weight: 650; } .ghost { fill: #e8eaed; }
        .fill-hot { fill: #d55e00; } .fill-cool { fill: #0072b2; } .fill-c { fill: #0a8f6a; } .fill-flow { fill: #3d6f8e; }
        @media (prefers-color-scheme: dark) {
          .page { fill: #1c2024; } .frame { stroke: #e7e9ec; } text { fill: #e7e9ec; } .tick, .title { fill: #a2abb5; } .ghost { fill: #2b3037; }
          .fill-hot { fill: #f08a3c; } .fill-cool { fill: #56a9e0; } .fill-c { fill: #3cc79b; } .fill-flow { fill: #6fa5c6; }
        }

        """
}
