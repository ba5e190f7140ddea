import Diagnostics
import StageKit
import StageKitTesting
import Testing

/// Passes three safe points, and keeps how often it ran in its own table.
private struct CountStage: Stage {
    static let kind = StageKind(
        "count", revision: 1, summary: "For tests.", inputs: [Port("in", "text-v1", optional: true)],
        outputs: [Port("out", "text-v1")],
        tables: StoreTables("count", steps: ["CREATE TABLE count_run (word TEXT NOT NULL) STRICT"]))

    let word: String

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        word = parameters.string("word", default: "none")
        if word.isEmpty { parameters.reject("word", "there is no word", hint: "write one") }
        try parameters.finish()
    }

    func run(in context: StageContext) async throws -> StageResult {
        for _ in 0..<3 { try context.checkpoint() }
        context.progress.warn("working")
        context.progress.log("found", ["word": word, "forced": "\(context.isForced)"])
        var kept: [String] = []
        try context.kindRows.read { store in
            try store.rows("SELECT word FROM count_run ORDER BY rowid", []) { kept.append($0.text(0)) }
        }
        context.progress.log("kept", ["words": kept.joined(separator: "+")])
        let before = try context.earlierResult(sameParameters: true)?["out"]
        let read = try context.inputs.first("in").map { try String(contentsOfFile: $0.path, encoding: .utf8) }
        let text = [read, before?.figures["word"]?.stringValue, word].compactMap { $0 }.joined(separator: "+")
        try text.write(toFile: context.outputFolder + "/out.txt", atomically: false, encoding: .utf8)
        return StageResult(
            outputs: [StageOutput(port: "out", path: "out.txt")], figures: ["word": .string(word)],
            changes: [Word(word)])
    }
}

private struct Word: StoreChange {
    let word: String

    init(_ word: String) { self.word = word }

    func apply(to store: any StoreWriter) throws {
        try store.run("INSERT INTO count_run(word) VALUES (?)", .text(word))
    }
}

/// Reads all comments, and then the first of them again.
private struct ReadStage: Stage {
    static let kind = StageKind(
        "read", revision: 1, summary: "For tests.", inputs: [Port("comments", "comments-v1")], outputs: [])

    init(parameters: inout ParameterReader) throws(DiagnosticsError) { try parameters.finish() }

    func run(in context: StageContext) async throws -> StageResult {
        let cut = try context.ledger.cut(of: ["news"], asOf: nil)
        try context.ledger.scan(cut, fields: [], selection: .all) { _ in }
        try context.ledger.scan(cut, fields: [], selection: .ids([1])) { _ in }
        return StageResult(outputs: [], figures: .null)
    }
}

struct StageBenchTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench(kinds: [CountStage.self])
    }

    @Test func outputsAreInputsOfOthers() async throws {
        let first = try await bench.run(CountStage.self, ["word": "a"], as: "first")
        let second = try await bench.run(CountStage.self, ["word": "b"], from: ["in": first["out"]])
        #expect(try second.text("out.txt") == "a+b")
        #expect(
            first["out"][0].type == "text-v1" && first["out"][0].stage == "first" && first["other"].isEmpty)
    }

    @Test func anEarlierResultIsFoundWhereItsParametersAreAskedFor() async throws {
        let earlier = try await bench.run(CountStage.self, ["word": "a"])
        let same = try await bench.run(CountStage.self, ["word": "a"], after: earlier)
        let other = try await bench.run(CountStage.self, ["word": "b"], after: earlier)
        #expect(try same.text("out.txt") == "a+a" && other.text("out.txt") == "b")
    }

    @Test(arguments: [(0, true), (2, true), (3, false)])
    func aStageIsStoppedAfterSoManySafePoints(checkpoints: Int, isStopped: Bool) async throws {
        if isStopped {
            await #expect(throws: StageInterrupted.self) {
                try await bench.run(CountStage.self, stopAfter: checkpoints)
            }
        } else {
            _ = try await bench.run(CountStage.self, stopAfter: checkpoints)
        }
    }

    @Test func whatIsSaidIsKept() async throws {
        let outcome = try await bench.run(CountStage.self, ["word": "a"])
        #expect(outcome.warnings == ["working"] && outcome.progress.messages == ["found", "kept"])
        #expect(outcome.progress.metadata(of: "found") == ["word": "a", "forced": "false"])
        #expect(CountStage.complaints(about: ["word": ""]) == ["there is no word (write one)"])
    }

    @Test func changesReachTheStore() async throws {
        // Without its table the change would fail.
        let bare = try StageBench()
        await #expect(throws: (any Error).self) { try await bare.run(CountStage.self) }
        _ = try await bench.run(CountStage.self)
    }

    @Test func aStageReadsWhatItsKindHasKept() async throws {
        let first = try await bench.run(CountStage.self, ["word": "a"], as: "first")
        let second = try await bench.run(CountStage.self, ["word": "b"], as: "second")
        #expect(first.progress.metadata(of: "kept") == ["words": ""])
        #expect(second.progress.metadata(of: "kept") == ["words": "a"])
    }

    @Test func aForcedStageStartsFromNothing() async throws {
        let earlier = try await bench.run(CountStage.self, ["word": "a"])
        let forced = try await bench.run(CountStage.self, ["word": "a"], after: earlier, isForced: true)
        #expect(try forced.text("out.txt") == "a")
        #expect(forced.progress.metadata(of: "found") == ["word": "a", "forced": "true"])
    }

    @Test func whatAStageAsksTheLedgerForIsCounted() async throws {
        let comments = try bench.comments([
            TestComment("a", up: 1, down: 0), TestComment("b", up: 1, down: 0),
        ])
        let outcome = try await bench.run(ReadStage.self, from: ["comments": comments])
        #expect(outcome.commentsRead == 3)
        #expect(outcome.scans.map(\.comments) == [2, 1])
    }

    @Test func commentsAreThoseOfTheirSource() throws {
        _ = try bench.comments([TestComment("a", up: 1, down: 0)], source: "one")
        let two = try bench.comments(
            [TestComment("b", up: 1, down: 2), TestComment("c", up: 0, down: 0)], source: "two")
        let cut = try bench.store.ledger.cut(of: ["two"], asOf: nil)
        #expect(two[0].locator["position"]?.intValue == Int(cut.position))
        #expect(try bench.store.ledger.size(of: cut).comments == 2)
    }
}
