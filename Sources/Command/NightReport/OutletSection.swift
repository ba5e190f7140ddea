internal import Charts
internal import RunStore
internal import VoteModel

/// Labels by outlet and month.
enum OutletSection {
    private static let mostOutlets = 15
    private static let mostMonths = 12

    private struct Cell {
        var comments = 0
        var labeled = 0
        var controversial = 0

        mutating func add(_ group: LabelGroup) {
            comments += group.comments
            if group.verdict.classIndex != nil { labeled += group.comments }
            if group.verdict == .controversial { controversial += group.comments }
        }

        var share: Double? { labeled > 0 ? Double(controversial) / Double(labeled) : nil }
    }

    /// `nil` if there is but one outlet and one month, or none.
    static func section(_ groups: [LabelGroup]) -> ReportSection? {
        var cells: [String: [String: Cell]] = [:]
        var outlets: [String: Cell] = [:]
        var months: Set<String> = []
        for group in groups {
            let (outlet, month) = (group.outlet ?? "no outlet", group.month ?? "no date")
            cells[outlet, default: [:]][month, default: Cell()].add(group)
            outlets[outlet, default: Cell()].add(group)
            months.insert(month)
        }
        guard outlets.count > 1 || months.count > 1 else { return nil }
        let ranked = outlets.sorted { (-$0.value.comments, $0.key) < (-$1.value.comments, $1.key) }
        let shown = ranked.prefix(mostOutlets).map(\.key)
        let columns = Array(months.sorted().suffix(mostMonths))
        let values = shown.map { outlet in columns.map { cells[outlet]?[$0] ?? Cell() } }
        return ReportSection(
            id: "outlets", title: "Outlets and months",
            parts: [
                ReportSection.paragraph(sentence(outlets.count, months.count, shown, columns)),
                picture(shown, columns, values), table(ranked.map { ($0.key, $0.value) }),
            ])
    }

    private static func sentence(
        _ outlets: Int, _ months: Int, _ shown: [String], _ columns: [String]
    ) -> String {
        var words =
            "Labeled comments of the live label set by outlet and by the month in which they were written"
        words += ", and which share of them is controversial."
        if outlets > shown.count {
            words +=
                " The picture has the \(shown.count) outlets with the most comments of \(Numbers.grouped(outlets))"
            words += months > columns.count ? " and the last \(columns.count) of \(months) months." : "."
        } else if months > columns.count {
            words += " The picture has the last \(columns.count) of \(months) months."
        }
        return words
    }

    private static func picture(_ outlets: [String], _ months: [String], _ cells: [[Cell]]) -> Markup {
        let most = cells.joined().map(\.labeled).max() ?? 0
        let labeled = HeatMap(
            title: "Labeled comments", style: "fill-flow", columns: months, columnTitle: "month",
            rows: outlets, rowTitle: "outlet",
            values: cells.map { $0.map { $0.comments > 0 ? Double($0.labeled) : nil } }, full: Double(most),
            short: { Numbers.compact($0) }, long: { Numbers.grouped(Int($0)) })
        let shares = HeatMap(
            title: "Share of the labeled that is controversial", style: "fill-hot", columns: months,
            columnTitle: "month", rows: outlets, rowTitle: "outlet", values: cells.map { $0.map(\.share) },
            full: 1, short: { "\(Int(($0 * 100).rounded()))%" }, long: { Numbers.percent($0) })
        return Drawing.markup(
            id: "outlets", title: "Labels by outlet and month",
            description:
                "Two heat maps of \(outlets.count) outlets and \(months.count) months; the table gives the "
                + "sums by outlet.", width: 760
        ) { width in
            let gap = 14.0
            var drawing = Drawing(width: width, height: labeled.height + gap + shares.height)
            labeled.draw(into: &drawing, top: 0, width: width)
            shares.draw(into: &drawing, top: labeled.height + gap, width: width)
            return drawing
        }
    }

    private static func table(_ outlets: [(name: String, cell: Cell)]) -> Markup {
        let rest = outlets.dropFirst(mostOutlets)
        var rows = outlets.prefix(mostOutlets).map { ($0.name, $0.cell) }
        if !rest.isEmpty {
            var sum = Cell()
            for outlet in rest {
                sum.comments += outlet.cell.comments
                sum.labeled += outlet.cell.labeled
                sum.controversial += outlet.cell.controversial
            }
            rows.append(("\(Numbers.grouped(rest.count)) others", sum))
        }
        return Table(
            caption: "Labels by outlet",
            head: ["Outlet", "Comments", "Labeled", "Controversial", "Share of the labeled"],
            rows: rows.map { name, cell in
                [
                    .text(name), .count(cell.comments), .count(cell.labeled), .count(cell.controversial),
                    .number(cell.share.map { Numbers.percent($0) } ?? "–"),
                ]
            }
        ).markup()
    }
}
