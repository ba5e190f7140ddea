internal import LabelStudies
internal import SeededRandom
internal import VoteModel

/// Comments by article, those that an earlier cut knew apart from those that came since.
struct ArticleGroups {
    struct Row {
        var comment: Int64
        var votes: VoteCount
    }

    /// Whose comments, and whether they came since.
    private struct Key: Hashable {
        var article: Int64
        var isNew: Bool
    }

    /// Ids of comments that were known, in rising order.
    private let known: [ClosedRange<Int64>]
    private var counts: [Key: Int] = [:]
    /// The drawn groups by their place among ``rows``.
    private var placeOf: [Key: Int] = [:]
    private var rows: [[Row]] = []
    private var newGroups = 0

    init(_ known: [ClosedRange<Int64>]) { self.known = known }

    var newComments: Int { counts.reduce(0) { $0 + ($1.key.isNew ? $1.value : 0) } }
    var newArticles: Int { counts.keys.count(where: \.isNew) }

    private func forEach(_ table: DatasetColumns, _ body: (Int, Key) -> Void) {
        var range = known.partitioningIndex { $0.upperBound >= table.ids.first ?? 0 }
        for row in table.ids.indices {
            let id = table.ids[row]
            while range < known.count, known[range].upperBound < id { range += 1 }
            let isNew = !(range < known.count && known[range].contains(id))
            body(row, Key(article: table.articles[row], isNew: isNew))
        }
    }

    /// Counts the comments of a table, whose ids rise.
    mutating func count(_ table: DatasetColumns) {
        var counts = counts
        self.counts = [:]
        // Neighbors mostly come from one article.
        var last: (key: Key, comments: Int)?
        forEach(table) { _, key in
            if last?.key == key {
                last?.comments += 1
            } else {
                if let last { counts[last.key, default: 0] += last.comments }
                last = (key, 1)
            }
        }
        if let last { counts[last.key, default: 0] += last.comments }
        self.counts = counts
    }

    /// Draws articles of both kinds until each has comments enough.
    /// - Returns: `false` where one kind has fewer articles than it takes to tell anything.
    mutating func draw(enough: Int, seed: UInt64) -> Bool {
        let kinds = [newArticles, counts.count - newArticles]
        if kinds.contains(where: { $0 < DriftTest.fewestArticles }) { return false }
        var random = SplitMix64(seed: seed)
        for isNew in [true, false] {
            var keys = counts.keys.filter { $0.isNew == isNew }.sorted { $0.article < $1.article }
            keys.stableShuffle(using: &random)
            var comments = 0
            for key in keys where comments < enough {
                comments += counts[key] ?? 0
                placeOf[key] = placeOf.count
            }
            if isNew { newGroups = placeOf.count }
        }
        rows = Array(repeating: [], count: placeOf.count)
        return true
    }

    /// Takes the rows of the drawn articles from a table.
    mutating func collect(_ table: DatasetColumns) {
        var rows = rows
        self.rows = []
        var last: (key: Key, place: Int?)?
        forEach(table) { row, key in
            if last?.key != key { last = (key, placeOf[key]) }
            guard let place = last?.place else { return }
            rows[place].append(Row(comment: table.ids[row], votes: table.votes(row)))
        }
        self.rows = rows
    }

    /// The drawn articles that have comments which came since.
    var new: [[Row]] { Array(rows[..<newGroups]) }
    /// The drawn articles with those that were known.
    var old: [[Row]] { Array(rows[newGroups...]) }

    /// In rising order.
    var drawnComments: [Int64] { rows.flatMap { $0.map(\.comment) }.sorted() }
}
