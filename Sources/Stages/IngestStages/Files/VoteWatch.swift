internal import TextBasics

/// Whether the columns that are read as votes can hold votes on comments. A column cannot where it tells of articles, such
/// as a rank, or counts rows, such as a number: then it has one value for all comments of an article, or never the same
/// value twice.
struct VoteWatch {
    /// Comments of one article that stand together, by which it is judged.
    private static let fewestComments = 5
    private static let fewestArticles = 5
    /// Rows without any value twice that are no chance.
    private static let fewestNumbers = 1_000

    /// What is known of a column.
    private struct Column {
        /// That of the article's first comment, and whether all have it.
        var value: Int32 = 0
        var isConstant = true
        /// Articles whose comments all have one value that is not 0, and the range of these values.
        var constant = 0
        var constants: (lowest: Int32, highest: Int32) = (.max, .min)
        /// `nil` once a value came twice.
        var seen: Set<Int32>? = []

        mutating func add(_ votes: Int32, isFirst: Bool) {
            let isOpen = (seen?.count ?? .max) < VoteWatch.fewestNumbers
            if isOpen, seen?.insert(votes).inserted == false {
                seen = nil
            }
            if isFirst {
                (value, isConstant) = (votes, true)
            } else if votes != value {
                isConstant = false
            }
        }

        mutating func close() {
            guard isConstant, value != 0 else { return }
            constant += 1
            constants = (min(constants.lowest, value), max(constants.highest, value))
        }
    }

    private var article: [UInt8] = []
    private var comments = 0
    /// Articles with comments enough.
    private var articles = 0
    private var ups = Column()
    private var downs = Column()

    /// Looks at a row; those of one article are expected to stand together.
    mutating func add(up: Int32, down: Int32, article: UnsafeRawBufferPointer) {
        let isFirst = comments == 0 || !article.elementsEqual(self.article)
        if isFirst {
            close()
            self.article.removeAll(keepingCapacity: true)
            self.article.append(contentsOf: article)
            comments = 0
        }
        comments += 1
        ups.add(up, isFirst: isFirst)
        downs.add(down, isFirst: isFirst)
    }

    private mutating func close() {
        guard comments >= Self.fewestComments else { return }
        articles += 1
        ups.close()
        downs.close()
    }

    /// What the columns hold instead of votes, in words; `nil` for one that may hold votes.
    var verdicts: (up: String?, down: String?) {
        var ended = self
        ended.close()
        return (ended.verdict(ended.ups), ended.verdict(ended.downs))
    }

    private func verdict(_ column: Column) -> String? {
        if articles >= Self.fewestArticles, column.constant * 20 >= articles * 19,
            column.constants.lowest < column.constants.highest
        {
            return
                "all comments of an article have the same value, in \(column.constant) of \(articles) articles"
        }
        guard let seen = column.seen, seen.count >= Self.fewestNumbers else { return nil }
        return "none of its first \(Counts.grouped(seen.count)) rows has a value that another has"
    }
}
