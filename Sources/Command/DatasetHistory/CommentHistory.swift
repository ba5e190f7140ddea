internal import CommentStore
internal import Console
internal import DatasetStages
internal import Diagnostics
private import Foundation
internal import PipelineAccess
package import PipelinePlan
internal import PredictionStages
internal import Presentation
package import RunStore
package import StageKit
internal import TableFormat

/// A comment's history through the stages.
package struct CommentHistory {
    private let comment: StoredComment
    private var cleaned: String?
    private var steps: [(pipeline: String, step: CommentTrace.Step)] = []

    /// - Parameters:
    ///   - name: `source:key`, or the key alone.
    ///   - state: path of the store, for messages.
    ///   - plan: the pipeline that is meant; `nil` for all of the store.
    /// - Throws: `DiagnosticsError` when there is no such comment, or more than one.
    package init(
        ofCommentNamed name: String, in store: RunStore, state: String, plan: PlannedPipeline?
    ) throws {
        comment = try store.comment(named: name, in: state)
        for pipeline in try plan.map({ [$0.name] }) ?? store.pipelines() {
            var trace = CommentTrace(comment: comment.id, store.ledger)
            for stage in try store.stageNames(pipeline: pipeline) {
                if let plan, plan[stage] == nil { continue }
                try follow(&trace, stage, pipeline, store)
            }
        }
    }

    private mutating func follow(
        _ trace: inout CommentTrace, _ stage: String, _ pipeline: String, _ store: RunStore
    ) throws {
        guard let last = try store.lastState(pipeline: pipeline, stage: stage, withResult: true),
            let number = last.madeBy, let result = try store.result(stageRun: number)
        else { return }
        let ports = result.fields["inputs"]?.objectValue ?? [:]
        let inputs = ports.values.flatMap { $0.arrayValue ?? [] }.compactMap(\.stringValue)
        for record in result.artifacts {
            let artifact = InputArtifact(
                stage: stage, kind: result.kind, type: record.type, path: store.artifacts + "/" + record.path,
                digest: record.digest, locator: record.locator, figures: result.figures)
            if artifact.type == "texts-v1", cleaned == nil {
                cleaned = try CommentTrace.cleanedText(comment.text, by: artifact)
            }
            do {
                let step =
                    try StoredAnswer.step(of: comment.id, in: artifact, pipeline: pipeline, store.rows)
                    ?? MaskTrace.step(of: comment.id, in: artifact, pipeline: pipeline, store.rows)
                    ?? trace.step(through: artifact, madeFrom: inputs)
                if let step {
                    steps.append((pipeline, step))
                }
            } catch let error as StageError {
                let step = CommentTrace.Step(
                    stage: stage, kind: result.kind, words: "its result is gone: \(error.message)",
                    facts: .null)
                steps.append((pipeline, step))
            }
        }
    }

    package var lines: [String] {
        var facts = TextTable(.left, .left)
        facts.add("comment", "\(comment.source):\(comment.key)")
        let article = [comment.article, comment.title, comment.outlet, comment.url].compactMap { $0 }
        facts.add("article", article.joined(separator: ", "))
        if let parent = comment.parent { facts.add("answers", parent) }
        facts.add("text", TableWriter.line(comment.text))
        if let cleaned, !cleaned.utf8.elementsEqual(comment.text.utf8) {
            facts.add("cleaned", TableWriter.line(cleaned))
        }
        if let createdAt = comment.createdAt { facts.add("written", createdAt) }
        facts.add("first seen", "run \(comment.firstRun)")
        for (index, seen) in comment.observations.enumerated() {
            let all = seen.up + seen.down
            let ratio = all == 0 ? "" : ", ratio \(String(format: "%.3f", Double(seen.up) / Double(all)))"
            facts.add(
                index == 0 ? "votes" : "",
                "\(Timestamp.text(seen.moment))  up \(seen.up), down \(seen.down)\(ratio)")
        }
        if let last = comment.sightings.last {
            facts.add("", "seen unchanged \(comment.sightings.count) times, last \(Timestamp.text(last))")
        }
        if let forgotten = comment.forgottenAt {
            facts.add("forgotten", forgotten)
        } else if let removed = comment.removedAt {
            facts.add("removed", Timestamp.text(removed))
        }
        for step in comment.forgottenAt == nil ? steps : [] { facts.add(step.step.stage, step.step.words) }
        return facts.lines
    }

    package var json: JSONValue {
        [
            "format": "splitvote-trace", "version": 1,
            "comment": .string("\(comment.source):\(comment.key)"),
            "article": .string("\(comment.source):\(comment.article)"),
            "text": .string(comment.text), "cleaned": cleaned.map(JSONValue.string) ?? .null,
            "created_at": comment.createdAt.map(JSONValue.string) ?? .null,
            "first_run": .string(comment.firstRun),
            "forgotten_at": comment.forgottenAt.map(JSONValue.string) ?? .null,
            "removed_at": comment.removedAt.map { .string(Timestamp.text($0)) } ?? .null,
            "votes": .array(
                comment.observations.map {
                    [
                        "observed_at": .string(Timestamp.text($0.moment)), "up": .integer($0.up),
                        "down": .integer($0.down), "replies": .integer($0.replies),
                    ]
                }),
            "stages": .array(
                steps.map {
                    [
                        "pipeline": .string($0.pipeline), "stage": .string($0.step.stage),
                        "kind": .string($0.step.kind), "facts": $0.step.facts,
                    ]
                }),
        ]
    }
}
