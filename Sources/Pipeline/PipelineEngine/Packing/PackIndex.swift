/// What is in a pack: results of one stage, cut into chunks that each are kept once, however many results have them.
package struct PackIndex: Equatable {
    /// Compressed bytes of the file, and how many they make.
    package struct Block: Equatable {
        package var offset: UInt64
        package var stored: UInt32
        package var length: UInt32

        package init(offset: UInt64, stored: UInt32, length: UInt32) {
            self.offset = offset
            self.stored = stored
            self.length = length
        }
    }

    /// A piece of a block.
    package struct Chunk: Equatable {
        /// The beginning of its SHA-256.
        package var name: ChunkName
        package var block: UInt32
        package var offset: UInt32
        package var length: UInt32

        package init(name: ChunkName, block: UInt32, offset: UInt32, length: UInt32) {
            self.name = name
            self.block = block
            self.offset = offset
            self.length = length
        }
    }

    package struct File: Equatable {
        /// Relative to the result's folder.
        package var path: String
        package var size: UInt64
        /// 64 hex digits.
        package var sha256: String
        /// Numbers of its chunks, in order.
        package var chunks: [UInt32]

        package init(path: String, size: UInt64, sha256: String, chunks: [UInt32]) {
            self.path = path
            self.size = size
            self.sha256 = sha256
            self.chunks = chunks
        }
    }

    package struct Result: Equatable {
        /// Name of its folder.
        package var name: String
        /// In byte order of their paths.
        package var files: [File]

        package init(name: String, files: [File]) {
            self.name = name
            self.files = files
        }
    }

    package var blocks: [Block] = []
    package var chunks: [Chunk] = []
    package var results: [Result] = []

    package init() {}

    package subscript(name: String) -> Result? { results.first { $0.name == name } }
}

/// The first 128 bits of a chunk's SHA-256: reassembling a file checks the whole.
package struct ChunkName: Hashable {
    package var high: UInt64
    package var low: UInt64

    package init(high: UInt64, low: UInt64) {
        self.high = high
        self.low = low
    }
}

extension PackIndex {
    /// The index as bytes. Numbers are little-endian; runs of chunks that follow each other count once.
    package func encoded() -> [UInt8] {
        var bytes: [UInt8] = []
        func put(_ value: some FixedWidthInteger) {
            withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
        }
        func put(_ text: String) {
            put(UInt32(text.utf8.count))
            bytes += Array(text.utf8)
        }
        put(UInt32(blocks.count))
        for block in blocks {
            put(block.offset)
            put(block.stored)
            put(block.length)
        }
        put(UInt32(chunks.count))
        for chunk in chunks {
            put(chunk.name.high)
            put(chunk.name.low)
            put(chunk.block)
            put(chunk.offset)
            put(chunk.length)
        }
        put(UInt32(results.count))
        for result in results {
            put(result.name)
            put(UInt32(result.files.count))
            for file in result.files {
                put(file.path)
                put(file.size)
                put(file.sha256)
                let runs = file.chunks.reduce(into: [(first: UInt32, count: UInt32)]()) { runs, chunk in
                    if let last = runs.last, last.first + last.count == chunk {
                        runs[runs.count - 1].count += 1
                    } else {
                        runs.append((chunk, 1))
                    }
                }
                put(UInt32(runs.count))
                for run in runs {
                    put(run.first)
                    put(run.count)
                }
            }
        }
        return bytes
    }

    /// - Returns: `nil` if the bytes are not an index, or its parts contradict each other.
    package init?(decoding bytes: [UInt8]) {
        self.init()
        var reader = IndexReader(bytes)
        for _ in 0..<reader.count(of: 16) {
            blocks.append(Block(offset: reader.number(), stored: reader.number(), length: reader.number()))
        }
        for _ in 0..<reader.count(of: 28) {
            chunks.append(
                Chunk(
                    name: ChunkName(high: reader.number(), low: reader.number()), block: reader.number(),
                    offset: reader.number(), length: reader.number()))
        }
        for _ in 0..<reader.count(of: 8) {
            var result = Result(name: reader.text(), files: [])
            for _ in 0..<reader.count(of: 20) {
                var file = File(path: reader.text(), size: reader.number(), sha256: reader.text(), chunks: [])
                for _ in 0..<reader.count(of: 8) {
                    let (first, count): (UInt32, UInt32) = (reader.number(), reader.number())
                    guard UInt64(first) + UInt64(count) <= UInt64(chunks.count) else { return nil }
                    file.chunks += first..<(first + count)
                }
                result.files.append(file)
            }
            results.append(result)
        }
        let areChunksSound = chunks.allSatisfy { chunk in
            Int(chunk.block) < blocks.count
                && UInt64(chunk.offset) + UInt64(chunk.length) <= UInt64(blocks[Int(chunk.block)].length)
        }
        guard reader.isAtEnd, areChunksSound else { return nil }
    }
}

/// Reads numbers and texts one after the other; past the end all are 0 and empty.
private struct IndexReader {
    private let bytes: [UInt8]
    private var place = 0
    private var isBroken = false

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Whether everything was read and nothing beyond.
    var isAtEnd: Bool { !isBroken && place == bytes.count }

    mutating func number<Number: FixedWidthInteger>() -> Number {
        let width = MemoryLayout<Number>.size
        guard bytes.count - place >= width else {
            isBroken = true
            return 0
        }
        defer { place += width }
        return (0..<width).reduce(0) { $0 | Number(truncatingIfNeeded: bytes[place + $1]) << (8 * $1) }
    }

    /// How many items follow, each of at least this many bytes; 0 if they cannot fit.
    mutating func count(of size: Int) -> Int {
        let found = Int(number() as UInt32)
        guard found <= (bytes.count - place) / size else {
            isBroken = true
            return 0
        }
        return found
    }

    mutating func text() -> String {
        let length = count(of: 1)
        defer { place += length }
        return String(decoding: bytes[place..<place + length], as: UTF8.self)
    }
}
