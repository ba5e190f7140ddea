private import Foundation
internal import ShardFormat
internal import StageKit
internal import Tokenization
internal import Training

/// The folder that a training run starts from: the user's model with the tokenizer of the shards.
///
/// A model folder may hold `config.json` alone, for a model of that shape with random weights and with the
/// vocabulary that the shards were made with; a vocabulary of its own must be the shards' own.
enum StartFolder {
    /// Puts the folder together and opens it.
    /// - Parameters:
    ///   - initial: the user's folder.
    ///   - shards: the shards with the tokenizer's files beside them.
    ///   - place: made anew.
    static func open(from initial: String, shards: ShardFolder, at place: String) throws -> ModelFolder {
        try assemble(from: initial, shards: shards, at: place)
        return try ModelFolder(place)
    }

    private static func assemble(from initial: String, shards: ShardFolder, at place: String) throws {
        let files = FileManager.default
        try? files.removeItem(atPath: place)
        try files.createDirectory(atPath: place, withIntermediateDirectories: true)
        try checkTokenizer(of: initial, against: shards.manifest)
        try writeConfiguration(
            from: initial, vocabularySize: shards.manifest.tokenizer.vocabularySize, to: place)
        for name in TokenizerFolder.fileNames {
            // Shards that somebody else made may lie there without their tokenizer.
            let sources = [shards.path, initial].map { $0 + "/" + name }
            guard let source = sources.first(where: files.fileExists) else { continue }
            try files.createSymbolicLink(atPath: place + "/" + name, withDestinationPath: source)
        }
        let taken = Set(TokenizerFolder.fileNames + ["config.json"])
        for name in try files.contentsOfDirectory(atPath: initial).sorted() where !taken.contains(name) {
            try files.createSymbolicLink(
                atPath: place + "/" + name, withDestinationPath: initial + "/" + name)
        }
    }

    private static func checkTokenizer(of folder: String, against manifest: ShardManifest) throws {
        guard let mode = WordPieceMode(rawValue: manifest.tokenizer.kind) else {
            throw StageError(
                "the shards were made by the tokenizer rules '\(manifest.tokenizer.kind)', which this version does not know",
                hint: "make the shards again")
        }
        guard let tokenizer = try TokenizerFolder.load(folder, mode: mode) else { return }
        let digest = ContentDigest.of(tokenizer.identity)
        guard digest == manifest.tokenizer.digest else {
            throw StageError(
                "the tokenizer of the shards is not the model's: tokenizer digest \(manifest.tokenizer.digest.prefix(16))… "
                    + "(\(manifest.tokenizer.vocabularySize) pieces) in the shards, \(digest.prefix(16))… "
                    + "(\(tokenizer.vocabularySize) pieces) in \(folder)",
                hint:
                    "make the shards with this model's tokenizer: set 'tokenizer' of the shards stage, or 'reuse' of "
                    + "the vocabulary stage, to that folder")
        }
    }

    /// Copies `config.json`, with the shards' vocabulary size where it names none.
    private static func writeConfiguration(from folder: String, vocabularySize: Int, to place: String) throws
    {
        let path = folder + "/config.json"
        guard let data = files.contents(atPath: path) else {
            throw StageError(
                "\(folder) has no config.json",
                hint: "name a Hugging Face folder, or one with a config.json that gives the model's size")
        }
        guard var configuration = try? JSONValue(parsing: data), configuration.members != nil else {
            throw StageError("\(path) is not a JSON object")
        }
        if configuration["vocab_size"] == nil { configuration["vocab_size"] = .integer(vocabularySize) }
        try DurableFile.write(configuration.prettyText.utf8, to: place + "/config.json")
    }

    private static var files: FileManager { .default }
}
