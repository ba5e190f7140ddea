package import Diagnostics
private import Foundation
package import StageKit
internal import TextBasics
internal import Tokenization
internal import VoteModel

/// Trains a vocabulary on the cleaned texts, or copies the one of a model folder.
package struct VocabularyStage: Stage {
    package static let kind = StageKind(
        "vocabulary",
        revision: 2,  // 2: what is taken over comes with added_tokens.json and special_tokens_map.json
        summary: "Train a vocabulary of words and word pieces, or copy a model's own.",
        inputs: [Port("texts", ArtifactType.texts, ArtifactType.split)],
        outputs: [Port("tokenizer", ArtifactType.tokenizer)],
        figures: VocabularyFigures.declared(),
        headline: VocabularyFigures.names(\.pieces, \.texts),
        example: """
            vocabulary: {uses: vocabulary, from: clean, with: {size: 8000, reuse: models/my-model}}
            """,
        values: [
            "reuse": "models/my-model", "model": "unigram", "character_coverage": "0.9995",
        ]
    )

    private let settings: VocabularySettings

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        settings = VocabularySettings(&parameters)
        _ = parameters.folder(
            "reuse", required: false, part: .tokenizer,
            help:
                "A model folder; when it has a vocabulary, that is taken over unchanged instead of training.")
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let folder = context.outputFolder + "/tokenizer"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let model = context.files["reuse"]?.first, let tokenizer = try TokenizerFolder.named(model) {
            return try takeOver(tokenizer, from: model, to: folder, context)
        }
        return try train(to: folder, context)
    }

    private func takeOver(
        _ tokenizer: any Tokenizer, from model: ResolvedFile, to folder: String, _ context: StageContext
    ) throws -> StageResult {
        try TokenizerFolder.copy(from: model.path, to: folder)
        context.progress.log("vocabulary taken over", ["from": model.shownPath])
        for remark in tokenizer.remarks { context.progress.log(remark, [:]) }
        return result(pieces: tokenizer.vocabularySize, texts: 0, takenOver: true)
    }

    private func train(to folder: String, _ context: StageContext) throws -> StageResult {
        let input = try context.inputs.one("texts")
        let facts = try DatasetFacts(input)
        var trainer = try settings.trainer()
        var batch = UTF8Rows()
        var count = 0
        let texts = try CleanedTexts(facts, context)
        func feed() throws {
            try trainer.add(batch, threads: context.threads)
            batch.removeAll()
            try context.checkpoint()
            context.progress.report(count, of: nil, unit: "texts")
        }
        let (selection, dropped) = try choose(input)
        var left = dropped
        try context.ledger.scan(facts.cut, fields: .text, selection: selection) { comment in
            if left.contains(comment.id) { return }
            try texts.withText(of: comment) { batch.append($0) }
            count += 1
            if batch.bytes.count > 1 << 22 { try feed() }
        }
        try feed()
        let trained = try trainer.trained(threads: context.threads) { pieces in
            try context.checkpoint()
            context.progress.report(pieces, of: nil, unit: "pieces left")
        }
        for (name, bytes) in trained.files {
            let file = try FileWriter(path: folder + "/" + name)
            try file.write(bytes)
            try file.finish()
        }
        for remark in trained.remarks { context.progress.log(remark, [:]) }
        if trained.pieces < settings.size {
            context.progress.log(
                "the texts give fewer pieces than 'size' asks for",
                ["pieces": "\(trained.pieces)", "size": "\(settings.size)"])
        }
        return result(pieces: trained.pieces, texts: count, takenOver: false, ties: trained.ties)
    }

    /// Every kept text; of a split, only the first side's, so that no test text shapes the vocabulary.
    private func choose(_ input: InputArtifact) throws -> (CommentSelection, DroppedComments) {
        if input.type == ArtifactType.texts { return (.all, try DroppedComments(input)) }
        let split = try DatasetColumns(input)
        return (.ids(split.rows(of: 0).map { split.ids[$0] }), DroppedComments())
    }

    private func result(pieces: Int, texts: Int, takenOver: Bool, ties: Int = 0) -> StageResult {
        StageResult(
            outputs: [StageOutput(port: "tokenizer", path: "tokenizer")],
            figures: VocabularyFigures(pieces: pieces, texts: texts, ties: ties, takenOver: takenOver).json)
    }
}

extension TokenizerFolder {
    /// Copies the files that decide the ids. What links lead to is copied, not the links: they may be relative.
    static func copy(from folder: String, to target: String) throws {
        for name in fileNames {
            guard let bytes = FileManager.default.contents(atPath: folder + "/" + name) else { continue }
            let file = try FileWriter(path: target + "/" + name)
            try file.write(Array(bytes))
            try file.finish()
        }
    }

    /// The tokenizer of a folder that the pipeline file names; `nil` if it holds none.
    /// - Throws: ``/StageKit/StageError`` naming the folder, when its files cannot be used.
    static func named(_ folder: ResolvedFile) throws(StageError) -> (any Tokenizer)? {
        do {
            return try load(folder.path)
        } catch {
            throw StageError("\(folder.shownPath): \(error)")
        }
    }
}
