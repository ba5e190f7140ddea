import Foundation
import StageKit
import Testing

/// Vectors of texts by folders of sentence-transformers, beside its own; see `Tests/Fixtures/sentences`.
struct SentenceVectorsTests {
    static let fixtures = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures/sentences").path
    /// A folder that `make_sentences.py --real` has made of a published model, too large to lie here.
    static let real = ProcessInfo.processInfo.environment["SPLITVOTE_SENTENCES"]

    private struct Golden: Decodable {
        let texts: [String]
        let vectors: [String: [[Double]]]
    }

    private static func golden(_ folder: String) throws -> Golden {
        try JSONDecoder().decode(
            Golden.self, from: Data(contentsOf: URL(filePath: folder + "/vectors.json")))
    }

    /// The vectors of texts by the command.
    private func vectors(
        _ model: String, _ texts: [String], _ flags: String..., in sandbox: Sandbox
    ) throws -> [[Double]] {
        let lines = try texts.map { try JSONEncoder().encode(["text": $0]) + [0x0A] }
        try sandbox.write(lines.reduce(Data(), +), to: "texts.jsonl")
        let outcome = try sandbox.splitvote(
            ["features", "--model", model, "--out", "v.safetensors", "--column", "text"] + flags + [
                "texts.jsonl"
            ])
        try #require(outcome.status == 0, "\(outcome.errors)")
        let bytes = [UInt8](try sandbox.data("v.safetensors"))
        let length = bytes[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
        let header = try JSONValue(parsing: bytes[8..<8 + length])
        let shape = header["features"]?["shape"]?.arrayValue?.compactMap(\.intValue) ?? [0, 0]
        let start = 8 + length + (header["features"]?["data_offsets"]?.arrayValue?.first?.intValue ?? 0)
        return (0..<shape[0]).map { row in
            (0..<shape[1]).map { column in
                let at = start + 4 * (row * shape[1] + column)
                let bits = (0..<4).reduce(UInt32(0)) { $0 | UInt32(bytes[at + $1]) << (8 * UInt32($1)) }
                return Double(Float(bitPattern: bits))
            }
        }
    }

    private func distance(_ one: [[Double]], _ other: [[Double]]) -> Double {
        one.count == other.count
            ? zip(one.joined(), other.joined()).map { abs($0 - $1) }.max() ?? .infinity : .infinity
    }

    /// All in one batch, of lengths from an empty text to one that is cut; the folder alone says how.
    @Test(arguments: ["mean", "cls", "max"])
    func vectorsAreThoseOfSentenceTransformers(name: String) throws {
        let golden = try Self.golden(Self.fixtures)
        let sandbox = try Sandbox()
        let model = Self.fixtures + "/" + name
        let found = try vectors(model, golden.texts, in: sandbox)
        #expect(distance(found, golden.vectors[name] ?? []) < 1e-5)
        // Controls: another pooling, and the other lengths, are something else.
        let other = try vectors(
            model, golden.texts, "--pooling", name == "cls" ? "max" : "cls",
            name == "mean" ? "--normalize" : "--no-normalize", in: sandbox)
        #expect(distance(other, golden.vectors[name] ?? []) > 1e-2)
        let scaled = try vectors(
            model, golden.texts, name == "mean" ? "--no-normalize" : "--normalize", in: sandbox)
        #expect(distance(scaled, golden.vectors[name] ?? []) > 1e-2)
    }

    /// A folder that is written makes the same vectors, and says so of itself.
    @Test func aWrittenFolderMakesTheSameVectors() throws {
        let golden = try Self.golden(Self.fixtures)
        let sandbox = try Sandbox()
        _ = try vectors(
            Self.fixtures + "/cls", golden.texts, "--pooling", "max", "--normalize", "--save-model",
            "out/mine",
            in: sandbox)
        let found = try vectors("out/mine", golden.texts, in: sandbox)
        let lengths = found.map { $0.reduce(0) { $0 + $1 * $1 } }
        #expect(lengths.allSatisfy { abs($0 - 1) < 1e-5 })
        let expected = (golden.vectors["max"] ?? []).map { vector in
            let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
            return vector.map { $0 / length }
        }
        #expect(distance(found, expected) < 1e-5)
        let refused = try sandbox.splitvote(
            "features", "--model", Self.fixtures + "/cls", "--out", "v.safetensors", "--column", "text",
            "--layers", "1", "--save-model", "out/other", "texts.jsonl")
        #expect(refused.status == 1)
        #expect(refused.errors.contains("sentence-transformers pools the last layer"), "\(refused.errors)")
    }

    @Test(.enabled(if: real != nil, "SPLITVOTE_SENTENCES names no folder"))
    func vectorsOfAPublishedModelAreThoseOfSentenceTransformers() throws {
        let folder = Self.real ?? ""
        let golden = try Self.golden(folder)
        let sandbox = try Sandbox()
        let expected = golden.vectors["model"] ?? []
        #expect(distance(try vectors(folder + "/model", golden.texts, in: sandbox), expected) < 1e-5)
        let control = try vectors(folder + "/model", golden.texts, "--pooling", "max", in: sandbox)
        #expect(distance(control, expected) > 1e-3)
    }
}
