package import Diagnostics
internal import Sampling
package import StageKit
internal import TextBasics
internal import VoteModel

/// Chooses labeled comments by the hash of their keys, so that the sample can be repeated and grows with the data.
package struct SampleStage: Stage {
    package static let kind = StageKind(
        "sample",
        revision: 2,
        summary: "Sample labeled comments, up to N per label and article, by the hash of their keys.",
        inputs: [Port("labels", ArtifactType.labels, ArtifactType.annotated)],
        outputs: [Port("sample", ArtifactType.sample)],
        figures: SampleFigures.declared(),
        followsLabels: true,
        headline: SampleFigures.names(\.members, \.controversial, \.uncontroversial),
        report: .sample,
        example: """
            sample: {uses: sample, from: labels, with: {per_label: balanced, per_article: 50, seed: 1}}
            """,
        values: [
            "per_article": "50"
        ]
    )

    private let rule: SampleRule

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let size = parameters.intOrWord(
            "per_label", default: .word("all"), in: 1...100_000_000, words: ["all", "balanced"],
            help: "Comments of each label: a number, all, or balanced (as many as there are of the rarest).")
        let perLabel: SampleRule.Size =
            switch size {
            case .int(let count): .count(count)
            case .word("balanced"): .balanced
            case .word: .all
            }
        rule = SampleRule(
            perLabel: perLabel,
            perArticle: parameters.optionalInt(
                "per_article", in: 1...1_000_000, unit: "comments",
                help: "Maximum number of comments per label from one article; unlimited by default."),
            seed: parameters.int(
                "seed", default: 1, in: 0...Int(Int32.max), help: "A different seed gives a different sample."
            ))
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("labels")
        let facts = try DatasetFacts(input)
        let sample = try choose(from: DatasetView(input), facts.cut, context)
        let found = sample.available
        guard Verdict.allCases.allSatisfy({ $0.classIndex == nil || found[$0.code, default: 0] > 0 }) else {
            throw try emptyClass(found, input)
        }
        for warning in warnings(sample) { context.progress.warn(warning) }
        let digest = try sample.columns.write(to: context.outputFolder + "/sample.safetensors")
        let controversial = Verdict.controversial.code
        let uncontroversial = Verdict.uncontroversial.code
        return StageResult(
            outputs: [
                StageOutput(
                    port: "sample", path: "sample.safetensors",
                    contentDigest: try facts.contentDigest(
                        ofFile: digest, ids: sample.columns.ids, context),
                    fileDigest: digest,
                    locator: facts.locator.adding("pool", .string(sample.pool.digest)))
            ],
            figures: SampleFigures(
                members: sample.columns.count, controversial: sample.taken[controversial, default: 0],
                uncontroversial: sample.taken[uncontroversial, default: 0],
                availableControversial: found[controversial, default: 0],
                availableUncontroversial: found[uncontroversial, default: 0],
                rarerShare: sample.rarerShare
            ).json,
            changes: [SampleMembers(sample.columns.ids)], fileDigests: sample.pool.files)
    }

    private func emptyClass(_ found: [UInt8: Int], _ input: InputArtifact) throws -> StageError {
        let counts = [Verdict.controversial, .uncontroversial].map {
            "\(found[$0.code, default: 0]) \($0.name)"
        }
        var unlabeled = [UInt8: Int]()
        for code in try DatasetColumns(input).labels where Verdict(code: code)?.classIndex == nil {
            unlabeled[code, default: 0] += 1
        }
        let rest = unlabeled.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { code, count in
            "\(Counts.grouped(count)) \(Verdict(code: code)?.name.replacing("_", with: " ") ?? "")"
        }
        return StageError(
            "there is nothing to learn from one class alone: \(counts.joined(separator: ", ")) comments"
                + (rest.isEmpty ? "" : "; without a label are \(rest.joined(separator: ", "))"),
            hint:
                "are 'up' and 'down' of the ingest stage the right columns? then lower 'min_votes' or widen the ranges of the "
                + "label stage")
    }

    /// Below this share of the rarer label, a warning says that the two are uneven.
    private static let uneven = 0.2

    /// Where the sample is not what was asked for.
    private func warnings(_ sample: Chosen) -> [String] {
        var warnings: [String] = []
        let classes = [Verdict.controversial, .uncontroversial]
        if case .count(let asked) = rule.perLabel {
            let short = classes.filter { sample.taken[$0.code, default: 0] < asked }
            let counts = short.map { "\(sample.taken[$0.code, default: 0]) \($0.name)" }
            let limit = rule.perArticle.map { " with at most \($0) from one article" } ?? ""
            if !short.isEmpty {
                warnings.append(
                    "per_label asks for \(asked) comments of each label, and there are only "
                        + "\(counts.joined(separator: " and "))\(limit); ask for fewer, or set per_label: balanced"
                )
            }
        }
        if sample.rarerShare < Self.uneven {
            let counts = classes.map { "\(sample.taken[$0.code, default: 0]) \($0.name)" }
            warnings.append(
                "the labels are uneven: \(counts.joined(separator: " and ")) comments were chosen; per_label: balanced takes "
                    + "as many of each")
        }
        return warnings
    }

    private struct Chosen {
        var columns: DatasetColumns
        var available: [UInt8: Int]
        var taken: [UInt8: Int]
        var pool: SamplePool.Written

        /// 0 ... 0.5; 0 for an empty sample.
        var rarerShare: Double {
            let counts = [Verdict.controversial, .uncontroversial].map { taken[$0.code, default: 0] }
            return Double(counts.min() ?? 0) / Double(max(1, counts.reduce(0, +)))
        }
    }

    private func choose(
        from labels: DatasetView, _ cut: LedgerCut, _ context: StageContext
    ) throws -> Chosen {
        let earlier = try SamplePool(
            try context.earlierResult(sameParameters: false), stage: context.stageName, seed: rule.seed)
        let pool = try earlier.write(labels, toFolder: context.outputFolder, seed: rule.seed) { comments in
            try rank(comments, cut, context)
        }
        let contenders = contenders(pool.parts)
        let (sample, indices) = rule.pick(from: contenders.candidates, available: contenders.available)
        var columns = DatasetColumns()
        columns.reserveCapacity(indices.count)
        for index in indices {
            let place = contenders.places[index]
            columns.append(pool.parts[place.part].rows, row: place.row)
        }
        return Chosen(columns: columns, available: sample.available, taken: sample.taken, pool: pool)
    }

    /// The ranks of comments, from their keys in the ledger.
    private func rank(
        _ comments: [Int64], _ cut: LedgerCut, _ context: StageContext
    ) throws -> [(id: Int64, rank: SampleRank)] {
        var ranks: [(id: Int64, rank: SampleRank)] = []
        ranks.reserveCapacity(comments.count)
        let ranking = rule.ranking()
        var key = CommentKeyWriter()
        try context.ledger.scan(cut, fields: .key, selection: .ids(comments)) { comment in
            ranks.append((comment.id, key.withBytes(of: comment) { ranking.rank(of: $0) }))
            if ranks.count % 65_536 == 0 { try context.checkpoint() }
        }
        return ranks
    }

    /// Candidates, and where each of them is.
    private struct Contenders {
        var candidates: [SampleCandidate] = []
        var places: [(part: Int, row: Int)] = []
        /// Comments that there are by label; `nil` if the candidates are all of them.
        var available: [UInt8: Int]?
    }

    /// The comments among which those to be chosen are. If a number of each label is wanted, wherever they come from,
    /// that is a small part of all.
    private func contenders(_ parts: [SamplePoolPart]) -> Contenders {
        var contenders = Contenders()
        var limits = [UInt64](repeating: .max, count: 256)
        if rule.looksAtRanksAlone {
            var bounds = [RankBound?](repeating: nil, count: 256)
            for part in parts {
                for row in part.rows.labels.indices {
                    let label = Int(part.rows.labels[row])
                    if bounds[label] == nil { bounds[label] = RankBound() }
                    bounds[label]?.add(part.prefix(row))
                }
            }
            let found = bounds.enumerated().compactMap { label, bound in bound.map { (UInt8(label), $0) } }
            let available = Dictionary(uniqueKeysWithValues: found.map { ($0.0, $0.1.count) })
            let limit = rule.limit(available: available) ?? .max
            for (label, bound) in found { limits[Int(label)] = bound.bound(ofFirst: limit) }
            contenders.available = available
        }
        for (number, part) in parts.enumerated() {
            for row in part.rows.labels.indices
            where part.prefix(row) <= limits[Int(part.rows.labels[row])] {
                contenders.candidates.append(part.candidate(row))
                contenders.places.append((number, row))
            }
        }
        return contenders
    }
}

extension [Int64] {
    /// Those that another list lacks; both in rising order.
    func missing(in other: [Int64]) -> [Int64] {
        var at = 0
        return filter { id in
            while at < other.count, other[at] < id { at += 1 }
            return at == other.count || other[at] != id
        }
    }

    /// Those that another list has too; both in rising order.
    func common(with other: [Int64]) -> [Int64] {
        var at = 0
        return filter { id in
            while at < other.count, other[at] < id { at += 1 }
            return at < other.count && other[at] == id
        }
    }
}
