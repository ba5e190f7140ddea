import Foundation
import PipelinePlan
import StageKit
import Testing

private let tests = URL(fileURLWithPath: #filePath).deletingLastPathComponent()

/// Compares a text with a golden file; with SPLITVOTE_RECORD=1 rewrites the file and fails.
func expectGolden(_ text: String, _ name: String) throws {
    let file = tests.appendingPathComponent("Golden/\(name)")
    if ProcessInfo.processInfo.environment["SPLITVOTE_RECORD"] == "1" {
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try text.write(to: file, atomically: true, encoding: .utf8)
        Issue.record("recorded \(name); run again without SPLITVOTE_RECORD")
        return
    }
    let golden = try String(contentsOf: file, encoding: .utf8)
    #expect(text == golden, "differs from Golden/\(name)")
}

private let digestA = String(repeating: "a", count: 64)
private let digestB = String(repeating: "b", count: 64)

private func fingerprints(_ text: String) throws -> [String: StageFingerprint] {
    let plan = try plan(text)
    return Dictionary(
        uniqueKeysWithValues: plan.stages.map { stage in
            let inputs = Dictionary(
                uniqueKeysWithValues: stage.inputs.map { ($0.port, $0.stages.map { _ in digestA }) })
            let files = Dictionary(uniqueKeysWithValues: stage.fileRequests.map { ($0.key, [digestB]) })
            return (stage.name, .of(stage, inputs: inputs, files: files, upstreamFigures: digestB))
        })
}

struct StageFingerprintTests {
    /// A store that was filled by an earlier release must be found again: this file never changes.
    @Test func digestsStayTheSameAcrossReleases() throws {
        let lines = try fingerprints(goodPipeline).sorted { $0.key < $1.key }
            .map { "\($0.key) \($0.value.digest)\n\($0.value.fields.canonicalText)\n" }
        try expectGolden(lines.joined(), "fingerprints.txt")
    }

    @Test func whitespaceCommentsQuotesAndKeyOrderChangeNothing() throws {
        let other = """
            # The same, written by somebody else.
            pipeline: "nightly"
            splitvote: 1
            store:
                keep: {runs: 3}
                artifacts: '../artifacts'
                state: state/n.sqlite
            secrets: {token: {env: ANOTHER_TOKEN}}
            params: {files: elsewhere/*.tsv, band: [0.40, 6e-1], min_votes: 20}   # a comment
            stages:
                comments:
                    with: {threads: 8, source: 'news', paths: [$params.files], token: $secrets.token, day: $run.date}
                    uses: read
                labels:
                    with:
                        settle: 3d
                        controversial: [40%, 0.6]
                        min_votes: $params.min_votes
                    from: {comments: clean}
                    uses: judge
                clean: {from: [comments], uses: tidy}
                shards: {from: [labels, clean], uses: pack}
                report: {uses: show, from: [labels, shards], with: {path: "other/{run}.html"}}

            """.replacingOccurrences(of: "\n", with: "\r\n")
        let one = try fingerprints(goodPipeline)
        let two = try fingerprints(other)
        for name in one.keys.sorted() { #expect(one[name] == two[name], "stage \(name)") }
    }

    static let changes: [(String, String, [String], String)] = [
        ("min_votes: 20\n", "min_votes: 30\n", ["labels"], "parameter `min_votes` 20 → 30"),
        (
            "band: [0.4, 0.6]", "band: [0.4, 0.65]", ["labels"],
            "parameter `controversial` [0.4, 0.6] → [0.4, 0.65]"
        ),
        ("rules: none", "rules: kcbert-2020", ["clean"], "parameter `rules` none → kcbert-2020"),
        (", settle: 72h", "", ["labels"], "parameter `settle` 259200 → (none)"),
        (
            "settle: 72h", "settle: 72h, prior: {alpha: 2}", ["labels"], "parameter `prior.alpha` (none) → 2"
        ),
        (
            "settle: 72h", "settle: 72h, uncontroversial: {at_most: 0.1}", ["labels"],
            "parameter `uncontroversial.at_most` 0.2 → 0.1"
        ),
        ("day: $run.date", "day: '2025-11-19'", ["comments"], "parameter `day` 2025-11-20 → 2025-11-19"),
    ]

    @Test(arguments: changes)
    func aChangeReachesItsStageOnlyAndHasAReason(old: String, new: String, stages: [String], reason: String)
        throws
    {
        let changed = goodPipeline.replacingOccurrences(of: old, with: new)
        let before = try fingerprints(goodPipeline)
        let after = try fingerprints(changed)
        #expect(before.keys.filter { before[$0] != after[$0] } == stages)
        let stage = try #require(try plan(changed)[stages[0]])
        let now = try #require(after[stages[0]])
        let reasons = RunReason.reasons(from: before[stages[0]]?.fields, to: now, of: stage)
        #expect(reasons.map(\.text) == [reason])
    }

    @Test func everyFieldHasItsReason() throws {
        let plan = try plan(goodPipeline)
        let comments = try #require(plan["comments"])
        let shards = try #require(plan["shards"])
        let report = try #require(plan["report"])

        func reasons(
            _ stage: PlannedStage, _ old: StageFingerprint?, _ new: StageFingerprint
        ) -> [String] { RunReason.reasons(from: old?.fields, to: new, of: stage).map(\.text) }

        let base = StageFingerprint.of(
            shards, inputs: ["data": [digestA], "tokenizer": [digestA]], files: [:])
        #expect(reasons(shards, nil, base) == ["never ran"])
        #expect(reasons(shards, base, base) == [])
        let moved = StageFingerprint.of(
            shards, inputs: ["data": [digestA], "tokenizer": [digestB]], files: [:])
        #expect(reasons(shards, base, moved) == ["input `clean` changed"])
        let gone = StageFingerprint.of(shards, inputs: ["data": [digestA]], files: [:])
        #expect(reasons(shards, gone, moved) == ["input `tokenizer` changed"])

        let oneFile = StageFingerprint.of(comments, inputs: [:], files: ["paths": [digestA]])
        let twoFiles = StageFingerprint.of(comments, inputs: [:], files: ["paths": [digestA, digestB]])
        #expect(reasons(comments, oneFile, twoFiles) == ["file changed (`paths`)"])

        let quiet = StageFingerprint.of(
            report, inputs: ["facts": [digestA, digestA]], files: [:], upstreamFigures: digestA)
        let loud = StageFingerprint.of(
            report, inputs: ["facts": [digestA, digestB]], files: [:], upstreamFigures: digestB)
        #expect(
            reasons(report, quiet, loud) == ["input `shards` changed", "figures of earlier stages changed"])

        var older = try #require(base.fields.objectValue)
        older["revision"] = 0
        #expect(reasons(shards, StageFingerprint(fields: .object(older)), base) == ["stage revision 0 → 1"])
        older["kind"] = "tidy"
        #expect(reasons(shards, StageFingerprint(fields: .object(older)), base) == ["kind `tidy` → `pack`"])
    }

    @Test func textsThatOnlyLookEqualAreDifferent() throws {
        func text(_ source: String) -> String {
            goodPipeline.replacingOccurrences(of: "source: news", with: "source: \(source)")
        }
        let composed = try fingerprints(text("\u{AC00}"))
        let decomposed = try fingerprints(text("\u{1100}\u{1161}"))
        let before = try #require(composed["comments"])
        let after = try #require(decomposed["comments"])
        #expect(before.digest != after.digest)
        let stage = try #require(try plan(goodPipeline)["comments"])
        #expect(RunReason.reasons(from: before.fields, to: after, of: stage).count == 1)
    }
}

struct PipelineSchemaTests {
    @Test func schemaSaysWhatTheKindsTake() throws {
        try expectGolden(PipelineSchema.make(registry: testRegistry).prettyText, "pipeline.schema.json")
    }
}
