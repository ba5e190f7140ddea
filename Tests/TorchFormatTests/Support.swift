import Foundation
import TorchFormat

/// Files made by `make_fixtures.py`.
enum Fixture {
    static let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent()
        .appending(path: "Fixtures/torch")

    static func bytes(_ name: String) throws -> [UInt8] {
        try [UInt8](Data(contentsOf: folder.appending(path: name)))
    }
}

/// What reading a file throws, as a user would read it, or what was read.
func outcome(_ file: [UInt8]) -> String {
    do {
        return try file.withUnsafeBytes { bytes in
            let read = try TorchFile(bytes)
            return "read " + read.tensors.map { "\($0.name) \($0.shape)" }.joined(separator: ", ")
        }
    } catch {
        return "\(error)"
    }
}

/// Bytes of a pickle, opcode by opcode.
enum Pickle {
    static let start: [UInt8] = [0x80, 2]
    static let stop: [UInt8] = [0x2E]
    static let mark: [UInt8] = [0x28]
    static let tuple: [UInt8] = [0x74]
    static let call: [UInt8] = [0x52]
    static let persistent: [UInt8] = [0x51]
    static let setItem: [UInt8] = [0x73]
    static let emptyDictionary: [UInt8] = [0x7D]
    static let emptyTuple: [UInt8] = [0x29]
    static let no: [UInt8] = [0x89]

    static func text(_ text: String) -> [UInt8] {
        [0x58] + withUnsafeBytes(of: UInt32(text.utf8.count).littleEndian, Array.init) + Array(text.utf8)
    }

    static func global(_ module: String, _ name: String) -> [UInt8] {
        [0x63] + Array("\(module)\n\(name)\n".utf8)
    }

    /// As an integer of eight bytes.
    static func integer(_ value: Int) -> [UInt8] {
        [0x8A, 8] + withUnsafeBytes(of: Int64(value).littleEndian, Array.init)
    }

    static func integers(_ values: [Int]) -> [UInt8] { mark + values.flatMap(integer) + tuple }

    static let hooks = global("collections", "OrderedDict") + emptyTuple + call

    static func storage(_ key: String = "0", type: String = "FloatStorage", count: Int = 4) -> [UInt8] {
        mark + text("storage") + global("torch", type) + text(key) + text("cpu") + integer(count) + tuple
            + persistent
    }

    static func tensor(
        _ storage: [UInt8] = storage(), offset: Int = 0, shape: [Int] = [2, 2], strides: [Int] = [2, 1]
    ) -> [UInt8] {
        global("torch._utils", "_rebuild_tensor_v2") + mark + storage + integer(offset) + integers(shape)
            + integers(strides) + no + hooks + tuple + call
    }

    /// A dictionary with one value.
    static func dictionary(_ value: [UInt8], key: String = "w") -> [UInt8] {
        start + emptyDictionary + text(key) + value + setItem + stop
    }
}

/// Zip archives as torch writes them, and such as it never would.
struct Zip {
    struct Entry {
        var name: String
        var bytes: [UInt8]
        var method: UInt16 = 0
        var flags: UInt16 = 0
        /// 0 means none.
        var checksum: UInt32 = 0
        /// What the directory says, where it is.
        var size: UInt32?
        var ownName: String?
        var offset: UInt32?
    }

    var entries: [Entry]
    var count: UInt16?
    var start: UInt32?

    /// An archive with this pickle and one storage of four floats.
    static func weights(_ pickle: [UInt8], storage: [UInt8]? = nil) -> Zip {
        Zip(entries: [
            Entry(name: "a/data.pkl", bytes: pickle),
            Entry(name: "a/data/0", bytes: storage ?? floats([1, 2, 3, 4])),
        ])
    }

    static func floats(_ values: [Float]) -> [UInt8] { values.withUnsafeBytes(Array.init) }

    var bytes: [UInt8] {
        func little<Number: FixedWidthInteger>(_ value: Number) -> [UInt8] {
            withUnsafeBytes(of: value.littleEndian, Array.init)
        }
        var file: [UInt8] = []
        var directory: [UInt8] = []
        for entry in entries {
            let offset = entry.offset ?? UInt32(file.count)
            let name = Array(entry.name.utf8)
            let ownName = Array((entry.ownName ?? entry.name).utf8)
            let size = entry.size ?? UInt32(entry.bytes.count)
            let facts =
                little(entry.flags) + little(entry.method) + little(UInt32(0)) + little(entry.checksum)
                + little(size) + little(entry.method == 0 ? size : size &* 1000)
            file +=
                [0x50, 0x4B, 3, 4] + little(UInt16(0)) + facts + little(UInt16(ownName.count))
                + little(UInt16(0))
            file += ownName + entry.bytes
            directory += [0x50, 0x4B, 1, 2] + little(UInt32(0)) + facts + little(UInt16(name.count))
            directory += little(UInt32(0)) + little(UInt64(0)) + little(offset) + name
        }
        let tail =
            [0x50, 0x4B, 5, 6] + little(UInt32(0)) + little(count ?? UInt16(entries.count))
            + little(count ?? UInt16(entries.count)) + little(UInt32(directory.count))
            + little(start ?? UInt32(file.count)) + little(UInt16(0))
        return file + directory + tail
    }
}

/// Files in the format of PyTorch before 1.6.
enum Stream {
    static let magic: [UInt8] =
        Pickle.start + [0x8A, 10, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19] + Pickle.stop
    static let version = Pickle.start + [0x4D, 0xE9, 3] + Pickle.stop
    static let machine =
        Pickle.start + Pickle.emptyDictionary + Pickle.text("little_endian") + [0x88, 0x73, 0x2E]
    static let keys = Pickle.start + [0x5D] + Pickle.text("0") + [0x61, 0x2E]

    static func count(_ count: Int) -> [UInt8] { withUnsafeBytes(of: Int64(count).littleEndian, Array.init) }

    static func weights(_ pickle: [UInt8], keys: [UInt8] = keys, count: Int = 4) -> [UInt8] {
        magic + version + machine + pickle + keys + self.count(count) + Zip.floats([1, 2, 3, 4])
    }
}

/// A small repeatable generator for these tests.
struct SplitMix64: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var z = state
        z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
        z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
        return z ^ (z >> 31)
    }
}
