internal import SeededRandom

/// One row of a file, without the columns that belong to the article.
struct SyntheticRow {
    static let header =
        "press\trankDate\trank\ttitle\tcontents\tsympathyCount\tantipathyCount\treplyCount\tregDate\toid\taid\n"

    var contents: String
    var ups: Int
    var downs: Int
    var replies: Int
    var regDate: String
}

/// An article with its comments as they were seen on one night or two.
struct SyntheticArticle {
    let press: String
    let outletNumber: String
    let articleNumber: String
    let title: String
    /// Rows by night (index into ``Night/all``).
    private(set) var nights: [(night: Int, rows: [SyntheticRow])] = []
    private let excitement: Double
    private let crowd: Double
    private let leaning: Double

    init(seed: UInt64, number: Int, meanComments: Int) {
        var random = Draws(seed: SplitMix64.mix(seed) ^ SplitMix64.mix(UInt64(number) &+ 0x5EED))
        let topic = Topic.all[number % Topic.all.count]
        (press, outletNumber) = random.pick(Topic.outlets)
        articleNumber = String(String(10_000_000_000 + 7_000_001 + number * 13).dropFirst())
        title = "[합성] \(random.pick(topic.headlines))"
        excitement = 0.35 * random.normal()
        crowd = PortableMath.exp(1.5 * random.normal())
        leaning = 0.03 * random.normal()

        let firstNight = number % Night.all.count
        let isRankedTwice = firstNight + 1 < Night.all.count && random.chance(0.3)
        let count = max(1, meanComments / 2 + random.below(meanComments + 1))
        var first: [SyntheticRow] = []
        var second: [SyntheticRow] = []
        var texts: Set<String> = []
        let composer = CommentComposer(topic: topic)
        for _ in 0..<count {
            let (comment, text) = Self.unusedComment(of: composer, texts: &texts, using: &random)
            let isLate = isRankedTwice && random.chance(0.15)
            let counted = votes(for: comment, using: &random)
            let night = Night.all[isLate ? firstNight + 1 : firstNight]
            let regDate = random.chance(0.7) ? night.date : night.dayBefore
            let row = { (votes: VotesSeen) in
                SyntheticRow(
                    contents: text, ups: votes.ups, downs: votes.downs, replies: votes.replies,
                    regDate: regDate)
            }
            if !isLate { first.append(row(isRankedTwice ? counted.early : counted.late)) }
            if isRankedTwice { second.append(row(counted.late)) }
            if random.chance(0.125) {
                let removed = SyntheticRow(
                    contents: "", ups: random.below(4), downs: random.below(3), replies: 0, regDate: regDate)
                if !isLate { first.append(removed) }
                if isRankedTwice { second.append(removed) }
            }
        }
        nights = [(firstNight, first)] + (isRankedTwice ? [(firstNight + 1, second)] : [])
    }

    /// The row as a line of the file, line feed included.
    func line(_ row: SyntheticRow, night: Night, rank: Int) -> String {
        let columns = [
            press, night.compact, String(rank), title, row.contents, String(row.ups), String(row.downs),
            String(row.replies), row.regDate, outletNumber, articleNumber,
        ]
        return columns.joined(separator: "\t") + "\n"
    }

    /// A comment whose text this article does not have yet, for as long as one is found in twenty draws.
    private static func unusedComment(
        of composer: CommentComposer, texts: inout Set<String>, using random: inout Draws
    ) -> (CommentComposer.Comment, String) {
        var comment = composer.compose(using: &random)
        for _ in 0..<20 {
            if texts.insert(comment.text).inserted { break }
            comment = composer.compose(using: &random)
        }
        return (comment, Untidiness.apply(to: comment.text, using: &random))
    }
}

/// Counts of one comment at one observation.
struct VotesSeen {
    var ups = 0
    var downs = 0
    var replies = 0
}

extension SyntheticArticle {
    /// The votes at the end, and what a part of the voters had given by the first night.
    private func votes(
        for comment: CommentComposer.Comment, using random: inout Draws
    ) -> (early: VotesSeen, late: VotesSeen) {
        let controversy = PortableMath.logistic(1.7 * comment.heat + excitement + 1.5 * random.normal())
        let divided = 0.5 + (comment.takesFirstSide ? leaning : -leaning)
        let pole = comment.isTiresome ? 0.09 : 0.91
        let ratio = random.beta(
            mean: controversy * divided + (1 - controversy) * pole,
            concentration: 10 + 20 * abs(2 * controversy - 1))
        let total = min(4_000, Int(min(1e6, random.pareto(smallest: 10 * crowd, exponent: 1.1))))
        let seenEarly = Int(Double(total) * (0.4 + 0.5 * random.unit()))
        var early = VotesSeen()
        var late = VotesSeen()
        for voter in 0..<total {
            if random.chance(ratio) { late.ups += 1 } else { late.downs += 1 }
            if voter == seenEarly - 1 { early = late }
        }
        late.replies = Int(Double(total) * 0.05 * controversy * random.unit())
        early.replies = late.replies / 2
        return (early, late)
    }
}
