import Foundation
import PipelineEngine
import StageKit
import Testing

/// How results are cut, packed and put together again.
struct PackFormatTests {
    private func chunks(_ bytes: [UInt8]) -> [[UInt8]] {
        var chunks: [[UInt8]] = []
        bytes.withUnsafeBytes { bytes in ContentChunks.forEach(in: bytes) { chunks.append(Array($0)) } }
        return chunks
    }

    private final class Folder {
        let path = NSTemporaryDirectory() + "splitvote-pack-\(UUID().uuidString)"

        init() throws {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        }

        deinit { try? FileManager.default.removeItem(atPath: path) }

        func write(_ bytes: [UInt8], to name: String) throws {
            let url = URL(fileURLWithPath: path + "/" + name)
            try FileManager.default.createDirectory(
                at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
            try Data(bytes).write(to: url)
        }

        func read(_ name: String) throws -> [UInt8] {
            Array(try Data(contentsOf: URL(fileURLWithPath: path + "/" + name)))
        }
    }

    private func pack(_ name: String, in folder: Folder, _ body: (PackWriter) throws -> Void) throws
        -> ResultPack
    {
        let writer = try PackWriter(path: folder.path + "/" + name)
        try body(writer)
        _ = try writer.finish()
        return try ResultPack(path: folder.path + "/" + name)
    }

    private func add(_ name: String, _ files: [String: [UInt8]], in folder: Folder, to writer: PackWriter)
        throws
    {
        for (path, bytes) in files { try folder.write(bytes, to: "in/\(name)/\(path)") }
        try writer.add(name, files: files.keys.sorted(), of: folder.path + "/in/" + name) {
            ContentDigest.of($1)
        }
    }

    @Test(arguments: [0, 1, 511, 512, 513, 16_384, 16_385, 300_000])
    func chunksAreTheBytesInOrder(count: Int) {
        for bytes in [Noise.bytes(count, seed: 3), [UInt8](repeating: 0, count: count)] {
            let found = chunks(bytes)
            #expect(Array(found.joined()) == bytes)
            #expect(found.dropLast().allSatisfy { (512...16_384).contains($0.count) })
            #expect(found.allSatisfy { !$0.isEmpty && $0.count <= 16_384 })
        }
    }

    @Test func somethingPutInChangesTheChunksAroundItAlone() {
        let bytes = Noise.bytes(400_000, seed: 5)
        let before = chunks(bytes)
        let after = chunks(Array(bytes[..<200_000]) + [1, 2, 3] + bytes[200_000...])
        let fresh = Set(after).subtracting(before)
        #expect(before.count > 100)
        #expect(!fresh.isEmpty && fresh.count <= 3, "\(fresh.count)")
    }

    @Test func whatIsEqualIsKeptOnceAndAllOfItComesBack() throws {
        let folder = try Folder()
        let base = Noise.bytes(500_000, seed: 7)
        let nights = (0..<8).map { night in
            [
                "rows.bin": base + Noise.bytes(2_000 * night, seed: UInt64(night)), "sub/empty": [],
                "a": [7],
            ]
        }
        let pack = try pack("one.pack", in: folder) { writer in
            for (night, files) in nights.enumerated() {
                try add("n\(night)", files, in: folder, to: writer)
            }
        }
        let size = try folder.read("one.pack").count
        #expect(size < 500_000 + 8 * 20_000 + 20_000, "\(size)")
        for (night, files) in nights.enumerated() {
            let result = try #require(pack.index["n\(night)"])
            try FileManager.default.createDirectory(
                atPath: folder.path + "/out\(night)", withIntermediateDirectories: true)
            try pack.extract(result, to: folder.path + "/out\(night)")
            for (path, bytes) in files { #expect(try folder.read("out\(night)/\(path)") == bytes) }
        }
        // The last two taken over: nothing is left of the others, when nothing may be.
        let strict = try self.pack("two.pack", in: folder) {
            try $0.take(["n6", "n7"], from: pack, isStrict: true)
            try add("n8", ["rows.bin": base], in: folder, to: $0)
        }
        #expect(strict.index.results.map(\.name) == ["n6", "n7", "n8"])
        let used = Set(strict.index.results.flatMap { $0.files.flatMap(\.chunks) })
        #expect(used.count == strict.index.chunks.count)
        for number in strict.index.blocks.indices {
            let length = strict.index.chunks.filter { Int($0.block) == number }.reduce(0) {
                $0 + Int($1.length)
            }
            #expect(length == Int(strict.index.blocks[number].length))
        }
        try FileManager.default.createDirectory(
            atPath: folder.path + "/again", withIntermediateDirectories: true)
        try strict.extract(try #require(strict.index["n7"]), to: folder.path + "/again")
        #expect(try folder.read("again/rows.bin") == nights[7]["rows.bin"])
        // Taken over loosely, blocks stay as they are.
        let loose = try self.pack("three.pack", in: folder) {
            try $0.take(["n0", "n3"], from: pack, isStrict: false)
        }
        try loose.extract(try #require(loose.index["n3"]), to: folder.path + "/again")
        #expect(try folder.read("again/rows.bin") == nights[3]["rows.bin"])
    }

    /// Whatever became of its bytes, a pack is refused or gives what was put in, and never anything else.
    @Test func damageIsFound() throws {
        let folder = try Folder()
        let files = ["rows.bin": Noise.bytes(40_000, seed: 11), "text": Array("글 하나".utf8)]
        _ = try pack("p", in: folder) { try add("r", files, in: folder, to: $0) }
        let whole = try folder.read("p")
        for step in 0..<400 {
            var bytes = whole
            let place = step * 7_919 % whole.count
            switch step % 4 {
            case 0: bytes[place] ^= 0x40
            case 1: bytes = Array(bytes.prefix(place))
            case 2: bytes.remove(at: place)
            default: bytes[whole.count - 1 - step % 40] &+= 1
            }
            try folder.write(bytes, to: "damaged")
            guard let pack = try? ResultPack(path: folder.path + "/damaged"), let result = pack.index["r"]
            else { continue }
            let out = folder.path + "/out-\(step)"
            try FileManager.default.createDirectory(atPath: out, withIntermediateDirectories: true)
            do {
                try pack.extract(result, to: out)
            } catch {
                continue
            }
            for file in result.files {
                #expect(ContentDigest.of(try folder.read("out-\(step)/\(file.path)")) == file.sha256)
            }
        }
    }

    @Test func anIndexThatContradictsItselfIsNone() {
        var index = PackIndex()
        index.blocks = [.init(offset: 0, stored: 10, length: 20)]
        index.chunks = [.init(name: ChunkName(high: 1, low: 2), block: 0, offset: 4, length: 16)]
        index.results = [
            .init(name: "r", files: [.init(path: "f", size: 32, sha256: "ab", chunks: [0, 0])])
        ]
        let bytes = index.encoded()
        #expect(PackIndex(decoding: bytes) == index)
        for count in 0..<bytes.count { #expect(PackIndex(decoding: Array(bytes.prefix(count))) == nil) }
        #expect(PackIndex(decoding: bytes + [0]) == nil)
        index.chunks[0].offset = 5
        #expect(PackIndex(decoding: index.encoded()) == nil)
        index.chunks[0] = .init(name: ChunkName(high: 1, low: 2), block: 1, offset: 4, length: 16)
        #expect(PackIndex(decoding: index.encoded()) == nil)
        index.chunks = []
        #expect(PackIndex(decoding: index.encoded()) == nil)
    }
}
