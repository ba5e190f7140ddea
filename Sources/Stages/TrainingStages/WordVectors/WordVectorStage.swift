internal import DatasetStages
package import Diagnostics
private import Foundation
package import StageKit
internal import TextBasics
internal import Tokenization
internal import WordVectors

/// Learns word vectors from texts, labeled or not.
package struct WordVectorStage: Stage {
    package static let kind = StageKind(
        "word2vec",
        revision: 1,
        summary: "Learn word vectors from cleaned texts, by CBOW or skip-gram with negative sampling.",
        inputs: [
            Port("texts", "texts-v1", "split-v1"), Port("split", "split-v1", optional: true),
            Port("tokenizer", "tokenizer-v1", "model-v1", optional: true),
        ],
        outputs: [Port("vectors", VectorFolder.artifactType)],
        figures: WordVectorFigures.declared(ofTheMoment: \.wordsPerSecond),
        headline: WordVectorFigures.names(\.vocabulary, \.words, \.texts),
        report: .wordVectors,
        example: """
            vectors:
              uses: word2vec
              from: {texts: clean, split: split, tokenizer: vocabulary}
              with: {model: skip_gram, vector_size: 300, min_count: 1}
            """,
        values: [
            "path": "out/vectors"
        ]
    )

    private let settings: WordVectorSettings
    private let sides: ReadSides
    private let form: VectorFile.Form
    private let path: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        settings = WordVectorSettings(&parameters)
        sides = ReadSides(&parameters)
        form =
            VectorFile.Form(
                rawValue: parameters.choice(
                    "format", default: VectorFile.Form.binary.rawValue,
                    of: VectorFile.Form.allCases.map(\.rawValue),
                    help: "Which of word2vec's two formats to write.")) ?? .binary
        path = parameters.outputPath(
            "path", default: nil, placeholders: ["date", "run"], help: "Folder to write the vectors into.")
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        do {
            return try learn(context)
        } catch let error as WordVectorError {
            throw StageError(error.description)
        }
    }

    private func learn(_ context: StageContext) throws -> StageResult {
        let tokenizer = try tokenizer(context)
        let (corpus, texts) = try corpus(tokenizer, context)
        context.progress.log(
            "words counted",
            [
                "texts": "\(texts.count)", "words": "\(corpus.allWords)",
                "vocabulary": "\(corpus.words.count)",
            ])
        let started = ContinuousClock.now
        let training = WordVectorTraining(corpus, settings: settings, threads: context.threads)
        try training.run { done, all in
            try context.checkpoint()
            context.progress.report(done, of: all, unit: "words")
        }
        let seconds = (ContinuousClock.now - started) / .seconds(1)
        let vectors = training.vectors
        var figures = WordVectorFigures(corpus, texts, settings)
        figures.wordsPerSecond = (Double(corpus.allWords * settings.epochs) / max(seconds, 1e-9)).rounded()
        figures.neighbors = WordVectorFigures.neighbors(in: vectors)
        let folder = VectorFolder(
            settings: settings, texts: texts, corpus: corpus, readsEverySide: sides.all,
            tokenizer: tokenizer.map { ContentDigest.of($0.identity) })
        try folder.write(vectors, as: form, to: context.outputFolder + "/vectors")
        return StageResult(
            outputs: [StageOutput(port: "vectors", path: "vectors")], figures: figures.json,
            publications: try path.map { try Publication.files(of: "vectors", in: context, to: $0) } ?? [])
    }

    private func corpus(
        _ tokenizer: (any Tokenizer)?, _ context: StageContext
    ) throws -> (WordCorpus, UnlabeledTexts) {
        var texts = try UnlabeledTexts(sides, context)
        var builder = WordCorpusBuilder()
        try texts.read { rows, _, _ in
            guard let tokenizer else {
                for row in 0..<rows.count { rows[row].withUnsafeBytes { builder.add($0) } }
                return
            }
            let pieces = try tokenizer.encodeBatch(
                rows, pairs: nil, maxTokens: nil, cutting: .right, addsSpecialTokens: false,
                threads: context.threads)
            for row in 0..<pieces.count {
                builder.add(pieces: pieces[row]) { tokenizer.text(of: Int($0)) }
            }
        }
        return (try builder.corpus(minCount: settings.minCount), texts)
    }

    /// The tokenizer whose pieces get vectors; nil for white-space words.
    private func tokenizer(_ context: StageContext) throws -> (any Tokenizer)? {
        guard let folder = context.inputs.first("tokenizer")?.path else { return nil }
        do {
            guard let tokenizer = try TokenizerFolder.load(folder) else {
                throw StageError(
                    "input 'tokenizer' has no vocab.txt and no tokenizer.json",
                    hint: "connect it to a vocabulary stage, or leave it out for the vectors of words")
            }
            return tokenizer
        } catch let error as TokenizationError {
            throw StageError("input 'tokenizer': \(error)")
        }
    }
}

extension WordVectorStage {
    /// Texts of which it is not said whether models are judged by them.
    package func problems(in look: StageLook) -> [StageProblem] { sides.problems(in: look) }
}

extension WordVectorSettings {
    fileprivate init(_ parameters: inout ParameterReader) {
        self.init()
        let standard = self
        architecture =
            Architecture(
                rawValue: parameters.choice(
                    "model", default: standard.architecture.rawValue,
                    of: Architecture.allCases.map(\.rawValue),
                    help:
                        "Whether the words around a word predict it together (cbow) or each alone (skip_gram)."
                ))
            ?? .cbow
        size = parameters.int(
            "vector_size", default: standard.size, in: 1...10_000, unit: "numbers",
            help: "Length of a word's vector.")
        window = parameters.int(
            "window", default: standard.window, in: 1...1000, unit: "words",
            help: "Most words to each side; every word draws a window of 1 to this many.")
        minCount = parameters.int(
            "min_count", default: standard.minCount, in: 1...1_000_000_000,
            help: "Times that a word must occur to get a vector.")
        negative = parameters.int(
            "negative", default: standard.negative, in: 1...100, unit: "words",
            help: "Words that are drawn against each example.")
        sample = parameters.number(
            "sample", default: standard.sample, in: 0...1,
            help:
                "Share of all words above which a word is left out the more often the more frequent it is; 0 leaves out none."
        )
        exponent = parameters.number(
            "ns_exponent", default: standard.exponent, in: -2...2,
            help: "Power of the texts that words are drawn by.")
        epochs = parameters.int(
            "epochs", default: standard.epochs, in: 1...1000, help: "Passes over the texts.")
        rate = parameters.number(
            "alpha", default: standard.rate, in: 1e-9...1, help: "Learning rate at the start.")
        leastRate = parameters.number(
            "min_alpha", default: standard.leastRate, in: 0...1, help: "Learning rate at the end.")
        seed = UInt64(
            parameters.int(
                "seed", default: Int(standard.seed), in: 0...Int.max,
                help: "Determines the first vectors, the windows and the words that are drawn."))
        block = parameters.int(
            "block", default: standard.block, in: 1...65_536, unit: "examples",
            help:
                "Examples that see the same numbers, so that several threads share them; 1 is gensim's order, in one thread."
        )
    }
}
