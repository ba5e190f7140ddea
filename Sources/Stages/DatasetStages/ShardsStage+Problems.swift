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
        do {
            if try TokenizerFolder.check(folder.path) { return [] }
        } catch {
            return [StageProblem("tokenizer", "\(folder.shownPath): \(error)")]
        }
        return [
            StageProblem(
                "tokenizer", "\(folder.shownPath) has no vocab.txt and no tokenizer.json",
                hint: "name a folder that has, or connect input 'tokenizer' to a vocabulary stage instead")
        ]
    }
}
