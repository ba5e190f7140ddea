internal import CommentStore
package import Diagnostics
private import Foundation
internal import PipelineAccess
package import PipelinePlan
internal import Prediction
package import RunStore
internal import StageKit
internal import TableFormat
internal import TextBasics
internal import TextCleaning
internal import Training
internal import TrainingStages
internal import VoteModel

/// Comments of a store that are like a text or like each other, by the vectors that a features stage has of them.
///
/// Every vector is compared; see ``/Training/NearestRows``. A comment that was forgotten has none, and one that no reading
/// shows any more is left out.
package struct SimilarComments {
    /// What is looked for.
    package enum Question: Hashable, Sendable {
        /// Comments like this text.
        case text(String)
        /// Comments like one of the store, by its name.
        case comment(String)
        /// For each comment those that are like it.
        case each

        /// - Throws: `DiagnosticsError` unless one thing is asked, in range.
        package init(
            text: String?, like name: String?, each: Bool, count: Int, least: Double
        ) throws(DiagnosticsError) {
            guard [text != nil, name != nil, each].count(where: \.self) == 1 else {
                throw DiagnosticsError("similar takes one of: a text, --like ID, --each")
            }
            guard 1...10_000 ~= count else {
                throw DiagnosticsError("--count is \(count); it takes 1 ... 10000")
            }
            guard -1...1 ~= least else { throw DiagnosticsError("--least is \(least); it takes -1 ... 1") }
            self = text.map(Self.text) ?? name.map(Self.comment) ?? .each
        }
    }

    private let plan: PlannedPipeline
    private let stage: PlannedStage
    private let store: RunStore
    private let features: FeatureFolder
    private let vectors: StoredVectors
    private let cut: LedgerCut
    private let threads: Int

    /// Vectors that are compared in one product, and of ``Question/each`` as many on the other side.
    private static let blockSize = 4_096

    /// - Parameter name: the features stage, where there are several.
    /// - Throws: `DiagnosticsError` without such a stage, `StageError` where it has no result.
    package init(_ plan: PlannedPipeline, stage name: String?, in store: RunStore, threads: Int) throws {
        self.plan = plan
        self.store = store
        self.threads = threads
        stage = try Self.stage(name, of: plan)
        let artifact = try store.latestResult(of: stage.name, type: "features-v1", in: plan)
        features = try FeatureFolder(artifact.path)
        vectors = try StoredVectors(of: features, pipeline: plan.name, stage: stage.name, in: store.rows)
        let sources = (artifact.locator["sources"]?.arrayValue ?? []).compactMap(\.stringValue)
        cut = try store.ledger.cut(of: sources, asOf: nil)
    }

    private static func stage(
        _ name: String?, of plan: PlannedPipeline
    ) throws(DiagnosticsError) -> PlannedStage {
        let fitting = plan.stages.filter { $0.stage is FeaturesStage }
        let names = fitting.map(\.name).joined(separator: ", ")
        guard let name else {
            if let only = fitting.first, fitting.count == 1 { return only }
            throw DiagnosticsError(
                fitting.isEmpty
                    ? "\(plan.file) has no features stage, whose vectors comments are compared by"
                    : "\(plan.file) has several features stages: \(names)",
                hint: fitting.isEmpty ? "add one after the shards stage" : "name one with --stage")
        }
        if let stage = fitting.first(where: { $0.name == name }) { return stage }
        throw DiagnosticsError(
            plan[name] == nil
                ? "\(plan.file) has no stage '\(name)'" : "stage '\(name)' is no features stage",
            hint: fitting.isEmpty
                ? "add a features stage after the shards stage" : "features stages: \(names)")
    }

    // MARK: Answers

    /// Writes a table with a line for each comment found, the most similar first: `id`, `score` and `text`. Of
    /// ``Question/each`` a line has the comment that others are like before them, as `id` and `text`, and the other one as
    /// `other_id` and `other_text`.
    ///
    /// - Parameters:
    ///   - count: most comments for a question.
    ///   - least: smallest cosine.
    ///   - write: called with some lines at a time.
    /// - Returns: what is worth knowing, a sentence each.
    package func answer(
        _ question: Question, count: Int, least: Double, write: (String) throws -> Void
    ) throws -> [String] {
        var damaged = 0
        switch question {
        case .text(let text):
            let query = try encoder().vectors(of: [try cleaned(text)])
            try write("id\tscore\ttext\n")
            let found = try nearest(query, own: [], count, least, &damaged)[0]
            try write(found.map { "\($0.name)\t\(Self.score($0.score))\t\($0.text)\n" }.joined())
        case .comment(let name):
            let (id, query) = try known(name)
            try write("id\tscore\ttext\n")
            let found = try nearest(query, own: [id], count, least, &damaged)[0]
            try write(found.map { "\($0.name)\t\(Self.score($0.score))\t\($0.text)\n" }.joined())
        case .each:
            try write("id\tother_id\tscore\ttext\tother_text\n")
            try answerEach(count, least, &damaged, write)
        }
        if damaged == 0 { return [] }
        return [
            "left out: \(Counts.text(damaged, "damaged vector")); run --force \(stage.name) makes them again"
        ]
    }

    private func answerEach(
        _ count: Int, _ least: Double, _ damaged: inout Int, _ write: (String) throws -> Void
    ) throws {
        var all: [Int64] = []
        _ = try vectors.forEachBlock(of: Self.blockSize) { comments, _ in all += comments }
        all.sort()
        for start in stride(from: 0, to: all.count, by: Self.blockSize) {
            let part = Array(all[start..<min(start + Self.blockSize, all.count)])
            let own = try shown(part)
            let (comments, queries) = try vectors.vectors(of: part.filter { own[$0] != nil })
            if comments.isEmpty { continue }
            let found = try nearest(queries, own: comments, count, least, &damaged)
            for (comment, matches) in zip(comments, found) {
                guard let this = own[comment] else { continue }
                for other in matches {
                    try write(
                        "\(this.name)\t\(other.name)\t\(Self.score(other.score))\t\(this.text)\t\(other.text)\n"
                    )
                }
            }
        }
    }

    private static func score(_ score: Double) -> String { Decimals.text(score, places: 6) }

    /// A comment as a table shows it.
    private typealias Shown = (name: String, text: String)

    /// For each query the comments that are most like it and are shown.
    private func nearest(
        _ queries: [Float], own: [Int64], _ count: Int, _ least: Double, _ damaged: inout Int
    ) throws -> [[(name: String, score: Double, text: String)]] {
        // Some of the best may be shown no more; then more are looked at.
        var wanted = count
        while true {
            var nearest = try NearestRows(
                queries, width: vectors.width, own: own, count: wanted, least: least, threads: threads)
            damaged = try vectors.forEachBlock(of: Self.blockSize) { try nearest.add($0, $1) }
            let texts = try shown(Array(Set(nearest.matches.joined().map(\.id))))
            let found = nearest.matches.map { matches in
                matches.compactMap { match in
                    texts[match.id].map { (name: $0.name, score: match.score, text: $0.text) }
                }
            }
            let isEnough = zip(found, nearest.matches).allSatisfy { $0.count >= count || $1.count < wanted }
            if isEnough { return found.map { Array($0.prefix(count)) } }
            wanted *= 2
        }
    }

    /// Names and texts of those of some comments that the store shows.
    private func shown(_ ids: [Int64]) throws -> [Int64: Shown] {
        var shown: [Int64: Shown] = [:]
        try store.ledger.scan(cut, fields: [.key, .text], selection: .ids(ids.sorted())) { comment in
            let name =
                String(decoding: comment.source, as: UTF8.self) + ":"
                + String(decoding: comment.key, as: UTF8.self)
            shown[comment.id] = (name, TableWriter.line(String(decoding: comment.text, as: UTF8.self)))
        }
        return shown
    }

    // MARK: Questions

    private func known(_ name: String) throws -> (id: Int64, vector: [Float]) {
        let comment = try store.comment(named: name, in: store.path) { $0.forgottenAt == nil }
        let (_, vector) = try vectors.vectors(of: [comment.id])
        if vector.isEmpty {
            throw DiagnosticsError(
                "stage '\(stage.name)' has no vector of '\(name)'",
                hint: "it has those of rows of its shards; ask with the comment's text")
        }
        return (comment.id, vector)
    }

    private func encoder() throws -> RowEncoder {
        guard let stage = stage.stage as? FeaturesStage else {
            preconditionFailure("the stage was chosen by its type")
        }
        let shards = try input("data") ?? ""
        return try RowEncoder(
            of: stage, features: features, initial: try input("init") ?? initial(), shards: shards,
            threads: threads)
    }

    /// The folder that another stage gave for an input; `nil` if none is connected.
    private func input(_ port: String) throws -> String? {
        guard let source = stage.inputs.first(where: { $0.port == port })?.sources.first else { return nil }
        return try store.latestResult(of: source.stage, type: source.type, in: plan).path
    }

    /// The folder that the stage names, or the one of that name in the Hugging Face cache.
    private func initial() throws -> String {
        guard let name = stage.fileRequests.first(where: { $0.key == "init" })?.values.first else {
            throw DiagnosticsError("stage '\(stage.name)' names no encoder")
        }
        let path = name.hasPrefix("/") ? name : plan.baseFolder + "/" + name
        return try ModelFiles.locate(
            FileManager.default.fileExists(atPath: path) ? path : name, flag: "init of '\(stage.name)':")
    }

    private func cleaned(_ text: String) throws -> [UInt8] {
        guard let rules = CleaningRules(identifier: features.manifest.cleanRules) else {
            throw StageError(
                "the rows' texts were cleaned by '\(features.manifest.cleanRules)', which this version does not know"
            )
        }
        let cleaner = TextCleaner(rules)
        let bytes = Array(text.utf8).withUnsafeBytes { Array(cleaner.clean($0).bytes) }
        if bytes.isEmpty {
            throw DiagnosticsError("nothing is left of the text once it is cleaned", hint: "ask with words")
        }
        return bytes
    }
}
