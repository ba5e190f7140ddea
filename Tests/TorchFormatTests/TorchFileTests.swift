import Foundation
import Testing
import TorchFormat

/// Files that real PyTorch wrote; their numbers are compared in the tests of `Training`.
struct TorchFileTests {
    @Test(arguments: [
        Zip.weights(Pickle.dictionary(Pickle.tensor())).bytes,
        Stream.weights(Pickle.dictionary(Pickle.tensor())),
    ])
    func theSmallestFilesAreRead(file: [UInt8]) throws {
        #expect(outcome(file) == "read w [2, 2]")
        #expect(try values(file) == [1, 2, 3, 4])
    }

    private func values(_ file: [UInt8]) throws -> [Float] {
        try file.withUnsafeBytes { bytes in
            let read = try TorchFile(bytes)
            var values = [Float](repeating: .nan, count: read.tensors[0].count)
            try values.withUnsafeMutableBufferPointer { try read.copyFloats(of: read.tensors[0], to: $0) }
            return values
        }
    }

    static let views: [([Int], [Int], Int, [Float])] = [
        ([4], [1], 0, [1, 2, 3, 4]), ([2, 2], [1, 2], 0, [1, 3, 2, 4]), ([], [], 2, [3]),
        ([2], [2], 1, [2, 4]),
        ([3], [0], 3, [4, 4, 4]), ([2, 1, 2], [1, 9, 2], 0, [1, 3, 2, 4]), ([0, 5], [5, 1], 4, []),
        ([2, 0], [1, 1], 0, []),
    ]

    @Test(arguments: views)
    func viewsAreReadInTheirOwnOrder(shape: [Int], strides: [Int], offset: Int, expected: [Float]) throws {
        let tensor = Pickle.tensor(offset: offset, shape: shape, strides: strides)
        #expect(try values(Zip.weights(Pickle.dictionary(tensor)).bytes) == expected)
    }

    static let saved = [
        "zip", "zip-protocol4", "zip-parameters", "zip-views", "zip-float64", "zip-float16", "zip-bfloat16",
        "zip-without-checksums", "stream", "stream-views", "stream-float64", "stream-float16",
        "stream-bfloat16",
    ]

    @Test(arguments: saved)
    func whatPyTorchSavedIsRead(name: String) throws {
        let file = try Fixture.bytes(name + ".bin")
        let text = outcome(file)
        #expect(text.contains("bert.embeddings.word_embeddings.weight [12, 8]"), "\(text)")
        #expect(text.contains("classifier.bias [2]"), "\(text)")
    }

    @Test func tiedTensorsShareAStorage() throws {
        try Fixture.bytes("zip-masked.bin").withUnsafeBytes { bytes in
            let file = try TorchFile(bytes)
            let words = try #require(file.tensors.first { $0.name.hasSuffix("word_embeddings.weight") })
            let decoder = try #require(file.tensors.first { $0.name == "cls.predictions.decoder.weight" })
            #expect(file.bytes(of: words).baseAddress == file.bytes(of: decoder).baseAddress)
        }
    }

    @Test(arguments: ["hostile.bin", "hostile-stream.bin"])
    func codeInAPickleIsNamedAndNeverRun(name: String) throws {
        let expected =
            "the pickle asks for 'posix.system', which saved weights do not need; nothing was run. "
        #expect(outcome(try Fixture.bytes(name)).contains(expected))
        #expect(!FileManager.default.fileExists(atPath: "splitvote-was-here"))
    }

    @Test func aTrainingCheckpointSaysWhereItsWeightsAre() throws {
        #expect(
            outcome(try Fixture.bytes("checkpoint.bin"))
                == "the tensors are in a dictionary below 'state_dict'; save that one alone: "
                + "torch.save(torch.load(FILE, weights_only=True)['state_dict'], 'pytorch_model.bin')")
    }

    @Test func aDamagedStorageIsFoundByItsChecksum() throws {
        var file = try Fixture.bytes("zip.bin")
        // The first storage's bytes lie after the pickle and four small files.
        let place = try #require(file.firstRange(of: Array("zip/data/0".utf8))?.upperBound) + 100
        file[place] ^= 1
        #expect(outcome(file) == "zip archive: entry 'zip/data/0' is damaged: wrong checksum")
    }

    @Test func everyPrefixOfAFileIsRefused() throws {
        for name in ["zip.bin", "stream.bin"] {
            let file = try Fixture.bytes(name)
            for length in stride(from: 0, to: file.count, by: 37) {
                #expect(!outcome(Array(file[..<length])).hasPrefix("read "), "\(name), \(length) bytes")
            }
        }
    }
}
