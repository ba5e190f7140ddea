import CommentStore
import RunStore
import StageKit
import Testing
import VoteModel

/// Answers of a service that are kept, and read again once the source's description is fixed: a store that lived through
/// all of it shows what a fresh store shows that is given each answer once, read in the last way.
struct AnswerPropertyTests {
    /// One visit of an article, and the comments of its answer.
    private struct Visit {
        var article: String
        var number: Int
        var moment: Int64
        var rows: [Sighting]
    }

    /// A store that visits a service.
    private struct Crawled {
        let store: TemporaryStore
        let crawl: Crawl
        private(set) var visits: [(id: Int64, visit: Visit)] = []
        private var commits = 0

        init() throws {
            store = try TemporaryStore()
            try store.begin(run: "r1")
            crawl = try store.store.crawl.beginCrawl(of: "site", run: "r1", at: 1)
        }

        private mutating func commit(_ step: CrawlStep, _ visits: [Visit], _ mapping: Int) throws {
            commits += 1
            let file = ImportedFile(
                source: "site", name: "crawl", digest: "answers \(commits)", mapping: "m\(mapping)", run: "r1"
            )
            let rows = visits.flatMap { visit in
                visit.rows.compactMap { AnswerPropertyTests.read($0, mapping, visit) }
            }
            _ = try store.store.crawl.commit(step, as: rows.isEmpty ? nil : file) { sink in
                for row in rows { try StoreLedger.append(row, to: sink) }
            }
        }

        mutating func make(_ visit: Visit, _ mapping: Int) throws {
            let journal = store.store.crawl
            var step = CrawlStep(crawl: crawl, run: "r1")
            step.planned = [
                CrawlVisit(
                    id: 0, article: visit.article, address: "https://e.com/\(visit.article)",
                    number: visit.number,
                    dueAt: visit.moment, state: .waiting, foundAt: 1)
            ]
            _ = try journal.commit(step, as: nil) { _ in }
            var made = try #require(
                try journal.openVisits(of: "site", dueBy: .max).first {
                    $0.article == visit.article && $0.number == visit.number
                })
            made.state = .complete
            step.planned = []
            step.visits = [made]
            step.pages = [CrawlPage(digest: "page \(visit.moment)", size: 3, gzip: [1, 2, 3])]
            step.fetches = [
                CrawlFetch(
                    visit: made.id, request: "https://e.com/\(visit.moment)", at: visit.moment, status: 200,
                    page: "page \(visit.moment)")
            ]
            try commit(step, [visit], mapping)
            visits.append((made.id, visit))
        }

        /// Reads all answers again, as a run does after the source's description was fixed.
        /// - Parameter takesOut: whether what they gave before is taken out first.
        mutating func readAgain(_ mapping: Int, takesOut: Bool = true) throws {
            var step = CrawlStep(crawl: crawl, run: "r1")
            step.reread = takesOut ? visits.map(\.id) : []
            try commit(step, visits.map(\.visit), mapping)
        }

        func shown(_ cut: LedgerCut? = nil) throws -> [String] {
            try store.ledger.rows(cut ?? store.ledger.cut(of: ["site"], asOf: nil)).map { row in
                "\(row.key) \(row.articleKey) '\(row.text)' \(row.up)/\(row.down)\(row.isDeleted ? " removed" : "")"
            }.sorted()
        }
    }

    /// How a description reads a comment: the second swaps the counts, the third takes another text,
    /// the fourth finds only some of the comments.
    private static func read(_ row: Sighting, _ mapping: Int, _ visit: Visit) -> Sighting? {
        if mapping == 3, row.key?.last?.wholeNumberValue?.isMultiple(of: 2) == true { return nil }
        return row.with {
            $0.moment = visit.moment
            $0.article = visit.article
            if mapping == 1 { swap(&$0.up, &$0.down) }
            if mapping == 2 { $0.text = "by \($0.key ?? "")" }
        }
    }

    private static func rows(_ article: Int, _ random: inout SplitMix64) -> [Sighting] {
        (0..<Int.random(in: 0..<5, using: &random)).map { _ in
            let number = article * 10 + Int.random(in: 0..<6, using: &random)
            return Sighting(
                "text \(number) v\(Int.random(in: 0..<6, using: &random) == 0 ? 1 : 0)",
                up: .random(in: 0..<5, using: &random), down: .random(in: 0..<5, using: &random)
            ).with {
                $0.key = "\(number)"
                $0.isDeleted = Int.random(in: 0..<8, using: &random) == 0
            }
        }
    }

    @Test(arguments: 0..<40 as Range<UInt64>)
    func answersReadAgainShowWhatAFreshStoreShows(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        var store = try Crawled()
        var mapping = 0
        var numbers: [Int: Int] = [:]
        var past: [(cut: LedgerCut, shown: [String])] = []
        for day in 1...14 as ClosedRange<Int64> {
            if day > 2, Int.random(in: 0..<4, using: &random) == 0 {
                mapping = .random(in: 0..<4, using: &random)
                try store.readAgain(mapping)
                past = []  // what the past was is read otherwise now
            } else {
                let article = Int.random(in: 0..<3, using: &random)
                let number = numbers[article, default: 0]
                numbers[article] = number + 1
                try store.make(
                    Visit(
                        article: "article \(article)", number: number, moment: day * 1_000,
                        rows: Self.rows(article, &random)), mapping)
            }
            past.append((try store.store.ledger.cut(of: ["site"], asOf: nil), try store.shown()))
        }
        var fresh = try Crawled()
        for (_, visit) in store.visits { try fresh.make(visit, mapping) }
        let differences = try store.shown().difference(from: fresh.shown()).map { "\($0)" }
        #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "; "))")
        for (index, then) in past.enumerated() {
            #expect(try store.shown(then.cut) == then.shown, "seed \(seed), cut \(index) of \(past.count)")
        }
        #expect(try store.store.sql("PRAGMA integrity_check") == ["ok"])
    }

    /// Control: answers of which nothing is taken out first leave something else.
    @Test func answersThatAreOnlyAddedWouldBeNoticed() throws {
        var random = SplitMix64(state: 1)
        var noticed = 0
        for _ in 0..<10 {
            let visits = (0..<3).map { number in
                Visit(
                    article: "article 0", number: number, moment: Int64(number + 1) * 1_000,
                    rows: Self.rows(0, &random))
            }
            var store = try Crawled()
            var fresh = try Crawled()
            for visit in visits {
                try store.make(visit, 0)
                try fresh.make(visit, 3)
            }
            try store.readAgain(3, takesOut: false)
            if try store.shown() != fresh.shown() { noticed += 1 }
        }
        #expect(noticed > 0)
    }
}
