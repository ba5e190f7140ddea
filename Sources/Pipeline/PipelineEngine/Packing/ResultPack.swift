internal import GzipFormat
internal import StageKit

/// A file with results of one stage that are kept but not current: `pack.results` in the stage's folder of artifacts.
///
/// Blocks of chunks, each a gzip stream; then the index, gzip too; then the index's offset, 8 bytes, and a mark. A pack is
/// only ever replaced as a whole, so that a reader continues with the one it has opened.
package struct ResultPack {
    static let fileName = "pack.results"
    static let mark = Array("splitvote-pack-1".utf8)
    /// Bytes of chunks in a block.
    static let blockSize = 1 << 18
    private static let mostIndexBytes = 1 << 30

    let path: String
    package let index: PackIndex
    private let file: MappedFile

    /// - Throws: ``/StageKit/StageError`` when it is damaged.
    package init(path: String) throws {
        self.path = path
        file = try MappedFile(path: path)
        index = try file.withBytes { bytes in
            let tail = 8 + Self.mark.count
            guard bytes.count >= tail, bytes.suffix(Self.mark.count).elementsEqual(Self.mark) else {
                throw StageError.damagedPack(path)
            }
            let offset = bytes.loadUnaligned(fromByteOffset: bytes.count - tail, as: UInt64.self).littleEndian
            guard offset <= UInt64(bytes.count - tail),
                let inflated = try? Gzip.inflate(
                    bytes[Int(offset)..<(bytes.count - tail)], mostBytes: Self.mostIndexBytes),
                let index = PackIndex(decoding: inflated),
                index.blocks.allSatisfy({ $0.offset <= offset && UInt64($0.stored) <= offset - $0.offset })
            else { throw StageError.damagedPack(path) }
            return index
        }
    }

    /// The stored bytes of a block, as they are.
    func withStored<Value>(
        _ block: PackIndex.Block, _ body: (UnsafeRawBufferPointer) throws -> Value
    ) rethrows -> Value {
        try file.withBytes {
            let start = Int(block.offset)
            return try body(UnsafeRawBufferPointer(rebasing: $0[start..<start + Int(block.stored)]))
        }
    }

    /// - Throws: ``/StageKit/StageError`` when the block is damaged.
    func inflate(_ number: Int) throws -> [UInt8] {
        let block = index.blocks[number]
        let bytes = withStored(block) { try? Gzip.inflate($0, mostBytes: Int(block.length)) }
        guard let bytes, bytes.count == Int(block.length) else { throw StageError.damagedPack(path) }
        return bytes
    }

    /// Writes a result's files into a folder that is there.
    /// - Throws: ``/StageKit/StageError`` when one of them does not say what it said when it was packed.
    package func extract(_ result: PackIndex.Result, to folder: String) throws {
        var blocks: [UInt32: [UInt8]] = [:]
        for file in result.files {
            let target = folder + "/" + file.path
            try Disk.makeFolder(AbsolutePath.folder(of: target))
            let writer = try FileWriter(path: target)
            var digest = ContentDigest()
            for number in file.chunks {
                let chunk = index.chunks[Int(number)]
                if blocks[chunk.block] == nil {
                    // Enough for chunks that go to and fro between what is old and what was new.
                    if blocks.count >= 64 { blocks = [:] }
                    blocks[chunk.block] = try inflate(Int(chunk.block))
                }
                guard let block = blocks[chunk.block] else { continue }
                try block.withUnsafeBytes { bytes in
                    let piece = UnsafeRawBufferPointer(
                        rebasing: bytes[Int(chunk.offset)..<Int(chunk.offset + chunk.length)])
                    digest.update(piece)
                    try writer.write(piece)
                }
            }
            try writer.finish()
            guard digest.hexadecimal() == file.sha256 else { throw StageError.damagedPack(path) }
        }
    }
}

extension StageError {
    static func damagedPack(_ path: String) -> StageError {
        StageError(
            "\(path), which holds earlier results, is damaged",
            hint: "remove it; its content is rebuilt when needed")
    }
}
