import Foundation
import StageKit
import Testing

/// `splitvote features`: texts in, a safetensors file out.
struct FeaturesCommandTests {
    /// A sandbox with a classifier in `out/model`, which reads 32 numbers of a text.
    private func sandbox(_ model: String = "epochs: 1, batch_size: 8, init: init") throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        let stages = """
              vocabulary: {uses: vocabulary, from: clean, with: {size: 300, min_frequency: 1}}
              shards: {uses: shards, from: {data: split, tokenizer: vocabulary}, with: {max_tokens: 32}}
              model: {uses: train, from: shards, with: {\(model), path: out/model}}

            """
        try sandbox.write(SampleComments.pipeline() + stages, to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return sandbox
    }

    /// The file's header, and the bytes of each tensor.
    private func file(_ sandbox: Sandbox, _ name: String = "v.safetensors") throws -> (
        JSONValue, [String: ArraySlice<UInt8>]
    ) {
        let bytes = [UInt8](try sandbox.data(name))
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONValue(parsing: bytes[8..<8 + length])
        var tensors: [String: ArraySlice<UInt8>] = [:]
        for member in header.members ?? [] where member.key != "__metadata__" {
            let ends = member.value["data_offsets"]?.arrayValue?.compactMap(\.intValue) ?? []
            tensors[member.key] = bytes[(8 + length + ends[0])..<(8 + length + ends[1])]
        }
        return (header, tensors)
    }

    private static let texts = ["찬성과 반대가 갈리는 의견 7 번째 3", "짧은 글", "모두가 고개를 끄덕이는 의견이 아주 길게 이어지는 글 하나"]

    @Test func eachTextHasItsVectorWhateverIsBesideIt() throws {
        let sandbox = try sandbox()
        let all = try sandbox.splitvote(
            "features", "--model", "out/model", "--out", "v.safetensors",
            input: Self.texts.joined(separator: "\n") + "\n")
        #expect(all.status == 0, "\(all.errors)")
        #expect(
            all.errors.contains(
                "v.safetensors: 3 texts, 32 numbers each: the mean of the tokens' states in layer 2"),
            "\(all.errors)")
        let (header, tensors) = try file(sandbox)
        #expect(header["features"]?["shape"] == [3, 32] && tensors.count == 1)
        #expect(header["__metadata__"]?["splitvote.pooling"] == "mean")
        let vectors = Array(try #require(tensors["features"]))
        for (place, text) in Self.texts.enumerated() {
            let one = try sandbox.splitvote(
                "features", "--model", "out/model", "--out", "one.safetensors", input: text + "\n")
            #expect(one.status == 0)
            let alone = try #require(try file(sandbox, "one.safetensors").1["features"])
            #expect(Array(alone) == Array(vectors[place * 128..<(place + 1) * 128]))
        }
    }

    @Test func aTableGivesZerosForWhatIsMissingAndStatesToLookAt() throws {
        let sandbox = try sandbox()
        try sandbox.write("{\"t\": \"첫 글\"}\n{\"u\": 1}\n{\"t\": \"다음 글\"}\n", to: "rows.jsonl")
        let outcome = try sandbox.splitvote(
            "features", "--model", "out/model", "--out", "v.safetensors", "--column", "t", "--pooling", "cls",
            "--layers", "0,2", "--output", "layers", "--shown", "1", "rows.jsonl")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("1 row without a text: zeros stand for them"), "\(outcome.errors)")
        let (header, tensors) = try file(sandbox)
        #expect(header["features"]?["shape"] == [3, 64] && header["offsets"]?["shape"] == [2])
        let vectors = Array(try #require(tensors["features"]))
        #expect(vectors[256..<512].allSatisfy { $0 == 0 } && vectors[..<256].contains { $0 != 0 })
        // The first token's states are the first of those shown.
        for (layer, place) in [("layer_0", 0), ("layer_2", 128)] {
            #expect(
                Array(try #require(tensors[layer]).prefix(128)) == Array(vectors[place..<place + 128]),
                "\(layer)")
        }
    }

    static let mistakes: [([String], Int32, String)] = [
        (["--layers", "3"], 1, "layers has 3; the model's layers are 1 ... 2"),
        (["--layers", "a"], 1, "--layers is 'a'; it takes numbers with commas between them"),
        (["--pooling", "sum"], 1, "pooling is 'sum'; it is one of cls, mean, max, last_four"),
        (["--output", "all"], 2, "--output"),
        (["--shown", "-1"], 2, "--shown"),
        (["--title-column", "t"], 2, "--title-column needs --column"),
    ]

    @Test func mistakesAreSaid() throws {
        let sandbox = try sandbox()
        try sandbox.write("가나다\n", to: "lines.txt")
        for (arguments, status, message) in Self.mistakes {
            let outcome = try sandbox.splitvote(
                ["features", "--model", "out/model", "--out", "v.safetensors"] + arguments + ["lines.txt"])
            #expect(outcome.status == status && outcome.errors.contains(message), "\(outcome.errors)")
        }
        let empty = try sandbox.splitvote(
            "features", "--model", "init", "--out", "v.safetensors", "lines.txt")
        #expect(empty.status == 1, "\(empty.errors)")
        #expect(!sandbox.exists("v.safetensors"))
        let baseline = try self.sandbox("model: majority")
        try baseline.write("가나다\n", to: "lines.txt")
        let refused = try baseline.splitvote(
            "features", "--model", "out/model", "--out", "v.safetensors", "lines.txt")
        #expect(
            refused.status == 1 && refused.errors.contains("is a baseline, which has no layers"),
            "\(refused.errors)")
    }
}
