internal import DatasetStages
package import Diagnostics
private import Foundation
internal import Pretraining
package import StageKit
internal import TextBasics
internal import Tokenization
internal import Training

/// Pretrains an encoder on texts without labels.
///
/// A run that is killed continues from its last checkpoint and ends with the same bytes.
package struct PretrainStage: Stage {
    package static let kind = StageKind(
        "pretrain", revision: 1,
        summary: "Pretrain an encoder, or a model that tells the next word, on texts without labels.",
        inputs: [
            Port("texts", "texts-v1", "split-v1"), Port("split", "split-v1", optional: true),
            Port("tokenizer", "tokenizer-v1", "model-v1", optional: true),
            Port("init", "model-v1", optional: true),
        ],
        outputs: [Port("model", "model-v1")],
        figures: PretrainFigures.declared(),
        headline: PretrainFigures.names(\.steps, \.texts, \.wordLoss, \.wordAccuracy),
        report: .pretrain,
        example: """
            pretrained:
              uses: pretrain
              from: {texts: clean, split: split, tokenizer: vocabulary}
              with: {init: models/my-model, max_tokens: 64, epochs: 2, path: out/pretrained}
            """,
        values: [
            "evaluate_every": "500",
            "init": "models/my-model",
            "max_steps": "2000",
            "path": "out/pretrained",
            "tokenizer": "models/my-model",
            "track": "[tensorboard]",
        ]
    )

    private let options: PretrainingOptions
    private let path: String?
    private let hasRandomWeights: Bool
    private let firsts: FirstText
    let sides: ReadSides
    private let checkpointInterval: Int
    private let trackers: [String]
    private let resolved: JSONValue

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder(
            "init", required: false, part: .model,
            help:
                "Model to start from: a folder with config.json, or the name of a model in the Hugging Face cache; without weights it starts from random ones."
        )
        hasRandomWeights =
            parameters.choice(
                "init_weights", default: "folder", of: ["folder", "random"],
                help: "Whether to load the weights of 'init', or to draw random ones instead.") == "random"
        _ = parameters.folder(
            "tokenizer", required: false, part: .tokenizer,
            help:
                "Folder with a tokenizer's files where it is not the one of 'init'; or connect input 'tokenizer' to a vocabulary stage."
        )
        firsts =
            FirstText(
                rawValue: parameters.choice(
                    "text_pair", default: FirstText.none.rawValue, of: FirstText.allCases.map(\.rawValue),
                    help:
                        "What is put before each comment, as the first text of a pair: the article's title, the comment that it answers (reply), or the comment before it of the same article."
                )) ?? .none
        sides = ReadSides(&parameters)
        var options = PretrainingOptions(&parameters)
        checkpointInterval = options.readTraining(&parameters)
        self.options = options
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "run"], help: "Folder to write the model into.")
        trackers = parameters.trackers()
        if options.pairs != .none, firsts == .none {
            parameters.reject(
                "pairs",
                "'pairs' needs two texts in each row: set text_pair to title, reply or article, or leave 'pairs' out"
            )
        }
        if options.objective == .nextWords, firsts != .none {
            parameters.reject(
                "text_pair", "'text_pair' is for objectives mlm and rtd; clm reads each text by itself",
                hint: "leave 'text_pair' out")
        }
        // Earlier, comments without a title were taken for pairs, with nothing as their first text.
        if options.pairs != .none { parameters.addToFingerprint("pairs_of", "two texts") }
        try parameters.finish()
        resolved = parameters.resolved
    }

    /// Texts of which it is not said whether models are judged by them, and no model to pretrain.
    package func problems(in look: StageLook) -> [StageProblem] {
        StartFolder.problems(of: Self.kind, look) + sides.problems(in: look)
    }

    package func run(in context: StageContext) async throws -> StageResult {
        try TrainingFailure.asStageError { try pretrain(context) }
    }

    private func pretrain(_ context: StageContext) throws -> StageResult {
        let input = try context.inputs.one("texts")
        let found = try PretrainTokenizer(context)
        let folder = try found.openModel(
            try StartFolder.path(in: context, of: Self.kind), randomWeights: hasRandomWeights)
        let facts = try DatasetFacts(input)
        try FileManager.default.createDirectory(atPath: context.workFolder, withIntermediateDirectories: true)
        let (corpus, texts) = try tokenize(found.tokenizer, context)
        guard corpus.count > 0 else {
            throw StageError(
                "there are no texts to learn from", hint: "look at the counts of the clean and split stages")
        }
        var options = options
        options.training.threads = context.threads
        let run = Pretraining(
            start: folder, options: options, corpus: corpus,
            vocabulary: try found.vocabulary(for: options.objective, folder),
            source: try source(texts, facts, found.tokenizer, folder))
        context.progress.log(ComputeEnvironment.text(options.training), [:])
        var paths = Pretraining.Paths(
            checkpoints: context.workFolder + "/checkpoints", output: context.outputFolder + "/model")
        paths.checkpointInterval = checkpointInterval
        let watch = PretrainWatch(
            context.progress, expectsRandomWeights: hasRandomWeights,
            track: TrainingTrack(trackers, settings: resolved, context))
        let outcome = try run.run(
            paths, loaded: watch.begin, observe: watch.observe,
            shouldStop: { (try? context.checkpoint()) == nil })
        guard let outcome else {
            watch.track.stop()
            throw StageInterrupted()
        }
        let figures = PretrainFigures(
            outcome, options, excluded: texts.excluded + texts.copies,
            alone: firsts == .none ? nil : texts.alone, tokens: corpus.tokenCount
        ).json
        watch.track.finish(figures)
        return StageResult(
            outputs: [StageOutput(port: "model", path: "model", locator: input.locator)],
            figures: figures,
            publications: try path.map { try Publication.files(of: "model", in: context, to: $0) } ?? [])
    }

    /// Reads, cleans and tokenizes the texts into the work folder.
    private func tokenize(
        _ tokenizer: any Tokenizer, _ context: StageContext
    ) throws -> (PretrainingCorpus, UnlabeledTexts) {
        var texts = try UnlabeledTexts(
            sides, firsts: firsts, wantsPairs: options.pairs != .none, context)
        let writer = try PretrainingCorpus.Writer(
            context.workFolder + "/texts.ids", texts: firsts == .none ? 1 : 2)
        let longest = options.maxTokens
        try texts.read { texts, firsts, _ in
            func encode(_ rows: UTF8Rows) throws -> EncodedBatch {
                try tokenizer.encodeBatch(
                    rows, pairs: nil, maxTokens: longest, cutting: .right, addsSpecialTokens: false,
                    threads: context.threads)
            }
            let ids = try encode(texts)
            let firsts = try firsts.map(encode)
            for row in 0..<ids.count {
                if let firsts { try writer.append(firsts[row]) }
                try writer.append(ids[row])
            }
        }
        return (try writer.finish(), texts)
    }

    private func source(
        _ texts: UnlabeledTexts, _ facts: DatasetFacts, _ tokenizer: any Tokenizer, _ folder: ModelFolder
    ) throws -> PretrainingSource {
        var provenance = ModelProvenance(
            cleanRules: facts.cleanRules, cleanRevision: facts.cleanRevision,
            tokenizerDigest: ContentDigest.of(tokenizer.identity), tokenizerKind: tokenizer.kind,
            maxTokens: options.maxTokens, labelSet: "",
            parity: try tokenizer.parityEvidence().digests(by: { ContentDigest.of($0) }))
        provenance.textPair = firsts == .title ? firsts.rawValue : nil
        provenance.hasReadEverySide = texts.side == nil || folder.provenance?.hasReadEverySide == true
        var sentences = [
            "\(Counts.text(texts.count, "text")) (\(firsts.pair)), cleaned by `\(facts.cleanRules)`."
        ]
        if texts.alone > 0 {
            sentences.append(
                "\(texts.alone) without \(firsts.absence) were "
                    + (options.pairs == .none ? "read alone." : "left out."))
        }
        if texts.side != nil { sentences += texts.sentences }
        if folder.provenance?.hasReadEverySide == true, texts.side != nil {
            sentences.append(
                "**The model that it started from had read the texts of every side**: scores on them are too good."
            )
        }
        if texts.side == nil { sentences += texts.sentences }
        return PretrainingSource(
            provenance: provenance, lowercase: tokenizer.lowercase, stripsAccents: tokenizer.stripsAccents,
            sentences: sentences)
    }
}
