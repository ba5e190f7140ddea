/// A side of a split, as a stage reports it under `sides`.
package struct SideFigures: Hashable, Sendable {
    package var name: String
    package var controversial: Int
    package var uncontroversial: Int
    package var articles: Int?
    /// Rows that came with labels; `nil` for comments labeled by their votes.
    package var labeled: ClassRows?
    package var total: Int { labeled?.rows ?? controversial + uncontroversial }
    /// Rows of the largest class.
    package var largest: Int {
        labeled.map { $0.classes.map(\.rows).max() ?? 0 } ?? max(controversial, uncontroversial)
    }

    /// The rows of a side, of which those of a class need not add up: one row may have several, or none.
    package struct ClassRows: Hashable, Sendable {
        package var rows: Int
        package var classes: [ClassCount]

        package init(rows: Int, classes: [ClassCount]) {
            self.rows = rows
            self.classes = classes
        }
    }

    package init(
        name: String, controversial: Int, uncontroversial: Int, articles: Int?, labeled: ClassRows? = nil
    ) {
        self.labeled = labeled
        self.name = name
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.articles = articles
    }
}

/// How many rows are of a class.
package struct ClassCount: JSONRecord {
    package var name: String?
    package var count: Int?
    package var rows: Int { count ?? 0 }

    package init() {}

    package init(name: String, rows: Int) {
        self.name = name
        count = rows
    }

    package static let fields: [JSONField<ClassCount>] = [
        JSONField("name", \.name), JSONField("rows", \.count),
    ]
}

/// The sides of a split, as a stage reports them whatever its kind.
package struct SidesFigures: KindFigures {
    /// The sides by their names.
    private var members: [String: Member]?
    /// Names of the sides as the rule has them; those without a rule come in the order of training, choosing, testing.
    private var order: [String]?

    package init() {}

    package init(_ sides: [SideFigures]) {
        members = Dictionary(sides.map { ($0.name, Member($0)) }) { $1 }
        order = sides.map(\.name)
    }

    package static let fields: [JSONField<SidesFigures>] = [
        JSONField("sides", \.members), JSONField("side_order", \.order),
    ]

    /// Whether a stage made sides.
    package var areGiven: Bool { members != nil }

    /// The sides in the order of the rule, where the figures give it; others after by name.
    package var all: [SideFigures] {
        let told = order ?? []
        let order = told.isEmpty ? ["train", "dev", "test"] : told
        func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
        return (members ?? [:]).sorted { (rank($0.key), $0.key) < (rank($1.key), $1.key) }.map { name, side in
            SideFigures(
                name: name, controversial: side.controversial ?? 0,
                uncontroversial: side.uncontroversial ?? 0, articles: side.articles,
                labeled: side.classes.map { .init(rows: side.rows ?? 0, classes: $0) })
        }
    }

    /// What is reported of a side: counts of the two labels, or of rows and classes.
    private struct Member: JSONRecord {
        var controversial: Int?
        var uncontroversial: Int?
        var rows: Int?
        var classes: [ClassCount]?
        var articles: Int?

        init() {}

        init(_ side: SideFigures) {
            articles = side.articles
            if let labeled = side.labeled {
                (rows, classes) = (labeled.rows, labeled.classes)
            } else {
                (controversial, uncontroversial) = (side.controversial, side.uncontroversial)
            }
        }

        static let fields: [JSONField<Member>] = [
            JSONField("controversial", \.controversial), JSONField("uncontroversial", \.uncontroversial),
            JSONField("rows", \.rows), JSONField("classes", \.classes), JSONField("articles", \.articles),
        ]
    }
}

extension SidesFigures {
    /// How many rows are on each side: a family of figures, such as `rows.train`.
    package static let rows = Figure("rows", "comments on a side, as in rows.train")

    /// The sides that a stage reports the rows of, in the order of these names of figures.
    package static func sides(in figures: [String]) -> [String] {
        let start = rows.name + "."
        return figures.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    }
}
