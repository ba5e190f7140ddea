private import Foundation

/// The tokenizer's files in a model folder, as Hugging Face lays it out.
public enum TokenizerFolder {
    public static let vocabularyFile = "vocab.txt"
    public static let configurationFile = "tokenizer_config.json"
    public static let tokenizerFile = "tokenizer.json"
    /// Every file that decides the ids.
    public static let fileNames = [vocabularyFile, configurationFile, tokenizerFile]

    /// The tokenizer of a folder: of `vocab.txt`, or of `tokenizer.json` when that is all there is.
    ///
    /// - Returns: `nil` when the folder holds neither.
    /// - Throws: ``TokenizationError`` when a file cannot be read or does not describe a WordPiece tokenizer.
    public static func load(
        _ folder: String, mode: WordPieceMode = .hfFast
    ) throws(TokenizationError) -> WordPieceTokenizer? {
        let configuration = try bytes(of: configurationFile, in: folder)
        if let vocabulary = try bytes(of: vocabularyFile, in: folder) {
            return try WordPieceTokenizer(
                vocabularyBytes: vocabulary, configurationJSON: configuration, mode: mode)
        }
        guard let tokenizer = try bytes(of: tokenizerFile, in: folder) else { return nil }
        return try WordPieceTokenizer(tokenizerJSON: tokenizer, configurationJSON: configuration, mode: mode)
    }

    private static func bytes(of name: String, in folder: String) throws(TokenizationError) -> [UInt8]? {
        let path = folder + "/" + name
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw .configuration("\(path) cannot be read; check its permissions")
        }
        return Array(data)
    }
}
