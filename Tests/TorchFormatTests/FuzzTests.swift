import Foundation
import Testing
import TorchFormat

/// Files that PyTorch wrote, changed a little: reading ends, with tensors inside their storages or with words.
struct FuzzTests {
    /// How many files of each kind; SPLITVOTE_FUZZ=100000 for the long form.
    static let count = ProcessInfo.processInfo.environment["SPLITVOTE_FUZZ"].flatMap { Int($0) } ?? 2000

    private static let pieces: [[UInt8]] = [
        Pickle.mark, Pickle.tuple, Pickle.call, Pickle.persistent, Pickle.emptyDictionary, Pickle.emptyTuple,
        Pickle.stop, [0x71, 0], [0x68, 0], [0x6A, 255, 255, 255, 255], [0x8D, 0, 0, 0, 0, 0, 0, 0, 0x80],
        Pickle.integer(.max), Pickle.integer(-1), Pickle.global("os", "system"), Pickle.storage(),
        Pickle.tensor(),
        [0x50, 0x4B, 1, 2], [0x50, 0x4B, 5, 6], [255, 255, 255, 255, 255, 255, 255, 127],
    ]

    private static func mutate(_ bytes: inout [UInt8], _ random: inout SplitMix64) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let end = min(bytes.count, at + Int.random(in: 1...20, using: &random))
        switch Int.random(in: 0..<7, using: &random) {
        case 0: bytes.insert(contentsOf: pieces.randomElement(using: &random) ?? [], at: at)
        case 1: bytes.removeSubrange(at..<end)
        case 2 where at < bytes.count: bytes[at] = UInt8.random(in: 0...255, using: &random)
        case 3, 4: if at < bytes.count { bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random) }
        case 5 where at > 0: bytes.removeSubrange(at...)
        default:
            bytes.insert(contentsOf: bytes[at..<end], at: Int.random(in: 0...bytes.count, using: &random))
        }
    }

    /// Reads everything that can be read, so that a tensor outside its storage would be noticed.
    private static func readAll(_ file: [UInt8]) -> Bool {
        file.withUnsafeBytes { bytes in
            guard let read = try? TorchFile(bytes) else { return false }
            for tensor in read.tensors where tensor.count <= 1 << 16 {
                var values = [Float](repeating: 0, count: tensor.count)
                values.withUnsafeMutableBufferPointer { try? read.copyFloats(of: tensor, to: $0) }
            }
            return true
        }
    }

    static let kinds = ["stream", "stream-views", "zip-without-checksums", "zip-views"]

    @Test(.timeLimit(.minutes(10)), arguments: kinds)
    func mutatedFilesAreReadOrRefused(kind: String) throws {
        let whole = try Fixture.bytes(kind + ".bin")
        var (accepted, refused) = (0, 0)
        for seed in 0..<Self.count {
            var random = SplitMix64(seed: UInt64(seed))
            var bytes = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&bytes, &random) }
            if Self.readAll(bytes) { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }

    /// Whole archives around a changed pickle, so that the archive's own rules do not are before it.
    @Test(.timeLimit(.minutes(10)))
    func mutatedPicklesAreReadOrRefused() throws {
        let whole = Pickle.dictionary(Pickle.tensor())
        var (accepted, refused) = (0, 0)
        for seed in 0..<Self.count {
            var random = SplitMix64(seed: UInt64(seed))
            var pickle = whole
            for _ in 0..<Int.random(in: 1...3, using: &random) { Self.mutate(&pickle, &random) }
            if Self.readAll(Zip.weights(pickle).bytes) { accepted += 1 } else { refused += 1 }
        }
        #expect(accepted > 0 && refused > 0, "\(accepted) read, \(refused) refused")
    }
}
