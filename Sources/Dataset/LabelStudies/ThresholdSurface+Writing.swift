internal import JSON
internal import Labeling
package import TableFormat
internal import VoteModel

extension ThresholdSurface {
    /// The surface as a tab-separated table, one line for each cell, in the order of ``cells``.
    ///
    /// Columns: min_votes, band_low, band_high, then the comments by verdict (controversial, uncontroversial, in_between,
    /// too_few_votes, unsure, unsettled), abstain_share, balance, and gained, lost, turned where there is a set to
    /// compare with. A source's own counts follow as `controversial:NAME` and `uncontroversial:NAME`.
    ///
    /// - Throws: `TableError` where a source's name cannot be in a table.
    package func tsv() throws(TableError) -> [UInt8] {
        let verdicts: [Verdict] = [.controversial, .uncontroversial] + Verdict.allCases.dropFirst(2)
        var columns =
            ["min_votes", "band_low", "band_high"] + verdicts.map(\.name) + ["abstain_share", "balance"]
        if compared > 0 { columns += ["gained", "lost", "turned"] }
        for source in sources { columns += ["controversial:\(source)", "uncontroversial:\(source)"] }
        var writer = try TableWriter(.tsv, columns: columns)
        for cell in cells {
            writer.number(cell.minVotes)
            writer.number(cell.band.lowerBound)
            writer.number(cell.band.upperBound)
            for verdict in verdicts { writer.number(cell.counts[verdict]) }
            writer.number(cell.counts.abstainShare)
            if let balance = cell.counts.balance { writer.number(balance) } else { writer.missing() }
            if let flips = cell.flips {
                for count in [flips.gained, flips.lost, flips.turned] { writer.number(count) }
            }
            for counts in sources.isEmpty ? [] : cell.bySource {
                writer.number(counts[.controversial])
                writer.number(counts[.uncontroversial])
            }
            writer.endRow()
        }
        return writer.bytes
    }

    /// The surface as JSON, format `splitvote-surface` version 1; `schemas/surface.schema.json` describes it.
    ///
    /// - Parameter reference: id of the label set compared with.
    package func json(reference: String? = nil) -> [UInt8] {
        node(reference: reference).encoded(indented: false) + [0x0A]
    }

    private func node(reference: String?) -> JSONValue {
        .object([
            JSONMember("format", .string("splitvote-surface")),
            JSONMember("version", .integer(1)),
            JSONMember("comments", .integer(comments)),
            JSONMember("rule", ruleNode),
            JSONMember(
                "reference",
                compared == 0
                    ? .null
                    : .object([
                        JSONMember("label_set", reference.map(JSONValue.string) ?? .null),
                        JSONMember("comments", .integer(compared)),
                    ])),
            JSONMember("sources", .array(sources.map(JSONValue.string))),
            JSONMember("min_votes", .array(axes.minVotes.map(JSONValue.integer))),
            JSONMember("bands", .array(axes.bands.map(Self.node))),
            JSONMember("cells", .array(cells.map(node))),
        ])
    }

    private var ruleNode: JSONValue {
        .object([
            JSONMember("at_most", Self.number(rule.uncontroversial.atMost)),
            JSONMember("at_least", Self.number(rule.uncontroversial.atLeast)),
            JSONMember("confidence", rule.confidence.map(Self.number) ?? .null),
        ])
    }

    private func node(_ cell: Cell) -> JSONValue {
        var members = [
            JSONMember("min_votes", .integer(cell.minVotes)), JSONMember("band", Self.node(cell.band)),
        ]
        members += Verdict.allCases.map { JSONMember($0.name, .integer(cell.counts[$0])) }
        members.append(
            JSONMember(
                "flips",
                cell.flips.map { flips in
                    .object([
                        JSONMember("gained", .integer(flips.gained)),
                        JSONMember("lost", .integer(flips.lost)),
                        JSONMember("turned", .integer(flips.turned)),
                    ])
                } ?? .null))
        members.append(
            JSONMember(
                "sources",
                .array(
                    (sources.isEmpty ? [] : cell.bySource).map { counts in
                        .object([
                            JSONMember("controversial", .integer(counts[.controversial])),
                            JSONMember("uncontroversial", .integer(counts[.uncontroversial])),
                            JSONMember("abstained", .integer(counts.all - counts.labeled)),
                        ])
                    })))
        return .object(members)
    }

    private static func node(_ band: ClosedRange<Double>) -> JSONValue {
        .array([number(band.lowerBound), number(band.upperBound)])
    }

    private static func number(_ value: Double) -> JSONValue { .number("\(value)") }
}
