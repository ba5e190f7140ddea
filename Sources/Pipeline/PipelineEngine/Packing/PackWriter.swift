internal import GzipFormat
internal import StageKit

/// Writes a pack: what is still wanted of an earlier one, followed by new results.
package final class PackWriter {
    private var index = PackIndex()
    private var known: [ChunkName: UInt32] = [:]
    /// Chunks of files that the pack has, by digest: results share files.
    private var files: [String: [UInt32]] = [:]
    private var pending: [UInt8] = []
    private let writer: FileWriter
    /// Bytes of chunks with less than this share of them in use are packed again.
    private static let worthKeeping = 0.5
    /// Of zlib: a third of the time of its usual one, for a tenth more bytes.
    private static let level: Int32 = 1

    package init(path: String) throws {
        writer = try FileWriter(path: path)
    }

    /// Takes over results of an earlier pack.
    ///
    /// - Parameter isStrict: whether nothing may be left that no result of these has.
    package func take(_ names: Set<String>, from pack: ResultPack, isStrict: Bool) throws {
        let results = pack.index.results.filter { names.contains($0.name) }
        var used: Set<UInt32> = []
        for file in results.flatMap(\.files) { used.formUnion(file.chunks) }
        var wanted = [UInt64](repeating: 0, count: pack.index.blocks.count)
        for number in used {
            let chunk = pack.index.chunks[Int(number)]
            wanted[Int(chunk.block)] += UInt64(chunk.length)
        }
        var places: [UInt32: UInt32] = [:]
        let byBlock = Dictionary(grouping: used.sorted()) { Int(pack.index.chunks[Int($0)].block) }
        var sparse: [Int] = []
        for (number, block) in pack.index.blocks.enumerated() where wanted[number] > 0 {
            let share = Double(wanted[number]) / Double(block.length)
            guard share == 1 || (!isStrict && share >= Self.worthKeeping) else {
                sparse.append(number)
                continue
            }
            let offset = UInt64(writer.byteCount)
            try pack.withStored(block) { try writer.write($0) }
            for number in byBlock[number] ?? [] {
                var chunk = pack.index.chunks[Int(number)]
                chunk.block = UInt32(index.blocks.count)
                places[number] = add(chunk)
            }
            index.blocks.append(.init(offset: offset, stored: block.stored, length: block.length))
        }
        for number in sparse {
            let bytes = try pack.inflate(number)
            for number in byBlock[number] ?? [] {
                let chunk = pack.index.chunks[Int(number)]
                places[number] = try bytes.withUnsafeBytes {
                    let piece = $0[Int(chunk.offset)..<Int(chunk.offset + chunk.length)]
                    return try add(UnsafeRawBufferPointer(rebasing: piece), named: chunk.name)
                }
            }
        }
        for var result in results {
            for file in result.files.indices {
                result.files[file].chunks = result.files[file].chunks.compactMap { places[$0] }
                files[result.files[file].sha256] = result.files[file].chunks
            }
            index.results.append(result)
        }
    }

    /// Packs files of a folder as a result.
    ///
    /// - Parameters:
    ///   - paths: relative to the folder.
    ///   - digest: of a file's path and bytes; who has it remembered need not compute it.
    package func add(
        _ name: String, files paths: [String], of folder: String,
        digest: (String, UnsafeRawBufferPointer) throws -> String
    ) throws {
        var result = PackIndex.Result(name: name, files: [])
        for path in paths {
            let file = try MappedFile(path: folder + "/" + path)
            try file.withBytes { bytes in
                let digest = try digest(folder + "/" + path, bytes)
                var numbers = files[digest] ?? []
                if numbers.isEmpty {
                    try ContentChunks.forEach(in: bytes) {
                        numbers.append(try add($0, named: ChunkName(of: $0)))
                    }
                    files[digest] = numbers
                }
                result.files.append(
                    .init(path: path, size: UInt64(bytes.count), sha256: digest, chunks: numbers))
            }
        }
        index.results.removeAll { $0.name == name }
        index.results.append(result)
    }

    /// - Returns: number of results in the pack.
    package func finish() throws -> Int {
        try flush()
        let offset = UInt64(writer.byteCount)
        try writer.write(Gzip.deflate(index.encoded(), level: Self.level))
        var tail: [UInt8] = []
        withUnsafeBytes(of: offset.littleEndian) { tail += Array($0) }
        try writer.write(tail + ResultPack.mark)
        try writer.finish()
        return index.results.count
    }

    private func add(_ bytes: UnsafeRawBufferPointer, named name: ChunkName) throws -> UInt32 {
        if let number = known[name] { return number }
        if pending.count + bytes.count > ResultPack.blockSize { try flush() }
        let chunk = PackIndex.Chunk(
            name: name, block: UInt32(index.blocks.count), offset: UInt32(pending.count),
            length: UInt32(bytes.count))
        pending.append(contentsOf: bytes)
        return add(chunk)
    }

    private func add(_ chunk: PackIndex.Chunk) -> UInt32 {
        let number = UInt32(index.chunks.count)
        index.chunks.append(chunk)
        known[chunk.name] = number
        return number
    }

    /// Compresses what has come together as a block.
    private func flush() throws {
        if pending.isEmpty { return }
        let stored = Gzip.deflate(pending, level: Self.level)
        index.blocks.append(
            .init(
                offset: UInt64(writer.byteCount), stored: UInt32(stored.count), length: UInt32(pending.count))
        )
        try writer.write(stored)
        pending.removeAll(keepingCapacity: true)
    }
}

extension ChunkName {
    init(of bytes: UnsafeRawBufferPointer) {
        let words = ContentDigest.words(of: bytes)
        (high, low) = (words[0], words[1])
    }
}
