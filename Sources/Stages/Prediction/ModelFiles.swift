private import Foundation
internal import HubFiles
package import StageKit
package import Tokenization

/// Folders of models and tokenizers, as named on the command line.
package enum ModelFiles {
    /// The folder that a model is in, by its path or by its name on the Hugging Face hub.
    /// - Throws: ``/StageKit/StageError`` when there is neither.
    package static func locate(_ name: String, flag: String) throws(StageError) -> String {
        do {
            if !FileManager.default.fileExists(atPath: name), let hubName = HubName(name),
                let snapshot = try HubCache.current.snapshot(of: hubName)
            {
                return snapshot
            }
            try checkFolder(name, flag: flag)
            // The folder that a cache keeps for a model may be named as well as the snapshot in it.
            return try HubCache.snapshot(in: name) ?? name
        } catch let error as HubError {
            throw StageError("\(flag) \(name): \(error)", hint: error.hint)
        } catch {
            throw error as? StageError ?? StageError("\(flag) \(name): \(error)")
        }
    }

    /// - Throws: ``/StageKit/StageError`` when there is no folder at `path`.
    package static func checkFolder(_ path: String, flag: String) throws(StageError) {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            guard let name = HubName(path) else {
                throw StageError("\(flag) \(path): there is no such folder", hint: "check the path")
            }
            throw StageError(
                "\(flag) \(path): there is no such folder, and no such model in the Hugging Face cache, "
                    + HubCache.current.folder,
                hint: "check the path, or download the model first: \(name.download)")
        }
        guard isFolder.boolValue else {
            throw StageError(
                "\(flag) \(path) is a file", hint: "\(flag) takes the folder that the file is in")
        }
    }

    /// The tokenizer of a folder.
    /// - Throws: ``/StageKit/StageError`` naming the folder when it holds none, or one that cannot be used.
    package static func tokenizer(
        in path: String, flag: String, mode: WordPieceMode = .hfFast
    ) throws(StageError) -> any Tokenizer {
        let path = try locate(path, flag: flag)
        let tokenizer: (any Tokenizer)?
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
