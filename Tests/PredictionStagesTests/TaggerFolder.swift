import Foundation
import ShardFormat
import StageKit
import StageKitTesting

/// A model folder whose tags are known: each word of the vocabulary has the one that is said here, in whatever context.
///
/// Its layer adds nothing to the states, which stay those of the embeddings, one dimension for each id; the head looks at them.
struct TaggerFolder {
    static let tags = ["O", "B-LC", "B-PS", "I-PS"]
    private static let specials = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    private static let width = 32

    private let pieces: [String]
    private let tagOfPiece: [Int]

    /// - Parameter tagged: words with their tags; all others are O.
    init(_ tagged: KeyValuePairs<String, String>) {
        pieces = Self.specials + tagged.map(\.key)
        tagOfPiece = pieces.map { piece in
            tagged.first { $0.key == piece }.flatMap { Self.tags.firstIndex(of: $0.value) } ?? 0
        }
    }

    func write(to name: String, in folder: TemporaryFolder) throws {
        try folder.write(pieces.map { $0 + "\n" }.joined(), to: "\(name)/vocab.txt")
        try folder.write(configuration.prettyText, to: "\(name)/config.json")
        let tensors = tensors
        let layout = try SafetensorsLayout(
            tensors.map { SafetensorsDeclaration($0.key, .float32, shape: $0.value.shape) },
            metadata: ["format": "pt"])
        var bytes = Data()
        var writer = try SafetensorsWriter(layout) { bytes.append(contentsOf: $0) }
        for entry in layout.entries { try writer.write(tensors[entry.name]?.values ?? [], to: entry.name) }
        try writer.finish()
        try bytes.write(to: URL(filePath: folder.file("\(name)/model.safetensors")))
    }

    private var configuration: JSONValue {
        let ids = Self.tags.enumerated().map { ("\($0)", JSONValue.string($1)) }
        return [
            "model_type": "bert", "architectures": ["BertForTokenClassification"],
            "hidden_size": .integer(Self.width), "num_hidden_layers": 1, "num_attention_heads": 2,
            "intermediate_size": 8, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
            "attention_probs_dropout_prob": 0.1, "layer_norm_eps": 1e-12, "max_position_embeddings": 24,
            "type_vocab_size": 2, "pad_token_id": 0, "vocab_size": .integer(pieces.count),
            "id2label": .object(Dictionary(uniqueKeysWithValues: ids)),
            "label2id": .object(
                Dictionary(uniqueKeysWithValues: Self.tags.enumerated().map { ($1, .integer($0)) })),
        ]
    }

    private var tensors: [String: (shape: [Int], values: [Float])] {
        let (width, inner) = (Self.width, 8)
        var tensors: [String: (shape: [Int], values: [Float])] = [:]
        func add(_ name: String, _ shape: Int..., value: (Int) -> Float = { _ in 0 }) {
            tensors[name] = (shape, (0..<shape.reduce(1, *)).map(value))
        }
        add("bert.embeddings.word_embeddings.weight", pieces.count, width) {
            $0 / width == $0 % width ? 4 : 0
        }
        add("bert.embeddings.position_embeddings.weight", 24, width)
        add("bert.embeddings.token_type_embeddings.weight", 2, width)
        let layer = "bert.encoder.layer.0."
        for name in ["attention.self.query", "attention.self.key", "attention.self.value"] {
            add("\(layer)\(name).weight", width, width)
            add("\(layer)\(name).bias", width)
        }
        add("\(layer)attention.output.dense.weight", width, width)
        add("\(layer)attention.output.dense.bias", width)
        add("\(layer)intermediate.dense.weight", inner, width)
        add("\(layer)intermediate.dense.bias", inner)
        add("\(layer)output.dense.weight", width, inner)
        add("\(layer)output.dense.bias", width)
        for name in [
            "bert.embeddings.LayerNorm", "\(layer)attention.output.LayerNorm", "\(layer)output.LayerNorm",
        ] {
            add("\(name).weight", width) { _ in 1 }
            add("\(name).bias", width)
        }
        add("classifier.weight", Self.tags.count, width) { place in
            let (tag, piece) = (place / width, place % width)
            return piece < tagOfPiece.count && tagOfPiece[piece] == tag ? 2 : 0
        }
        add("classifier.bias", Self.tags.count)
        return tensors
    }

    /// A folder of the same weights whose head answers to rows.
    func writeClassifier(to name: String, in folder: TemporaryFolder) throws {
        try write(to: name, in: folder)
        try folder.write(
            configuration.adding("architectures", ["BertForSequenceClassification"]).prettyText,
            to: "\(name)/config.json")
    }
}
