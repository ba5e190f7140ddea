internal import DatasetStages
private import Foundation
internal import StageKit
internal import Tokenization
internal import WordVectors

/// A folder of word vectors: the file that word2vec's readers read, and what it was learned from.
struct VectorFolder {
    static let artifactType = "vectors-v1"
    static let descriptionName = "vectors.json"

    let settings: WordVectorSettings
    let texts: UnlabeledTexts
    let corpus: WordCorpus
    let readsEverySide: Bool
    /// Digest of the tokenizer whose pieces have vectors; nil for white-space words.
    let tokenizer: String?

    /// Name of the file with the vectors.
    static func fileName(_ form: VectorFile.Form) -> String {
        form == .binary ? "vectors.bin" : "vectors.txt"
    }

    func write(_ vectors: VectorTable, as form: VectorFile.Form, to folder: String) throws {
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        try VectorFile.write(vectors, to: folder + "/" + Self.fileName(form), as: form)
        var files = [
            (Self.descriptionName, Array(description.prettyText.utf8)), ("README.md", Array(card(form).utf8)),
        ]
        // Shards can be made of the words, for a Text-CNN over them.
        if tokenizer == nil { files += WordTokenizer.files(words: vectors.words) }
        for (name, bytes) in files {
            let file = try FileWriter(path: folder + "/" + name)
            try file.write(bytes)
            try file.finish()
        }
    }

    private var description: JSONValue {
        [
            "format": "splitvote-vectors", "version": 1,
            "units": .string(tokenizer == nil ? "words" : "pieces"),
            "tokenizer": tokenizer.map(JSONValue.string) ?? .null,
            "sides": .string(readsEverySide ? "all" : "train"), "texts": .integer(texts.count),
            "held_out": .integer(texts.excluded), "held_out_copies": .integer(texts.copies),
            "words": .integer(corpus.allWords), "vocabulary": .integer(corpus.words.count),
            "vector_size": .integer(settings.size), "model": .string(settings.architecture.rawValue),
            "window": .integer(settings.window), "min_count": .integer(settings.minCount),
            "negative": .integer(settings.negative), "sample": .number(settings.sample),
            "ns_exponent": .number(settings.exponent), "epochs": .integer(settings.epochs),
            "alpha": .number(settings.rate), "min_alpha": .number(settings.leastRate),
            "seed": .integer(Int(settings.seed)), "block": .integer(settings.block),
        ]
    }

    /// The folder's README.md. Holds nothing that differs between two equal runs.
    private func card(_ form: VectorFile.Form) -> String {
        let kind = tokenizer == nil ? "white-space words" : "pieces of a vocabulary"
        let method = settings.architecture == .cbow ? "CBOW" : "skip-gram"
        let held =
            readsEverySide
            ? "**Texts of the dev and test sides are among them** (`sides: all`): scores on these sides are those of a model "
                + "that has seen their texts, though not their labels."
            : "No text of the dev and test sides is among them: \(texts.excluded) comments were held out, and \(texts.copies) "
                + "more that say the same."
        return """
            # Word vectors

            \(corpus.words.count) \(kind) with \(settings.size) numbers each, learned by \(method) with negative sampling from \
            \(texts.count) texts of \(corpus.allWords) words. \(held)

            ```python
            from gensim.models import KeyedVectors
            vectors = KeyedVectors.load_word2vec_format("\(Self.fileName(form))", binary=\(form == .binary ? "True" : "False"))
            ```

            """
    }
}
