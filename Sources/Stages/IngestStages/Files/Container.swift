internal import ArchiveReading
internal import StageKit

/// The container format of a table's file, by its first bytes.
enum Container: Equatable {
    case plain
    case gzip
    /// One compressed stream that libarchive takes apart.
    case compressed
    /// One file of a zip archive, by its name.
    case zipped(String)
    /// A workbook of Excel.
    case workbook
    /// A Parquet file, which DuckDB reads.
    case parquet

    /// - Parameter head: the first bytes of the file, up to 512.
    /// - Throws: ``StageError`` for files that are not tables, or cannot be read, with a hint.
    init(_ head: UnsafeRawBufferPointer, path: String, name: String) throws {
        func starts(_ bytes: [UInt8]) -> Bool { head.starts(with: bytes) }
        if starts([0x1F, 0x8B]) {
            self = .gzip
        } else if starts([0x28, 0xB5, 0x2F, 0xFD])
            || starts([0x42, 0x5A, 0x68]) && head.count > 3
                && (0x31...0x39).contains(head[3])
            || starts([0xFD, 0x37, 0x7A, 0x58, 0x5A, 0]) || starts([0x04, 0x22, 0x4D, 0x18])
            || starts([0x1F, 0x9D]) || starts([0x5D, 0, 0]) && name.lowercased().hasSuffix(".lzma")
        {
            self = .compressed
        } else if starts(Array("PAR1".utf8)) {
            self = .parquet
        } else if starts([0x50, 0x4B, 0x03, 0x04]) || starts([0x50, 0x4B, 0x05, 0x06]) {
            self = try Self.zip(path: path, name: name)
        } else {
            if let refused = Self.foreign(head) {
                throw StageError("\(name) is \(refused.what); no table is read from one", hint: refused.hint)
            }
            self = .plain
        }
    }

    private static func zip(path: String, name: String) throws -> Container {
        var names: [String] = []
        do throws(ArchiveError) {
            let archive = try Archive(path: path, kind: .zip)
            while let entry = try archive.next(), names.count < 10_000 { names.append(entry) }
        } catch {
            throw StageError(
                "\(name) is a zip archive that cannot be read: \(error.problem)",
                hint: "fetch it again, or unpack it and name the table in it; nothing was imported")
        }
        if names.contains("xl/workbook.xml") { return .workbook }
        if names.contains("mimetype"), names.contains("content.xml") {
            throw StageError(
                "\(name) is an OpenDocument spreadsheet; these are not read",
                hint: "save it as .xlsx or as CSV in UTF-8")
        }
        if names.contains(where: { $0.hasPrefix("xl/") && $0.hasSuffix(".bin") }) {
            throw StageError(
                "\(name) is a binary workbook (.xlsb); these are not read", hint: "save it as .xlsx or as CSV"
            )
        }
        let files = names.filter { entry in
            !entry.hasSuffix("/") && !entry.hasPrefix("__MACOSX/")
                && entry.split(separator: "/").last?.hasPrefix(".") == false
        }
        guard files.count == 1 else {
            let list = files.prefix(5).joined(separator: ", ") + (files.count > 5 ? ", …" : "")
            throw StageError(
                files.isEmpty
                    ? "\(name) is a zip archive without a file in it"
                    : "\(name) is a zip archive with \(files.count) files: \(list); only one with a single file is read",
                hint: "unpack it and name the tables in it; nothing was imported")
        }
        return .zipped(files[0])
    }

    /// Kinds of files that are known and not read.
    private static func foreign(_ head: UnsafeRawBufferPointer) -> (what: String, hint: String)? {
        let known: [([UInt8], String, String)] = [
            (
                [0xD0, 0xCF, 0x11, 0xE0, 0xA1, 0xB1, 0x1A, 0xE1],
                "a workbook of an old Excel (.xls), or one with a password",
                "save it without a password as .xlsx or as CSV"
            ),
            ([0x37, 0x7A, 0xBC, 0xAF, 0x27, 0x1C], "a 7z archive", "unpack it and name the tables in it"),
            (Array("Rar!".utf8), "a RAR archive", "unpack it and name the tables in it"),
            (Array("SQLite format 3".utf8), "an SQLite database", "export the table as CSV or JSON lines"),
            (Array("%PDF".utf8), "a PDF document", "export the table as CSV"),
            (Array("ARROW1".utf8), "an Arrow file", "write it as CSV or JSON lines"),
            (Array("Obj\u{1}".utf8), "an Avro file", "write it as CSV or JSON lines"),
        ]
        for (start, what, hint) in known where head.starts(with: start) { return (what, hint) }
        if head.count > 262, head[257..<262].elementsEqual(Array("ustar".utf8)) {
            return ("a tar archive", "unpack it and name the tables in it")
        }
        let start = String(decoding: head.prefix(200), as: UTF8.self).lowercased()
            .drop { $0.isWhitespace || $0 == "\u{FEFF}" }
        if start.hasPrefix("<!doctype html") || start.hasPrefix("<html") {
            return ("a web page", "was it an error page? fetch the table again")
        }
        if start.hasPrefix("version https://git-lfs") {
            return ("a pointer of Git LFS", "fetch the file itself with git lfs pull")
        }
        return nil
    }
}
