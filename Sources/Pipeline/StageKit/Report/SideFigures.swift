/// A side of a split, as a stage reports it under `sides`.
package struct SideFigures: Hashable, Sendable {
    package var name: String
    package var controversial: Int
    package var uncontroversial: Int
    package var articles: Int?
    /// Rows that came with labels; `nil` for comments labeled by their votes.
    package var labeled: Labeled?
    package var total: Int { labeled?.rows ?? controversial + uncontroversial }
    /// Rows of the largest class.
    package var largest: Int {
        labeled.map { $0.classes.map(\.rows).max() ?? 0 } ?? max(controversial, uncontroversial)
    }

    /// The rows of a side, of which those of a class need not add up: one row may have several, or none.
    package struct Labeled: Hashable, Sendable {
        package struct Class: Hashable, Sendable {
            package var name: String
            package var rows: Int

            package init(name: String, rows: Int) {
                self.name = name
                self.rows = rows
            }
        }

        package var rows: Int
        package var classes: [Class]

        package init(rows: Int, classes: [Class]) {
            self.rows = rows
            self.classes = classes
        }
    }

    package init(
        name: String, controversial: Int, uncontroversial: Int, articles: Int?, labeled: Labeled? = nil
    ) {
        self.labeled = labeled
        self.name = name
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.articles = articles
    }

    /// The sides in the order of the rule, where the figures give it; others after by name.
    package static func all(_ figures: JSONValue) -> [SideFigures] {
        let told = figures.list("side_order").compactMap(\.stringValue)
        let order = told.isEmpty ? ["train", "dev", "test"] : told
        let members = figures["sides"]?.objectValue ?? [:]
        func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
        return members.keys.sorted { (rank($0), $0) < (rank($1), $1) }.map { name in
            let side = members[name] ?? .null
            return SideFigures(
                name: name, controversial: side.int("controversial") ?? 0,
                uncontroversial: side.int("uncontroversial") ?? 0, articles: side.int("articles"),
                labeled: side["classes"].map { _ in
                    Labeled(
                        rows: side.int("rows") ?? 0,
                        classes: side.list("classes").map {
                            .init(name: $0.text("name") ?? "–", rows: $0.int("rows") ?? 0)
                        })
                })
        }
    }

    /// What it is reported as.
    package var json: JSONValue {
        var members: [String: JSONValue]
        if let labeled {
            members = [
                "rows": .integer(labeled.rows),
                "classes": .array(
                    labeled.classes.map { ["name": .string($0.name), "rows": .integer($0.rows)] }),
            ]
        } else {
            members = [
                "controversial": .integer(controversial), "uncontroversial": .integer(uncontroversial),
            ]
        }
        members["articles"] = articles.map(JSONValue.integer)
        return .object(members)
    }
}
