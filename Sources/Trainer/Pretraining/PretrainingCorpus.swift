import Digests
import Files
import Foundation
import Training

/// The tokenized texts that are learned from: one text a row, or a first and a second one; without special tokens.
///
/// The ids are in a file that is mapped, so that a corpus may be larger than memory.
package final class PretrainingCorpus {
    private let file: MappedFile
    /// Where each text begins; texts of a row follow each other.
    private let offsets: [Int]
    /// Texts of a row, 1 or 2.
    package let texts: Int
    /// Tells these texts from others.
    package let digest: String

    /// Writes the ids of texts as they come.
    package final class Writer {
        private let path: String
        private let handle: FileHandle
        private var offsets = [0]
        private let texts: Int
        private var buffer: [Int32] = []

        /// - Parameters:
        ///   - path: of the file, which is overwritten.
        ///   - texts: of a row, 1 or 2.
        /// - Throws: ``/Training/TrainingError`` when the file cannot be made.
        package init(_ path: String, texts: Int) throws {
            guard FileManager.default.createFile(atPath: path, contents: nil),
                let handle = FileHandle(forWritingAtPath: path)
            else {
                throw TrainingError.file(path: path, problem: "cannot be written")
            }
            (self.path, self.handle, self.texts) = (path, handle, texts)
        }

        /// Adds a text; of rows of two, the first one first.
        package func append(_ ids: some Sequence<Int32>) throws {
            buffer.append(contentsOf: ids)
            offsets.append(offsets[offsets.count - 1] + buffer.count - pending)
            pending = buffer.count
            if buffer.count > 1 << 20 { try flush() }
        }

        /// Ids in the buffer that offsets know of.
        private var pending = 0

        private func flush() throws {
            try handle.write(contentsOf: buffer.withUnsafeBytes { Data($0) })
            buffer.removeAll(keepingCapacity: true)
            pending = 0
        }

        package func finish() throws -> PretrainingCorpus {
            try flush()
            try handle.close()
            return try PretrainingCorpus(path, offsets: offsets, texts: texts)
        }
    }

    private init(_ path: String, offsets: [Int], texts: Int) throws {
        precondition((offsets.count - 1) % texts == 0, "the last row lacks a text")
        file = try MappedFile(path: path)
        self.offsets = offsets
        self.texts = texts
        var digest = ContentDigest()
        digest.update(file.bytes)
        offsets.withUnsafeBytes { digest.update($0) }
        digest.update(Array("\(texts)".utf8))
        self.digest = digest.hexadecimal()
    }

    /// Number of rows.
    package var count: Int { (offsets.count - 1) / texts }

    /// Tokens of all texts, special ones not counted.
    package var tokenCount: Int { offsets[offsets.count - 1] }

    /// Calls `body` with the ids of a text.
    func withText<Result>(
        _ number: Int, of row: Int, _ body: (UnsafeBufferPointer<Int32>) throws -> Result
    ) rethrows -> Result {
        let start = offsets[row * texts + number]
        let end = offsets[row * texts + number + 1]
        return try withExtendedLifetime(file) {
            let all = file.bytes.assumingMemoryBound(to: Int32.self)
            return try body(UnsafeBufferPointer(rebasing: all[start..<end]))
        }
    }

    func length(of number: Int, _ row: Int) -> Int {
        offsets[row * texts + number + 1] - offsets[row * texts + number]
    }

    /// A number that rows of the same texts share.
    func hash(of row: Int) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325  // FNV-1a, by ids
        withText(texts - 1, of: row) { ids in
            for id in ids { hash = (hash ^ UInt64(UInt32(bitPattern: id))) &* 0x100_0000_01B3 }
        }
        return hash
    }
}
