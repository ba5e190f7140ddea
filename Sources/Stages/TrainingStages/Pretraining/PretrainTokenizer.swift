internal import HubFiles
internal import Models
internal import Pretraining
internal import StageKit
internal import Tokenization
internal import Training

/// The tokenizer of a pretraining: the one that is named or connected, else the model's own.
struct PretrainTokenizer {
    let tokenizer: any Tokenizer
    private let folder: String
    private let files: [String]
    private let isOwn: Bool

    init(_ context: StageContext) throws {
        let connected = context.inputs.first("tokenizer")?.path
        if let named = context.files["tokenizer"]?.first, connected != nil {
            throw StageError(
                "the pretrain stage has two tokenizers: the folder \(named.shownPath), and the one of input 'tokenizer'",
                hint: "leave one of them out")
        }
        let given = connected ?? context.files["tokenizer"]?.first?.path
        let model = context.inputs.first("init")?.path ?? context.files["init"]?.first?.path
        guard let folder = given ?? model, let found = try Self.find(folder) else {
            throw StageError(
                "the pretrain stage has no tokenizer",
                hint:
                    "connect input 'tokenizer' to a vocabulary stage, or set 'tokenizer' to a folder with vocab.txt"
            )
        }
        (self.folder, files, tokenizer) = (folder, found.files, found.tokenizer)
        isOwn = given == nil
    }

    private static func find(_ folder: String) throws(StageError) -> TokenizerFolder.Found? {
        do {
            return try TokenizerFolder.find(in: folder)
        } catch {
            throw StageError("\(folder): \(error)")
        }
    }

    /// The folder to start from, with this tokenizer.
    ///
    /// A folder with weights knows the words of its own vocabulary: another tokenizer is refused.
    func openModel(_ path: String, randomWeights: Bool) throws -> ModelFolder {
        if !isOwn, let own = try Self.find(path), !own.tokenizer.agrees(with: tokenizer) {
            throw StageError(
                "the tokenizer is not the model's: its vocabulary has \(tokenizer.vocabularySize) pieces, that of \(path) "
                    + "\(own.tokenizer.vocabularySize), and they give other ids",
                hint: "leave the tokenizer out, or start from a folder with config.json alone")
        }
        do {
            return try ModelFolder(
                path, tokenizer: isOwn ? nil : .init(folder: folder, names: files),
                vocabularySize: tokenizer.vocabularySize, randomWeights: randomWeights)
        } catch let error as TrainingError {
            guard UnreadWeights(in: path) != nil else { throw error }
            throw StageError("\(error)", hint: StartFolder.randomHint)
        }
    }

    /// - Throws: ``StageError`` for a tokenizer without a token that masks, or that puts nothing around texts.
    func vocabulary(
        for objective: PretrainingOptions.Objective, _ folder: ModelFolder
    ) throws(StageError) -> PretrainingVocabulary {
        objective == .nextWords ? try endedVocabulary(folder.configuration) : try maskedVocabulary()
    }

    /// Texts begin and end with the model's own tokens where the tokenizer puts none around them, so that a model learns how
    /// texts begin, and to end them.
    private func endedVocabulary(
        _ configuration: ModelConfiguration
    ) throws(StageError) -> PretrainingVocabulary {
        var frame = tokenizer.frame
        if frame.before.isEmpty { frame.before = [configuration.beginID].compactMap { $0 } }
        if frame.after.isEmpty { frame.after = Array(configuration.endIDs.prefix(1)) }
        guard !frame.before.isEmpty, !frame.after.isEmpty else {
            throw StageError(
                "config.json names no token that texts begin with (bos_token_id) or end with (eos_token_id), and the tokenizer "
                    + "in \(folder) puts none around them, so a model could not learn to end a text",
                hint: "set both in config.json; GPT-2 has one token for both")
        }
        return PretrainingVocabulary(
            size: tokenizer.vocabularySize, frame: frame, mask: nil, special: tokenizer.specialIDs.values,
            continues: { _ in false })
    }

    private func maskedVocabulary() throws(StageError) -> PretrainingVocabulary {
        let tokenizer = tokenizer
        guard let mask = tokenizer.maskID else {
            throw StageError(
                "the tokenizer in \(folder) has no mask token, such as [MASK] or <mask>, and pretraining puts one in place of "
                    + "masked words",
                hint:
                    "name it as mask_token in tokenizer_config.json, or make the vocabulary by a vocabulary stage"
            )
        }
        let frame = tokenizer.frame
        guard !frame.before.isEmpty, !frame.after.isEmpty else {
            throw StageError(
                "the tokenizer in \(folder) puts no token before or after a text, and pretraining needs both",
                hint:
                    "take the tokenizer of a model with an encoder, or make the vocabulary by a vocabulary stage"
            )
        }
        let continuing = (0..<tokenizer.vocabularySize).map { tokenizer.continuesWord($0) }
        return PretrainingVocabulary(
            size: tokenizer.vocabularySize, frame: frame, mask: mask, special: tokenizer.specialIDs.values,
            continues: { continuing[$0] })
    }
}
