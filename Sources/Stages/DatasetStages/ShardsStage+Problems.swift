private import Foundation
package import StageKit
internal import Tokenization

extension ShardsStage {
    /// A tokenizer that was forgotten, named twice, or whose folder holds none.
    package func problems(in look: StageLook) -> [StageProblem] {
        let isConnected = look.sources["tokenizer"]?.isEmpty == false
        switch (isConnected, look.naming.contains("tokenizer")) {
        case (false, false):
            return [
                StageProblem(
                    nil, "the shards stage has no tokenizer",
                    hint:
                        "set 'tokenizer' to a folder with vocab.txt, or connect input 'tokenizer' to a vocabulary stage"
                )
            ]
        case (true, true):
            return [
                StageProblem(
                    "tokenizer",
                    "the shards stage has two tokenizers: \(look.shown("tokenizer")), and the one of input 'tokenizer'",
                    hint: "leave one of them out")
            ]
        default: break
        }
        guard let folder = look.files["tokenizer"]?.first else { return [] }
        let names = [TokenizerFolder.vocabularyFile, TokenizerFolder.tokenizerFile]
        do {
            try TokenizerFolder.check(folder.path)
        } catch {
            return [StageProblem("tokenizer", "\(folder.shownPath): \(error)")]
        }
        if names.contains(where: { FileManager.default.fileExists(atPath: folder.path + "/" + $0) }) {
            return []
        }
        return [
            StageProblem(
                "tokenizer", "\(folder.shownPath) has no \(names.joined(separator: " and no "))",
                hint: "name a folder that has, or connect input 'tokenizer' to a vocabulary stage instead")
        ]
    }
}
