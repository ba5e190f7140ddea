private import Foundation
package import StageKit
package import Tokenization

/// Folders of models and tokenizers, as named on the command line.
package enum ModelFiles {
    /// - Throws: ``StageError`` when there is no folder at `path`.
    package static func checkFolder(_ path: String, flag: String) throws(StageError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw StageError("\(flag) \(path): there is no such folder", hint: "check the path")
        }
        guard isFolder.boolValue else {
            throw StageError(
                "\(flag) \(path) is a file", hint: "\(flag) takes the folder that the file is in")
        }
    }

    /// The tokenizer of a folder.
    /// - Throws: ``StageError`` naming the folder when it holds none, or one that cannot be used.
    package static func tokenizer(
        in path: String, flag: String, mode: WordPieceMode = .hfFast
    ) throws(StageError) -> WordPieceTokenizer {
        try checkFolder(path, flag: flag)
        let tokenizer: WordPieceTokenizer?
        do {
            tokenizer = try TokenizerFolder.load(path, mode: mode)
        } catch {
            throw StageError("\(path): \(error)")
        }
        guard let tokenizer else {
            throw StageError(
                "\(path) has no vocab.txt and no tokenizer.json",
                hint: "name a folder that a stage of splitvote wrote")
        }
        return tokenizer
    }
}
