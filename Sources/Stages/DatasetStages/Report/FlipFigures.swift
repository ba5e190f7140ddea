internal import LabelStudies
package import StageKit

/// Two label sets side by side, as plain numbers.
package struct FlipFigures: Hashable, Sendable {
    /// Ids of the sets.
    package var old: String
    package var new: String
    /// Comments by state in the old set (rows), then in the new one; four rows of four, in the order of `LabelState`.
    package var table: [[Int]]
    /// Flips by cause, in the order to show them.
    package var causes: [Count]
    /// Comments that the old set did not know, by new state: controversial, uncontroversial, abstained.
    package var newComments: [Int]
    /// The articles with the most flips, most first.
    package var articles: [Count]

    /// A name with a number.
    package struct Count: Hashable, Sendable {
        package var name: String
        package var count: Int

        package init(_ name: String, _ count: Int) {
            self.name = name
            self.count = count
        }
    }

    package init(
        old: String, new: String, table: [[Int]], causes: [Count], newComments: [Int], articles: [Count] = []
    ) {
        self.old = old
        self.new = new
        self.table = table
        self.causes = causes
        self.newComments = newComments
        self.articles = articles
    }

    /// Reads format `splitvote-label-diff` version 1; `nil` for anything else.
    package init?(_ json: JSONValue) {
        let table = json.list("table").map { ($0.arrayValue ?? []).compactMap(\.intValue) }
        let newComments = json.list("new_comments").compactMap(\.intValue)
        guard json.text("format") == "splitvote-label-diff", json.int("version") == 1,
            let old = json.text("old"), let new = json.text("new"), table.map(\.count) == [4, 4, 4, 4],
            newComments.count == 3
        else { return nil }
        self.init(
            old: old, new: new, table: table,
            causes: FlipCause.allCases.compactMap { cause in
                json["causes"]?.int(cause.rawValue).map { Count(cause.rawValue, $0) }
            },
            newComments: newComments,
            articles: json.list("articles").compactMap { entry in
                guard let name = entry.text("article"), let flips = entry.int("flips") else { return nil }
                return Count(name, flips)
            })
    }

    /// Flips in total.
    package var flips: Int { causes.reduce(0) { $0 + $1.count } }
}
