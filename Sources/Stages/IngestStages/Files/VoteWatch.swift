internal import TextBasics

/// Whether a column that is read as votes can hold votes on comments. It cannot where it tells of articles, such as a
/// rank, or counts rows, such as a number: then it has one value for all comments of an article, or never the same value
/// twice.
struct VoteWatch {
    /// Comments of one article that stand together, by which it is judged.
    private static let fewestComments = 5
    private static let fewestArticles = 5
    /// Rows without any value twice that are no chance.
    private static let fewestNumbers = 1_000

    private var article: [UInt8] = []
    private var comments = 0
    private var value: Int32 = 0
    private var isConstant = true
    /// Articles with comments enough, and those of them whose comments all have one value that is not 0.
    private var articles = 0
    private var constant = 0
    private var constants: (lowest: Int32, highest: Int32) = (.max, .min)
    /// `nil` once a value came twice.
    private var seen: Set<Int32>? = []

    /// Looks at a row; those of one article are expected to stand together.
    mutating func add(_ votes: Int32, article: UnsafeRawBufferPointer) {
        if seen?.count ?? Self.fewestNumbers < Self.fewestNumbers, seen?.insert(votes).inserted == false {
            seen = nil
        }
        if comments > 0, article.elementsEqual(self.article) {
            comments += 1
            if votes != value { isConstant = false }
            return
        }
        close()
        self.article = Array(article)
        (comments, value, isConstant) = (1, votes, true)
    }

    private mutating func close() {
        guard comments >= Self.fewestComments else { return }
        articles += 1
        guard isConstant, value != 0 else { return }
        constant += 1
        constants = (min(constants.lowest, value), max(constants.highest, value))
    }

    /// What the column holds instead of votes, in words; `nil` if it may hold votes.
    func verdict() -> String? {
        var last = self
        last.close()
        if last.articles >= Self.fewestArticles, last.constant * 20 >= last.articles * 19,
            last.constants.lowest < last.constants.highest
        {
            return
                "all comments of an article have the same value, in \(last.constant) of \(last.articles) articles"
        }
        guard let seen, seen.count >= Self.fewestNumbers else { return nil }
        return "none of its first \(Counts.grouped(seen.count)) rows has a value that another has"
    }
}
