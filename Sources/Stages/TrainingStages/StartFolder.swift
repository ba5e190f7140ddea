private import Foundation
internal import HubFiles
internal import ShardFormat
internal import StageKit
internal import Tokenization
internal import Training

/// The folder that a training run starts from: the user's model with the tokenizer of the shards.
///
/// A model folder may hold `config.json` alone, for a model of that shape with random weights and with the
/// vocabulary that the shards were made with; its own vocabulary must be the shards' own.
enum StartFolder {
    /// Opens the folder.
    /// - Parameters:
    ///   - initial: the user's folder.
    ///   - shards: the shards with the tokenizer's files beside them.
    ///   - randomWeights: whether the weights in the folder are left alone.
    static func open(
        _ initial: String, shards: ShardFolder, randomWeights: Bool = false
    ) throws -> ModelFolder {
        let mode = try mode(of: shards.manifest)
        // Adapters may leave the tokenizer with the model that they belong to.
        var (home, own) = (initial, try tokenizer(in: initial, mode))
        if own == nil {
            home = try ModelFolder.base(of: initial)
            own = home == initial ? nil : try tokenizer(in: home, mode)
        }
        let found = try tokenizer(in: shards.path, mode)
        if let own { try check(own.tokenizer, of: initial, against: shards.manifest, found?.tokenizer) }
        var files: ModelFolder.TokenizerFiles?
        if let found {
            files = .init(folder: shards.path, names: found.files)
        } else if let own {
            // Shards made elsewhere may come without their tokenizer.
            files = .init(folder: home, names: own.files)
        }
        do {
            return try ModelFolder(
                initial, tokenizer: files, vocabularySize: shards.manifest.tokenizer.vocabularySize,
                randomWeights: randomWeights)
        } catch let error as TrainingError {
            guard UnreadWeights(in: initial) != nil else { throw error }
            throw StageError("\(error)", hint: randomHint)
        }
    }

    static let randomHint = "to train from random numbers all the same, set init_weights: random"

    static func mode(of manifest: ShardManifest) throws(StageError) -> WordPieceMode {
        guard let mode = WordPieceMode(ofKind: manifest.tokenizer.kind) else {
            throw StageError(
                "the shards were made by the tokenizer rules '\(manifest.tokenizer.kind)', which this version does not know",
                hint: "make the shards again")
        }
        return mode
    }

    static func tokenizer(
        in folder: String, _ mode: WordPieceMode
    ) throws(StageError) -> TokenizerFolder.Found? {
        do {
            return try TokenizerFolder.find(in: folder, mode: mode)
        } catch {
            throw StageError("\(folder): \(error)")
        }
    }

    /// - Parameter found: the tokenizer in the folder of the shards.
    private static func check(
        _ tokenizer: any Tokenizer, of folder: String, against manifest: ShardManifest,
        _ found: (any Tokenizer)?
    ) throws(StageError) {
        let digest = ContentDigest.of(tokenizer.identity)
        if digest == manifest.tokenizer.digest { return }
        if let found, ContentDigest.of(found.identity) == manifest.tokenizer.digest,
            tokenizer.agrees(with: found)
        {
            return
        }
        throw StageError(
            "the tokenizer of the shards is not the model's: tokenizer digest \(manifest.tokenizer.digest.prefix(16))… "
                + "(\(manifest.tokenizer.vocabularySize) pieces) in the shards, \(digest.prefix(16))… "
                + "(\(tokenizer.vocabularySize) pieces) in \(folder)",
            hint:
                "make the shards with this model's tokenizer: set 'tokenizer' of the shards stage, or 'reuse' of "
                + "the vocabulary stage, to that folder")
    }

    /// Whether a model's tokenizer gives the same ids as that of shards, though its files are written otherwise.
    static func agree(_ model: ModelFolder, _ shards: ShardFolder) throws -> Bool {
        let mode = try mode(of: shards.manifest)
        guard
            let one = try (tokenizer(in: model.path, mode) ?? tokenizer(in: model.weightsFolder, mode))?
                .tokenizer,
            let two = try tokenizer(in: shards.path, mode)?.tokenizer,
            ContentDigest.of(two.identity) == shards.manifest.tokenizer.digest
        else { return false }
        return one.agrees(with: two)
    }
}
