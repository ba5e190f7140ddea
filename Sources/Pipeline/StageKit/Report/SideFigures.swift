/// A side of a split, as a stage reports it under `sides`.
package struct SideFigures: Hashable, Sendable {
    package var name: String
    package var controversial: Int
    package var uncontroversial: Int
    package var articles: Int?
    package var total: Int { controversial + uncontroversial }

    package init(name: String, controversial: Int, uncontroversial: Int, articles: Int?) {
        self.name = name
        self.controversial = controversial
        self.uncontroversial = uncontroversial
        self.articles = articles
    }

    /// The sides in the order of the rule, where the figures tell it; others after by name.
    package static func all(_ figures: JSONValue) -> [SideFigures] {
        let told = figures.list("side_order").compactMap(\.stringValue)
        let order = told.isEmpty ? ["train", "dev", "test"] : told
        let members = figures["sides"]?.objectValue ?? [:]
        func rank(_ name: String) -> Int { order.firstIndex(of: name) ?? order.count }
        return members.keys.sorted { (rank($0), $0) < (rank($1), $1) }.map { name in
            let side = members[name] ?? .null
            return SideFigures(
                name: name, controversial: side.int("controversial") ?? 0,
                uncontroversial: side.int("uncontroversial") ?? 0, articles: side.int("articles"))
        }
    }

    /// What it is reported as.
    package var json: JSONValue {
        var members: [String: JSONValue] = [
            "controversial": .integer(controversial), "uncontroversial": .integer(uncontroversial),
        ]
        members["articles"] = articles.map(JSONValue.integer)
        return .object(members)
    }
}
