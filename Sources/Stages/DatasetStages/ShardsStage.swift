package import Diagnostics
private import Foundation
internal import Labeling
internal import ShardFormat
package import StageKit
package import Tokenization
internal import VoteModel

/// Turns the sides of a split into token shards, bound to the tokenizer and the labels they were made with.
package struct ShardsStage: Stage {
    package static let kind = StageKind(
        "shards",
        revision: 2,  // 2: added_tokens.json and a tokenizer.json that says otherwise count
        summary: "Tokenize each side of a split into safetensors files without padding.",
        inputs: [
            Port("data", ArtifactType.split),
            Port("tokenizer", ArtifactType.tokenizer, "model-v1", "vectors-v1", optional: true),
        ],
        outputs: [Port("shards", ArtifactType.shards)],
        figures: ShardFigures.declared(ofTheMoment: \.driftUnknown, \.driftUnknownNoise),
        followsLabels: true,
        headline: ShardFigures.names(
            \.rows, \.tokens, \.meanTokens, \.truncatedRows, \.paddingCostBatch),
        report: .shards,
        example: """
            shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 128}}
            """,
        values: [
            "doc_stride": "64",
            "max_query_tokens": "48",
            "overlap": "32",
            "pieces": "every",
            "tokenizer": "models/my-model",
        ]
    )

    package let maxTokens: Int
    private let rowsPerShard: Int
    private let weights: LabelWeight?
    /// Whether rows weigh so that each class counts the same in training.
    private let balances: Bool
    package let mode: WordPieceMode
    let hasTitles: Bool
    let side: TruncationSide
    private let mostUnknown: Double
    let tags: TagSettings
    let windows: WindowSettings

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "tokenizer", required: false, part: .tokenizer,
            help:
                "Folder with a tokenizer's files, or the name of a model in the Hugging Face cache; or connect input 'tokenizer' to a vocabulary stage, or to a word2vec stage for its words."
        )
        maxTokens = parameters.int(
            "max_tokens", default: 128, in: 3...65_536, unit: "tokens",
            help: "Maximum row length, special tokens included; longer rows are cut.")
        rowsPerShard = parameters.int(
            "rows_per_shard", default: 20_000, in: 1...10_000_000, unit: "rows",
            help: "Most rows in one file.")
        mode =
            WordPieceMode(
                rawValue: parameters.choice(
                    "mode", default: WordPieceMode.hfFast.rawValue,
                    of: WordPieceMode.allCases.map(\.rawValue),
                    help:
                        "Which rules a WordPiece tokenizer follows; the model that is trained on the shards follows the same ones."
                ))
            ?? .hfFast
        let weight = parameters.choice(
            "weights", default: "none", of: ["none"] + LabelWeight.allCases.map(\.rawValue) + ["balanced"],
            help:
                "Weight of each row: by how certain its label is, so that each class counts the same (balanced), or all "
                + "the same.")
        weights = LabelWeight(rawValue: weight)
        balances = weight == "balanced"
        hasTitles =
            parameters.choice(
                "text_pair", default: "none", of: ["none", "title"],
                help: "Put the article's title before each comment, as the first text of a pair.") == "title"
        side =
            TruncationSide(
                rawValue: parameters.choice(
                    "truncation_side", default: "right", of: TruncationSide.allCases.map(\.rawValue),
                    help: "Which end of longer texts is cut.")) ?? .right
        mostUnknown = parameters.number(
            "max_unknown_share", default: 0.2, in: 0...1,
            help: "Maximum share of unknown tokens, such as [UNK], on the train side; more stops the run.")
        tags = Self.tags(&parameters, maxTokens: maxTokens)
        windows = Self.windows(&parameters)
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let input = try context.inputs.one("data")
        let facts = try DatasetFacts(input)
        let split = try DatasetColumns(input)
        let (tokenizer, folder) = try tokenizer(context)
        for remark in tokenizer.remarks { context.progress.log(remark, [:]) }
        try check(facts)
        let writer = ShardWriter(
            tokenizer: tokenizer, facts: facts, reader: try DatasetTexts(facts, context),
            rules: try facts.targets == nil
                ? RulesBySource(facts).byComment(split.ids, of: facts.cut, context.ledger) : nil,
            maxTokens: maxTokens,
            rowsPerShard: rowsPerShard, weights: weights,
            classFactors: balances ? try classFactors(split, facts) : nil, hasTitles: hasTitles, tags: tags,
            windows: facts.targets?.task.form == .answerPlaces ? windows.record : nil, side: side,
            context: context,
            folder: context.outputFolder + "/shards")
        try FileManager.default.createDirectory(atPath: writer.folder, withIntermediateDirectories: true)
        try TokenizerFolder.copy(from: folder, to: writer.folder)
        var files: [ShardManifest.File] = []
        var audits: [String: TokenAudit] = [:]
        for (side, name) in split.sideNames.enumerated() {
            let written = try writer.write(split, side: side, name: name)
            files += written.files
            audits[name] = written.audit
        }
        try checkUnknown(audits, split.sideNames, tokenizer)
        let isTagged = facts.targets?.task.form == .wordClasses
        if isTagged {
            let watch = try TagWatch(split, files, in: writer.folder, tokenizer.vocabularySize, facts)
            for warning in watch.warnings { context.progress.warn(warning) }
        }
        if writer.windows != nil {
            let watch = try AnswerWatch(
                split, files, in: writer.folder, tokenizer.vocabularySize,
                cutRows: audits.values.reduce(0) { $0 + $1.truncatedRows })
            for warning in watch.warnings { context.progress.warn(warning) }
        }
        var manifest = try manifest(
            tokenizer, facts, files, audits, tagged: isTagged ? tags.record(split.words) : nil)
        manifest.windows = writer.windows
        let file = try FileWriter(path: writer.folder + "/" + ShardManifest.fileName)
        try file.write(Array(try manifest.encoded()))
        try file.finish()
        let drift = try ShardDrift(
            split, files, in: writer.folder, (Int32(tokenizer.unknownID), tokenizer.vocabularySize), facts,
            context)
        if let warning = drift.warning(tokenizer.unknownToken) { context.progress.warn(warning) }
        return StageResult(
            outputs: [StageOutput(port: "shards", path: "shards", locator: facts.locator)],
            figures: figures(manifest, split.sideNames, drift))
    }

    /// Refuses what only votes or articles have where rows came with labels.
    private func check(_ facts: DatasetFacts) throws(StageError) {
        try checkTags(facts)
        try checkAnswers(facts)
        guard let targets = facts.targets else { return }
        if let weights {
            throw StageError(
                "weights: \(weights.rawValue) goes by votes, and these rows came with labels",
                hint: "set weights: balanced for classes that count the same, or leave 'weights' out")
        }
        if hasTitles, targets.hasPairs {
            throw StageError(
                "the rows are pairs of texts already; there is no room for a title before them",
                hint: "leave 'text_pair' out, or name the title's column as text_pair in the ingest stage")
        }
    }

    /// Rows / (classes · rows of the class), over the training rows, or all where no side is called train.
    private func classFactors(_ split: DatasetColumns, _ facts: DatasetFacts) throws(StageError) -> [Float] {
        if let task = facts.targets?.task, task.form != .oneClass {
            throw StageError(
                "weights: balanced goes by the class of each row, and the task of these rows is \(task.rawValue)",
                hint: task.form != .number
                    ? "leave 'weights' out; 'class_weights: balanced' of the train stage weighs each class"
                    : "leave 'weights' out: rows with scores have no classes")
        }
        let side = split.sideNames.firstIndex(of: "train")
        var counts = facts.classNames.map { _ in 0 }
        for row in split.ids.indices where side == nil || Int(split.sides[row]) == side {
            for label in split.classes(of: row, facts.targets) { counts[label] += 1 }
        }
        let rows = Double(counts.reduce(0, +))
        return counts.map { $0 == 0 ? 0 : Float(rows / (Double(counts.count) * Double($0))) }
    }

    /// A tokenizer that cannot spell the texts is another one than the model's, or reads them with another casing.
    private func checkUnknown(
        _ audits: [String: TokenAudit], _ sides: [String], _ tokenizer: any Tokenizer
    ) throws(StageError) {
        let name = audits["train"] == nil ? sides.first ?? "" : "train"
        guard let share = audits[name]?.unknownShare, share > mostUnknown else { return }
        func percent(_ share: Double) -> String { String(format: "%.1f %%", 100 * share) }
        throw StageError(
            "\(percent(share)) of the tokens of the side '\(name)' are \(tokenizer.unknownToken); this tokenizer does not seem to be "
                + "made for these texts (allowed: \(percent(mostUnknown)))",
            hint:
                "check that the folder's tokenizer is the model's own, and fits in casing and language; set "
                + "'max_unknown_share' to allow more")
    }

    /// The tokenizer, and the folder that its files are in.
    private func tokenizer(_ context: StageContext) throws -> (any Tokenizer, folder: String) {
        let connected = context.inputs.first("tokenizer")?.path
        if let named = context.files["tokenizer"]?.first, connected != nil {
            throw StageError(
                "the shards stage has two tokenizers: the folder \(named.shownPath), and the one of input 'tokenizer'",
                hint: "leave one of them out")
        }
        guard let folder = context.files["tokenizer"]?.first?.path ?? connected else {
            throw StageError(
                "the shards stage has no tokenizer",
                hint:
                    "set 'tokenizer' to a folder with vocab.txt, or connect input 'tokenizer' to a vocabulary stage"
            )
        }
        do {
            guard let tokenizer = try TokenizerFolder.load(folder, mode: mode) else {
                throw StageError(
                    "\(folder) has no vocab.txt and no tokenizer.json",
                    hint: "name a folder that has, or connect input 'tokenizer' to a vocabulary stage instead"
                )
            }
            return (tokenizer, folder)
        } catch let error as TokenizationError {
            throw StageError("\(folder): \(error)")
        }
    }

    private func manifest(
        _ tokenizer: any Tokenizer, _ facts: DatasetFacts, _ files: [ShardManifest.File],
        _ audits: [String: TokenAudit], tagged: ShardManifest.Tags?
    ) throws -> ShardManifest {
        var manifest = ShardManifest(
            tokenizer: ShardManifest.Tokenizer(
                digest: ContentDigest.of(tokenizer.identity), kind: tokenizer.kind,
                lowercase: tokenizer.lowercase, stripAccents: tokenizer.stripsAccents,
                vocabularySize: tokenizer.vocabularySize, specialTokens: tokenizer.specialIDs,
                tables: tokenizer.tablesVersion,
                parity: try tokenizer.parityEvidence().digests(by: { ContentDigest.of($0) })),
            cleanRules: facts.cleanRules, cleanRevision: facts.cleanRevision, labelSet: facts.labelSet ?? "",
            splitSalt: facts.salt ?? "",
            maxTokens: maxTokens, files: files, audit: audits)
        if let targets = facts.targets {
            manifest.task = targets.task
            manifest.labelNames = targets.names
        }
        manifest.tags = tagged
        manifest.textPair = hasTitles ? "title" : facts.targets?.hasPairs == true ? "text_pair" : nil
        manifest.truncationSide = side == .right ? nil : side.rawValue
        return manifest
    }

    private func figures(_ manifest: ShardManifest, _ sides: [String], _ drift: ShardDrift) -> JSONValue {
        let audits = sides.compactMap { manifest.audit[$0] }
        let rows = audits.reduce(0) { $0 + $1.rows }
        let tokens = audits.reduce(0) { $0 + $1.tokens }
        func mean(_ value: (TokenAudit) -> Double) -> Double {
            audits.reduce(0) { $0 + value($1) * Double($1.tokens) } / Double(max(1, tokens))
        }
        let train = manifest.audit["train"] ?? audits.first
        return ShardFigures(
            rows: rows, tokens: tokens, meanTokens: Double(tokens) / Double(max(1, rows)),
            unknownShare: mean(\.unknownShare),
            truncatedRows: audits.reduce(0) { $0 + $1.truncatedRows },
            paddingCostMax: mean(\.paddingFactorToMaximum), paddingCostBatch: mean(\.paddingFactorToBatch),
            p50: train?.medianTokens ?? 0, p95: train?.p95Tokens ?? 0, p99: train?.p99Tokens ?? 0,
            maxTokensSeen: audits.map(\.longestTokens).max() ?? 0, maxTokens: maxTokens,
            splits: manifest.rows, tokenizerDigest: manifest.tokenizer.digest,
            vocabularySize: manifest.tokenizer.vocabularySize,
            driftUnknown: drift.test?.distance ?? 0, driftUnknownNoise: drift.test?.noise ?? 0
        ).json
    }
}
