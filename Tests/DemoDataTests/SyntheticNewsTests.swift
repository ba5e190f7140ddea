import DemoData
import Testing

struct SyntheticNewsTests {
    static let files = SyntheticNews().files()
    static let rows = files.flatMap { DemoRow.rows(of: $0.bytes) }

    @Test func filesAreNightsWithTheColumnsOfNaverExports() {
        #expect(
            Self.files.map(\.name) == [
                "synthetic-20260105.tsv", "synthetic-20260106.tsv", "synthetic-20260107.tsv",
            ])
        for file in Self.files {
            let text = String(validating: file.bytes, as: UTF8.self)
            let header =
                "press\trankDate\trank\ttitle\tcontents\tsympathyCount\tantipathyCount\treplyCount\tregDate\toid\taid\n"
            #expect(text?.utf8.starts(with: header.utf8) == true)
            #expect(file.bytes.last == UInt8(ascii: "\n"))
            #expect(!file.bytes.contains(UInt8(ascii: "\r")))
        }
    }

    @Test func everyRowSaysThatItIsSynthetic() {
        let outlets = Set(Topic.outlets.map(\.0))
        #expect(Self.rows.allSatisfy { outlets.contains($0.press) && $0.title.hasPrefix("[합성] ") })
    }

    @Test func equalArgumentsGiveEqualBytesAndOtherSeedsOthers() {
        let first = SyntheticNews(seed: 7, articles: 9, commentsPerArticle: 12).files()
        let again = SyntheticNews(seed: 7, articles: 9, commentsPerArticle: 12).files()
        let other = SyntheticNews(seed: 8, articles: 9, commentsPerArticle: 12).files()
        #expect(first.map(\.bytes) == again.map(\.bytes))
        #expect(zip(first, other).allSatisfy { $0.bytes != $1.bytes })
    }

    /// The same on every system: no arithmetic of the C library is in it.
    @Test func bytesAreThoseOfTheFirstRelease() {
        #expect(
            Self.files.map { fnv1a($0.bytes) }
                == [1_910_408_707_326_233_325, 3_448_695_711_459_418_726, 16_836_580_774_047_219_995])
    }

    @Test func moreArticlesOnlyAddRows() {
        let fewer = SyntheticNews(seed: 3, articles: 11, commentsPerArticle: 10).files()
        let more = SyntheticNews(seed: 3, articles: 30, commentsPerArticle: 10).files()
        for (small, large) in zip(fewer, more) { #expect(large.bytes.starts(with: small.bytes)) }
    }

    @Test(arguments: [(1, 2), (1, 1_000), (5, 3)])
    func smallestAndLargestRequestsWork(articles: Int, comments: Int) {
        let files = SyntheticNews(articles: articles, commentsPerArticle: comments).files()
        #expect(files.count == 3)
        #expect(files.contains { DemoRow.rows(of: $0.bytes).count > 0 })
    }

    @Test func aboutOneRowInNineHasNoText() {
        let share = Double(Self.rows.count { $0.contents.isEmpty }) / Double(Self.rows.count)
        #expect((0.09...0.13).contains(share), "\(share)")
    }

    @Test func commentsSeenAgainNeverLoseVotes() {
        var seen: [[UInt8]: DemoRow] = [:]
        var repeats = 0
        var grown = 0
        for row in Self.rows where !row.contents.isEmpty {
            if let earlier = seen[row.key], earlier.rankDate < row.rankDate {
                repeats += 1
                if row.ups + row.downs > earlier.ups + earlier.downs { grown += 1 }
                #expect(row.ups >= earlier.ups && row.downs >= earlier.downs)
                #expect(row.regDate == earlier.regDate)
            }
            seen[row.key] = row
        }
        #expect((800...2_500).contains(repeats), "\(repeats)")
        #expect(grown > repeats * 8 / 10)
    }

    @Test func untidyTextsAreThere() {
        let texts = Self.rows.map { Array($0.contents.unicodeScalars) }
        func count(_ isUntidy: ([Unicode.Scalar]) -> Bool) -> Int { texts.count(where: isUntidy) }
        #expect(count { $0.contains { $0.properties.isEmojiPresentation } } > 50)
        #expect(count { $0.contains("\"") } > 50)
        #expect(count { $0.contains { (0x1100..<0x1200).contains($0.value) } } > 50)
        #expect(Self.rows.count { $0.contents.contains("https://") } > 50)
        #expect(Self.rows.count { $0.contents.contains("&") } > 50)
    }
}

/// The promise of the default size: enough of each class, and texts that tell which.
struct SyntheticLearnabilityTests {
    @Test(arguments: 1...3 as ClosedRange<UInt64>)
    func bothClassesAreThereAndWordsTellThemApart(seed: UInt64) {
        let rows = SyntheticNews(seed: seed).files().flatMap { DemoRow.rows(of: $0.bytes) }
        var latest: [[UInt8]: DemoRow] = [:]
        for row in rows where !row.contents.isEmpty { latest[row.key] = row }
        let comments = latest.values.sorted { $0.key.lexicographicallyPrecedes($1.key) }
        let labeled = comments.compactMap { row in row.label.map { (row, $0) } }
        let hot = labeled.count { $0.1 }
        #expect((1_400...2_500).contains(hot), "seed \(seed): \(hot)")
        #expect((1_400...2_500).contains(labeled.count - hot), "seed \(seed): \(labeled.count - hot)")

        var model = WordModel()
        for (row, label) in labeled where row.aid.utf8.last != UInt8(ascii: "3") {
            model.add(row.contents, label)
        }
        let held = labeled.filter { $0.0.aid.utf8.last == UInt8(ascii: "3") }
        let score = macroF1(held.map { (truth: $0.1, guess: model.isControversial($0.0.contents)) })
        #expect((0.83...0.95).contains(score), "seed \(seed): macro F1 \(score) of \(held.count)")
    }
}
