internal import LabelStudies
internal import SeededRandom
internal import StageKit
internal import TextBasics
internal import VoteModel

/// Whether the comments that came since the stage's last result are like those before.
///
/// Where there are many, articles are drawn from both, so that it takes hundredths of a second whatever the size. Nothing is
/// compared in a stage's first run, nor where no comments came, nor where the ledger no longer says what it said then.
struct LabelDrift {
    /// In what comments are compared.
    enum Respect: CaseIterable {
        case votes, ratio, lengths, outlets

        var words: String {
            switch self {
            case .votes: "numbers of votes"
            case .ratio: "shares of up-votes"
            case .lengths: "lengths"
            case .outlets: "outlets"
            }
        }
    }

    private(set) var tests: [Respect: DriftTest] = [:]
    /// Comments and articles that came since, whether compared or not.
    private(set) var comments = 0
    private(set) var articles = 0

    /// Comments of a group from which on no further article is drawn.
    private static let enough = 5_000
    private static let seed: UInt64 = 0x6472_6966_74

    init(
        _ rows: JudgedRows, _ facts: DatasetFacts, minVotes: Int, _ context: StageContext
    ) throws {
        guard let last = try context.latestLocator(of: "labels").flatMap(LedgerCut.init(locator:)),
            last.position < facts.cut.position,
            let known = try context.ledger.changes(from: last, to: facts.cut, votes: false)?.known
        else { return }
        var groups = ArticleGroups(known)
        try rows.forEachTable { groups.count($0) }
        comments = groups.newComments
        articles = groups.newArticles
        guard groups.draw(enough: Self.enough, seed: Self.seed) else { return }
        try rows.forEachTable { groups.collect($0) }
        compare(groups, minVotes: minVotes)
        try compareTexts(groups, facts, context)
    }

    private mutating func compare(_ groups: ArticleGroups, minVotes: Int) {
        test(.votes, groups, classes: DriftClasses.doublingClasses) { row in
            DriftClasses.doubling(row.votes.total)
        }
        test(.ratio, groups, classes: DriftClasses.tenths) { row in
            row.votes.total < minVotes ? nil : row.votes.agreementRatio.map(DriftClasses.tenth)
        }
    }

    /// Reads the texts of the drawn comments, and where they appeared.
    private mutating func compareTexts(
        _ groups: ArticleGroups, _ facts: DatasetFacts, _ context: StageContext
    ) throws {
        var lengths: [Int64: Int] = [:]
        var outlets: [Int64: Int] = [:]
        var numbers: [String: Int] = [:]
        try context.ledger.scan(
            facts.cut, fields: [.key, .text, .articleFacts], selection: .ids(groups.drawnComments)
        ) { comment in
            lengths[comment.id] = DriftClasses.doubling(comment.text.count { $0 & 0xC0 != 0x80 })
            let name =
                String(decoding: comment.source, as: UTF8.self) + "\u{1F}"
                + (comment.articleOutlet.map { String(decoding: $0, as: UTF8.self) } ?? "")
            let number = numbers[name] ?? numbers.count
            numbers[name] = number
            outlets[comment.id] = number
        }
        test(.lengths, groups, classes: DriftClasses.doublingClasses) { lengths[$0.comment] }
        test(.outlets, groups, classes: numbers.count) { outlets[$0.comment] }
    }

    private mutating func test(
        _ respect: Respect, _ groups: ArticleGroups, classes: Int, _ classOf: (ArticleGroups.Row) -> Int?
    ) {
        func classed(_ articles: [[ArticleGroups.Row]]) -> [[Int]] { articles.map { $0.compactMap(classOf) } }
        tests[respect] = DriftTest(
            new: classed(groups.new), old: classed(groups.old), classes: classes, seed: Self.seed)
    }

    /// Respects in which more differs than by chance.
    var beyondNoise: [Respect] { Respect.allCases.filter { tests[$0]?.isBeyondNoise == true } }

    /// What it means, as a sentence; `nil` if nothing needs to be said.
    var warning: String? {
        guard !beyondNoise.isEmpty else { return nil }
        let found = beyondNoise.compactMap { respect in
            tests[respect].map {
                "\(respect.words) by \(Decimals.text($0.distance, places: 3)) (chance up to "
                    + "\(Decimals.text($0.noise, places: 3)))"
            }
        }
        return
            "\(Counts.text(comments, "new comment")) of \(Counts.text(articles, "article")) differ from those before in their "
            + found.joined(separator: ", ")
            + ": look whether the source, or what is read of it, has changed"
    }
}

extension LedgerCut {
    /// The cut that a result was made from; `nil` if its locator does not say.
    init?(locator: JSONValue) {
        guard let sources = locator["sources"]?.arrayValue?.compactMap(\.stringValue),
            let position = locator["position"]?.intValue, let digest = locator["ledger"]?.stringValue
        else { return nil }
        self.init(
            sources: sources, position: Int64(position), digest: digest,
            asOf: locator["as_of"]?.intValue.map(Int64.init), revision: locator["revision"]?.stringValue)
    }
}

extension JudgedRows {
    /// Calls `body` with each part, in the order of ids.
    func forEachTable(_ body: (DatasetColumns) throws -> Void) throws {
        for part in parts {
            switch part {
            case .earlier(let segment): try body(try segment.columns())
            case .own(let columns): try body(columns)
            }
        }
    }
}
