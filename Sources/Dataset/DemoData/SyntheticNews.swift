/// Synthetic news comments with synthetic votes, for trying things out and for tests.
///
/// Everything in the files is made up: the outlets do not exist, every title starts with `[합성]` ("synthetic"), and
/// every file's name starts with `synthetic-`. The layout is that of exports of Naver's news comments, so that the
/// same column map reads both: `press rankDate rank title contents sympathyCount antipathyCount replyCount regDate
/// oid aid`, separated by tabs, without quoting, in UTF-8.
///
/// ## The model
///
/// 1. An *article* has an outlet, a topic with two harmless sides (such as sauce poured over or beside the meat), an
///    excitement e ~ N(0, 0.35), a crowd size s = exp(g) with g ~ N(0, 0.5), and a leaning l ~ N(0, 0.03): how many
///    more than half would take the topic's first side.
/// 2. A *comment* has one to four sentences in four tones: divisive, kind, tiresome, plain. Its *heat* h is the sum of
///    the heats of its sentences and of words in them ("백배" heats, "조심스럽지만" cools), so the text carries the
///    signal, and no single word settles it.
/// 3. Its *latent controversy* is c = 1 / (1 + exp(−(1.7 h + e + d))), d ~ N(0, 1.5).
/// 4. Those who do not divide over it agree with it (share 0.91), or disagree where it is tiresome (share 0.09): its
///    pole p. The *agreement ratio* is r ~ Beta(m k, (1 − m) k) with mean m = c·(½ ± l) + (1 − c)·p and
///    concentration k = 10 + 20·|2c − 1|: what is neither hot nor cold is also the least certain.
/// 5. The *vote total* is heavy-tailed: n = ⌊X⌋, X ~ Pareto(smallest 10 s, exponent 1.1), at most 4,000;
///    ups ~ Binomial(n, r).
/// 6. About a fifth of the articles is ranked on a second night: its comments are seen again with counts that have
///    grown, and new ones come. About one row in nine is a removed comment with an empty text. About one text in
///    twelve is as untidy as real ones are: emoji, quotation marks, an address, a letter held down, Hangul taken apart
///    (NFD), HTML entities.
///
/// Equal arguments give equal bytes on every system. An article's comments depend on the seed and its number alone,
/// so asking for more articles only adds rows.
package struct SyntheticNews: Sendable {
    package static let defaultArticles = 220
    package static let defaultCommentsPerArticle = 42
    /// Numbers of articles that can be asked for.
    package static let articleRange = 1...20_000
    /// Mean numbers of comments to an article that can be asked for.
    package static let commentRange = 2...1_000

    private let seed: UInt64
    private let articles: Int
    private let commentsPerArticle: Int

    /// - Parameters:
    ///   - seed: equal seeds give equal files.
    ///   - articles: number of articles, in ``articleRange``.
    ///   - commentsPerArticle: mean number of comments with a text, in ``commentRange``. An article has between half
    ///     and one and a half times as many.
    package init(
        seed: UInt64 = 1, articles: Int = defaultArticles, commentsPerArticle: Int = defaultCommentsPerArticle
    ) {
        precondition(Self.articleRange.contains(articles), "articles outside \(Self.articleRange)")
        precondition(Self.commentRange.contains(commentsPerArticle), "comments outside \(Self.commentRange)")
        self.seed = seed
        self.articles = articles
        self.commentsPerArticle = commentsPerArticle
    }

    /// One file for each night, in the order of the nights.
    package func files() -> [(name: String, bytes: [UInt8])] {
        var ranks: [String: Int] = [:]
        var texts = [String](repeating: SyntheticRow.header, count: Night.all.count)
        for number in 0..<articles {
            let article = SyntheticArticle(seed: seed, number: number, meanComments: commentsPerArticle)
            for (night, rows) in article.nights {
                let rank = ranks["\(night) \(article.press)", default: 0] + 1
                ranks["\(night) \(article.press)"] = rank
                for row in rows { texts[night] += article.line(row, night: Night.all[night], rank: rank) }
            }
        }
        return zip(Night.all, texts).map { ("synthetic-\($0.compact).tsv", Array($1.utf8)) }
    }
}

/// A day on which the ranking was read.
struct Night {
    /// `YYYYMMDD`.
    var compact: String
    /// `YYYY-MM-DD`, of the day and of the day before.
    var date: String
    var dayBefore: String

    static let all = [
        Night(compact: "20260105", date: "2026-01-05", dayBefore: "2026-01-04"),
        Night(compact: "20260106", date: "2026-01-06", dayBefore: "2026-01-05"),
        Night(compact: "20260107", date: "2026-01-07", dayBefore: "2026-01-06"),
    ]
}
