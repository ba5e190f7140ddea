internal import ActiveLabeling
private import Foundation
internal import Labeling
internal import ShardFormat
package import StageKit
internal import VoteModel

/// Follows one comment through the results of the dataset stages.
package struct CommentTrace {
    /// What one stage made of the comment.
    package struct Step: Hashable, Sendable {
        package var stage: String
        package var kind: String
        /// In words, for people.
        package var words: String
        /// The same for programs.
        package var facts: JSONValue

        package init(stage: String, kind: String, words: String, facts: JSONValue) {
            self.stage = stage
            self.kind = kind
            self.words = words
            self.facts = facts
        }
    }

    private let comment: Int64
    private let ledger: any LedgerReader
    /// Side and row of the comment by the digest of the split's artifact, for the exports made of it.
    private var places: [String: (side: String, row: Int)] = [:]

    /// - Parameters:
    ///   - comment: id in the store.
    ///   - ledger: the store's.
    package init(comment: Int64, _ ledger: any LedgerReader) {
        self.comment = comment
        self.ledger = ledger
    }

    /// - Parameters:
    ///   - artifact: what a stage gave.
    ///   - inputs: digests of what that was made from.
    /// - Returns: `nil` for stages that do not handle comments one by one.
    package mutating func step(through artifact: InputArtifact, madeFrom inputs: [String]) throws -> Step? {
        let found: (String, JSONValue)?
        switch artifact.type {
        case ArtifactType.texts: found = try cleaned(artifact)
        case ArtifactType.labels: found = try labeled(artifact)
        case ArtifactType.annotated: found = try annotated(artifact)
        case ArtifactType.sample: found = try sampled(artifact)
        case ArtifactType.split: found = try split(artifact)
        case ArtifactType.export: found = exported(inputs)
        case ArtifactType.shards: found = try sharded(artifact)
        default: found = nil
        }
        return found.map { Step(stage: artifact.stage, kind: artifact.kind, words: $0.0, facts: $0.1) }
    }

    private func cleaned(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let reason = try DroppedComments(artifact).reason(of: comment)
        guard let reason else { return ("kept", ["kept": true]) }
        return ("left out: \(reason.words)", ["kept": false, "reason": .string("\(reason)")])
    }

    private func labeled(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let columns = try DatasetColumns(artifact)
        let facts = try DatasetFacts(artifact)
        guard let row = columns.ids.firstIndex(of: comment), let verdict = Verdict(code: columns.labels[row])
        else { return ("not in label set \(facts.labelSet ?? "")", ["label": .null]) }
        let rule = try RulesBySource(facts).byComment([comment], of: facts.cut, ledger)[comment]
        let votes = columns.votes(row)
        let probability = rule.probabilityControversial(for: votes)
        let ratio = votes.agreementRatio.map { String(format: "%.3f", $0) } ?? "none"
        let score = Score(rule, votes)
        // Of votes that still grow nobody can say how far they are from another label.
        let border = verdict == .abstain(.unsettled) ? nil : rule.borderDistance(of: votes)
        return (
            "\(verdict.name): up \(votes.up), down \(votes.down), ratio \(ratio), \(score?.words ?? "")P(controversial) "
                + "\(String(format: "%.3f", probability)), label set \(facts.labelSet ?? "")\(border.map { "; " + $0.words } ?? "")",
            Score.adding(
                score,
                to: [
                    "label": .string(verdict.name), "up": .integer(votes.up), "down": .integer(votes.down),
                    "ratio": votes.agreementRatio.map(JSONValue.number) ?? .null,
                    "p_controversial": .number(probability),
                    "prior": ["alpha": .number(rule.prior.alpha), "beta": .number(rule.prior.beta)],
                    "border": border?.json ?? .null,
                    "label_set": facts.labelSet.map(JSONValue.string) ?? .null, "rule": facts.rule ?? .null,
                ])
        )
    }

    /// The score of a comment whose rule goes by one.
    private struct Score {
        let score: Double
        let bar: ScoreBar

        init?(_ rule: ControversyRule, _ votes: VoteCount) {
            guard let bar = rule.scoring, let score = rule.score(of: votes) else { return nil }
            (self.bar, self.score) = (bar, score)
        }

        var words: String {
            let least = bar.threshold.isFinite ? String(format: "%.4g", bar.threshold) : "any"
            return "\(bar.score.rawValue) \(String(format: "%.4g", score)) of \(least), "
        }

        /// The threshold is null where no comment has any score.
        static func adding(_ score: Score?, to facts: JSONValue) -> JSONValue {
            guard let score else { return facts }
            let threshold = score.bar.threshold
            return facts.adding("score", .number(score.score))
                .adding("threshold", threshold.isFinite ? .number(threshold) : .null)
        }
    }

    private func annotated(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let columns = try DatasetColumns(artifact)
        let facts = try DatasetFacts(artifact)
        guard let row = columns.ids.firstIndex(of: comment), let verdict = Verdict(code: columns.labels[row])
        else { return ("left out: nobody labeled it", ["label": .null]) }
        let rule = try RulesBySource(facts).byComment([comment], of: facts.cut, ledger)[comment]
        let voted = rule.verdict(for: columns.votes(row))
        let isPeoples = verdict.classIndex != nil && verdict != voted
        return (
            isPeoples ? "\(verdict.name) by people, where its votes say \(voted.name)" : verdict.name,
            ["label": .string(verdict.name), "by_votes": .string(voted.name)]
        )
    }

    private func sampled(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let columns = try DatasetColumns(artifact)
        guard let row = columns.ids.firstIndex(of: comment) else {
            return ("not chosen", ["chosen": false])
        }
        return ("chosen, place \(row + 1) of \(columns.count)", ["chosen": true, "place": .integer(row + 1)])
    }

    private mutating func split(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let columns = try DatasetColumns(artifact)
        let salt = try DatasetFacts(artifact).salt ?? ""
        guard let row = columns.ids.firstIndex(of: comment) else {
            return ("on no side: not in the sample, or a copy is on another side", ["side": .null])
        }
        let side = Int(columns.sides[row])
        let before = columns.sides[..<row].count { $0 == columns.sides[row] }
        places[artifact.digest] = (columns.sideNames[side], before)
        return (
            "\(columns.sideNames[side]), salt \(salt)",
            ["side": .string(columns.sideNames[side]), "salt": .string(salt)]
        )
    }

    private func exported(_ inputs: [String]) -> (String, JSONValue)? {
        guard let place = inputs.lazy.compactMap({ places[$0] }).first else {
            return ("in no table", ["table": .null])
        }
        return (
            "row \(place.row + 1) of \(place.side)",
            ["table": .string(place.side), "row": .integer(place.row + 1)]
        )
    }

    private func sharded(_ artifact: InputArtifact) throws -> (String, JSONValue) {
        let data = try MappedFile(path: artifact.path + "/" + ShardManifest.fileName).withBytes { Data($0) }
        let manifest = try ShardManifest(decoding: data)
        for file in manifest.files {
            let mapped = try MappedFile(path: artifact.path + "/" + file.path)
            let found = try mapped.withBytes { bytes -> (row: Int, tokens: Int)? in
                let shard = try TokenShardView(bytes, vocabularySize: manifest.tokenizer.vocabularySize)
                let row = (0..<shard.rowCount).first { shard.comment(of: $0) == comment }
                return row.map { ($0, shard.length(of: $0)) }
            }
            guard let found else { continue }
            return (
                "row \(found.row) of \(file.path), \(found.tokens) tokens",
                [
                    "file": .string(file.path), "row": .integer(found.row),
                    "tokens": .integer(found.tokens),
                ]
            )
        }
        return ("in no shard", ["file": .null])
    }

    /// A comment's text as the rules of a dataset clean it.
    package static func cleanedText(_ text: String, by artifact: InputArtifact) throws -> String {
        let texts = try CleanedTexts(unmasked: DatasetFacts(artifact))
        return try Array(text.utf8).withUnsafeBytes { bytes in
            var row = CommentRow(id: 0, article: 0)
            row.text = bytes
            return try texts.withText(of: row) { String(decoding: $0, as: UTF8.self) }
        }
    }
}

extension BorderDistance {
    fileprivate var json: JSONValue {
        ["votes": .integer(votes), "up": .bool(isUp), "label": .string(verdict.name)]
    }
}

extension DroppedComments.Reason {
    fileprivate var words: String {
        switch self {
        case .empty: "nothing is left of its text"
        case .deleted: "its source removed it"
        case .short: "its text is shorter than min_chars"
        }
    }
}
