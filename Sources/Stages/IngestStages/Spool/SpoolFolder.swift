private import Foundation
internal import SpoolFormat
internal import StageKit
internal import TextBasics
internal import VoteModel

/// The folder in which workers leave batches and from which a run takes them in.
///
/// It needs no locks, so that it may lie on a file system that many hosts share: a batch is written under a name that nobody
/// else has, synced, and renamed to the name that its bytes give it.
struct SpoolFolder {
    /// Absolute.
    let path: String

    /// A batch that is in place.
    struct Sealed {
        var name: BatchName
        var header: BatchHeader
        /// Absolute.
        var path: String
        var size: Int64

        static func precede(_ one: Sealed, _ other: Sealed) -> Bool {
            one.header.precedes(one.name.digest, (other.header, other.name.digest))
        }
    }

    /// Writes a batch and puts it in place.
    /// - Returns: its name, and bytes.
    func seal(_ header: BatchHeader, _ body: (BatchWriter) throws -> Void) throws -> (
        name: BatchName, size: Int
    ) {
        try Disk.makeFolder(path)
        let partial = "\(path)/\(UUID().uuidString)\(BatchName.partialSuffix)"
        do {
            let file = try FileWriter(path: partial)
            var digest = ContentDigest()
            let writer = try BatchWriter(header) { bytes in
                digest.update(bytes)
                try file.write(bytes)
            }
            try body(writer)
            try writer.finish()
            try file.finish()
            try Disk.sync(partial)
            let name = BatchName(digest: digest.hexadecimal())
            guard try Disk.rename(partial, to: "\(path)/\(name)") else {
                throw StageError("\(partial) cannot be renamed to \(name): two file systems")
            }
            try Disk.sync(folderOnly: path)
            return (name, file.byteCount)
        } catch {
            try? Disk.remove(partial)
            throw error
        }
    }

    /// The batches in place that this program can read, in no order. Others are left to the run, which refuses them.
    func batches() throws -> [Sealed] {
        try Disk.names(in: path).compactMap { text in
            guard let name = BatchName(text), name.version == BatchName.currentVersion else { return nil }
            let file = "\(path)/\(text)"
            guard let size = try Disk.facts(file)?.size, let header = try? Self.header(of: file) else {
                return nil
            }
            return Sealed(name: name, header: header, path: file, size: size)
        }
    }

    static func header(of path: String) throws -> BatchHeader {
        struct Enough: Error {}
        var found: Result<BatchHeader, any Error> = .failure(BatchError.noHeader)
        do {
            try FileReader.forEachPiece(of: path) { piece in
                found = Result { try BatchReader.header(of: piece) }
                throw Enough()
            }
        } catch is Enough {
            // The rest is not needed.
        }
        return try found.get()
    }

    /// Reads a batch from its start to its end.
    static func read(
        _ path: String, to sink: any ObservationSink, _ context: StageContext,
        record: (BatchRecord) throws -> Void
    ) throws {
        let reader = try BatchReader()
        try FileReader.forEachPiece(of: path) { piece in
            try context.checkpoint()
            try reader.read(piece, to: sink, record: record)
        }
        try reader.finish()
    }

    /// After this many seconds a batch that is still being written is one that nobody writes any more.
    private static let longest: Int64 = 86_400

    /// Says which batches were begun and not finished for a day.
    func warnOfHalfWritten(_ context: StageContext) throws {
        let now = Int64(Date().timeIntervalSince1970)
        for name in try Disk.names(in: path) where name.hasSuffix(BatchName.partialSuffix) {
            guard let facts = try Disk.facts("\(path)/\(name)") else { continue }
            let age = now - facts.modified / 1_000_000_000
            guard age > Self.longest else { continue }
            context.progress.warn(
                "\(path)/\(name) was begun and not finished for \(age / 3600) hours: its worker has died; what it was about to "
                    + "hold is gathered again by the next worker of that share, and the file can be removed")
        }
    }
}

/// What is kept of an author salt: enough to notice that two are different.
enum SaltMark {
    /// First 16 hex digits of a SHA-256.
    static func of(_ salt: String) -> String {
        String(ContentDigest.of("splitvote author salt \(salt)").prefix(16))
    }
}
