import CommentStore
import RunStore
import Testing
import VoteModel

/// Files that grow, are replaced, shrink and are read in another way: a store that lived through all of it shows what a fresh
/// store shows that is given each file's contents once, in the order of their days, read in the last way.
struct CorrectionPropertyTests {
    /// A file as it is there: rows without their own time.
    private struct File: Equatable {
        var rows: [Sighting]
        /// The day on which this content came to its place.
        var day: Int64
        var version: Int
    }

    private struct History {
        var files: [String: File] = [:]
        var day: Int64 = 1
        var mapping = 0
        var versions = 0
        var contents: [(name: String, file: File)] = []
    }

    /// How a mapping reads a row: the second swaps the counts, the third takes another text, the fourth another article.
    private static func read(_ row: Sighting, _ mapping: Int, _ day: Int64) -> Sighting {
        row.with {
            $0.moment = day * 1_000
            if mapping == 1 { swap(&$0.up, &$0.down) }
            if mapping == 2 { $0.text = "title of \($0.article)" }
            if mapping == 3 { $0.article = "section of \($0.article)" }
        }
    }

    private static func row(_ number: Int, _ random: inout SplitMix64) -> Sighting {
        Sighting(
            "text \(number) v\(Int.random(in: 0..<6, using: &random) == 0 ? 1 : 0)",
            up: .random(in: 0..<5, using: &random),
            down: .random(in: 0..<5, using: &random)
        ).with {
            $0.key = "\(number)"
            $0.article = "article \(number % 4)"
            $0.isDeleted = Int.random(in: 0..<8, using: &random) == 0
        }
    }

    /// What the stage does in a night: reads what is new, or everything where something was read in another way.
    private func night(_ history: History, _ store: TemporaryStore) throws {
        let mapping = "m\(history.mapping)"
        let readings = try store.ledger.readings(of: "news")
        let names = history.files.keys.sorted()
        func digest(_ name: String) -> String { "digest of \(name) v\(history.files[name]?.version ?? 0)" }
        let present = Set(names.map(digest))
        func imported(_ name: String, _ day: Int64, replacing: [Int64]) -> ImportedFile {
            ImportedFile(
                source: "news", name: name, digest: digest(name), mapping: mapping, run: "run",
                moment: day * 1_000,
                replaces: replacing)
        }
        func replaced(_ name: String) -> [Int64] {
            readings.filter { $0.name == name && !present.contains($0.digest) }.map(\.position)
        }
        func feed(_ name: String, _ sink: any ObservationSink) throws {
            for row in history.files[name]?.rows ?? [] {
                try StoreLedger.append(
                    Self.read(row, history.mapping, history.files[name]?.day ?? 0), to: sink)
            }
        }
        if readings.contains(where: { $0.mapping != mapping && present.contains($0.digest) }) {
            let voided = readings.filter { present.contains($0.digest) }.map(\.position)
            let order = names.sorted { one, other in
                let places = [one, other].map { name in
                    readings.first { $0.digest == digest(name) }?.position ?? .max
                }
                return places[0] == places[1] ? one < other : places[0] < places[1]
            }
            let files = order.map { imported($0, history.files[$0]?.day ?? 0, replacing: replaced($0)) }
            _ = try store.ledger.reread(voided, of: "news", files: files) { file, sink in
                try feed(file.name, sink)
            }
            return
        }
        for name in names where !readings.contains(where: { $0.digest == digest(name) }) {
            _ = try store.ledger.importFile(
                imported(name, history.files[name]?.day ?? 0, replacing: replaced(name))
            ) { try feed(name, $0) }
        }
    }

    private func step(_ history: inout History, _ random: inout SplitMix64) {
        history.day += 1
        func put(_ name: String, _ rows: [Sighting]) {
            history.versions += 1
            history.files[name] = File(rows: rows, day: history.day, version: history.versions)
        }
        let name = history.files.keys.sorted().randomElement(using: &random) ?? "a"
        let rows = history.files[name]?.rows ?? []
        switch Int.random(in: 0..<6, using: &random) {
        case 0:
            put(
                "\(history.files.count)",
                (0..<6).map { _ in Self.row(.random(in: 0..<20, using: &random), &random) })
        case 1: put(name, rows + [Self.row(.random(in: 0..<20, using: &random), &random)])
        case 2: put(name, rows.filter { _ in Int.random(in: 0..<3, using: &random) > 0 })
        case 3: put(name, rows.map { $0.with { $0.up += 1 } })
        case 4: history.mapping = .random(in: 0..<4, using: &random)
        default: break
        }
    }

    private func shown(_ store: TemporaryStore, _ cut: LedgerCut? = nil) throws -> [String] {
        try store.ledger.rows(cut ?? store.ledger.cut(of: ["news"], asOf: nil)).map { row in
            "\(row.key) \(row.articleKey) '\(row.text)' \(row.up)/\(row.down)"
                + (row.isDeleted ? " removed" : "")
        }.sorted()
    }

    @Test(arguments: 0..<60 as Range<UInt64>)
    func theStoreShowsWhatAFreshOneShows(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let store = try TemporaryStore()
        var history = History()
        for _ in 0..<12 {
            step(&history, &random)
            try night(history, store)
        }
        // The fresh store: each file as it is there, on the day on which it came, in the order of those days.
        let fresh = try TemporaryStore()
        var told = History()
        told.mapping = history.mapping
        for (name, file) in history.files.sorted(by: { ($0.value.day, $0.key) < ($1.value.day, $1.key) }) {
            told.files[name] = file
            try night(told, fresh)
        }
        let wanted = try shown(fresh)
        // What only history knows: earlier looks of comments that the last files still hold are older, so they never show.
        let differences = try shown(store).difference(from: wanted).map { "\($0)" }
        #expect(differences.isEmpty, "seed \(seed): \(differences.joined(separator: "; "))")
        let cut = try store.ledger.cut(of: ["news"], asOf: nil)
        let size = try store.ledger.size(of: cut)
        #expect(size.comments == wanted.count, "seed \(seed)")
        #expect(try store.sql("PRAGMA integrity_check") == ["ok"])
    }

    /// Cuts of earlier nights show what they showed then, whatever came, was replaced or shrank since. Only a reading in
    /// another way changes what the past was.
    @Test(arguments: 0..<60 as Range<UInt64>)
    func pastNightsStayWhatTheyWere(seed: UInt64) throws {
        var random = SplitMix64(state: seed)
        let store = try TemporaryStore()
        var history = History()
        var past: [(cut: LedgerCut, shown: [String])] = []
        for _ in 0..<16 {
            let mapping = history.mapping
            step(&history, &random)
            if history.mapping != mapping { past = [] }
            try night(history, store)
            let cut = try store.ledger.cut(of: ["news"], asOf: nil)
            past.append((cut, try shown(store, cut)))
        }
        for (index, then) in past.enumerated() {
            let differences = try shown(store, then.cut).difference(from: then.shown).map { "\($0)" }
            #expect(
                differences.isEmpty,
                "seed \(seed), cut \(index) of \(past.count): \(differences.joined(separator: "; "))")
        }
    }

    /// Control: a store that takes no notice of what was replaced shows something else.
    @Test func aStoreThatOnlyAppendsWouldBeNoticed() throws {
        let store = try TemporaryStore()
        let rows = [Self.read(Sighting("one", up: 9, down: 1).with { $0.key = "1" }, 0, 1)]
        try store.ledger.add(rows, as: "a", moment: 1_000)
        try store.ledger.add(
            [Self.read(Sighting("two", up: 1, down: 1).with { $0.key = "2" }, 0, 2)], as: "a",
            content: "later",
            moment: 2_000)
        #expect(try shown(store).count == 2)
    }
}
