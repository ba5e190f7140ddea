internal import ArchiveReading
private import CLibrary
private import Files
internal import GzipFormat
internal import SheetFormat
internal import StageKit

/// Reads a file piece by piece and takes off what it is compressed or packed with.
struct ByteSource {
    private static let chunkSize = 1 << 18
    let path: String
    /// As shown to people.
    let name: String
    /// Bytes that the file had when its digest was taken; `nil`: any number.
    var size: Int64?
    /// The sheet of a workbook; `nil`: the first.
    var sheet: String?
    /// Bytes that a compressed file may hold beyond ``mostPerByte`` times its own.
    var mostUnpacked = 256 << 20

    /// No text is compressed better than this by any of the methods; a file that claims more is a trap.
    private static let mostPerByte = 500

    /// What the file's first bytes say.
    func container() throws -> Container {
        let descriptor = try opened()
        defer { close(descriptor) }
        let head = UnsafeMutableRawBufferPointer.allocate(byteCount: 512, alignment: 16)
        defer { head.deallocate() }
        let count = try fill(head, from: descriptor)
        return try Container(UnsafeRawBufferPointer(rebasing: head[..<count]), path: path, name: name)
    }

    /// Calls `body` with one piece after the other. A piece is valid only during the call.
    /// - Throws: ``StageError`` when the file cannot be read, is damaged, ends early or is not what it was.
    func forEachChunk(in container: Container, _ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        switch container {
        case .plain, .parquet: try plain(body)
        case .gzip: try gzip(body)
        case .compressed: try archive(.stream, nil, body)
        case .zipped(let entry): try archive(.zip, entry, body)
        case .workbook: try workbook(body)
        }
    }

    /// The first bytes of what the file holds, and whether they are all.
    func head(in container: Container, most: Int = 1 << 18) throws -> (bytes: [UInt8], isWhole: Bool) {
        struct Enough: Error {}
        var bytes: [UInt8] = []
        do {
            try forEachChunk(in: container) { chunk in
                bytes.append(contentsOf: chunk.prefix(most - bytes.count))
                if bytes.count >= most { throw Enough() }
            }
        } catch is Enough {
            return (bytes, false)
        }
        return (bytes, true)
    }

    private func plain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = try opened()
        defer { close(descriptor) }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { input.deallocate() }
        var total: Int64 = 0
        while true {
            let count = try fill(input, from: descriptor)
            if count == 0 { break }
            total += Int64(count)
            try body(UnsafeRawBufferPointer(rebasing: input[..<count]))
        }
        try check(total)
    }

    private func gzip(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = try opened()
        defer { close(descriptor) }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { input.deallocate() }
        var count = try fill(input, from: descriptor)
        let isSmall = count < Self.chunkSize
        let inflate = { (body: (UnsafeRawBufferPointer) throws -> Void) in
            var total: Int64 = 0
            do {
                let inflater = try GzipInflater()
                while count > 0 {
                    total += Int64(count)
                    try inflater.inflate(UnsafeRawBufferPointer(rebasing: input[..<count]), body)
                    count = try fill(input, from: descriptor)
                }
                try inflater.finish()
            } catch let error as GzipError {
                throw described(error)
            }
            try check(total)
        }
        var unpacked = 0
        func bounded(_ piece: UnsafeRawBufferPointer) throws {
            unpacked += piece.count
            try checkExpansion(unpacked)
            try body(piece)
        }
        // A small file is done before a thread has begun.
        if isSmall { return try inflate(bounded) }
        try withoutActuallyEscaping(inflate) { inflate in try ReadAhead(inflate).forEachPiece(bounded) }
    }

    private func archive(
        _ kind: Archive.Kind, _ entry: String?, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        var unpacked = 0
        func bounded(_ piece: UnsafeRawBufferPointer) throws {
            unpacked += piece.count
            try checkExpansion(unpacked)
            try body(piece)
        }
        do {
            let archive = try Archive(path: path, kind: kind)
            while let found = try archive.next() {
                if entry == nil || found == entry { return try archive.read(bounded) }
            }
            throw ArchiveError(problem: "it holds nothing")
        } catch let error as ArchiveError {
            throw StageError(
                "\(name) is a damaged or truncated compressed file: \(error.problem)",
                hint: "fetch the file again; nothing was imported")
        }
    }

    private func workbook(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var found: [String: [UInt8]] = [:]
        let wanted: (String) -> Bool = { entry in
            entry.hasPrefix("xl/worksheets/") && !entry.contains("/_rels/")
                || ["xl/workbook.xml", "xl/_rels/workbook.xml.rels", "xl/sharedStrings.xml", "xl/styles.xml"]
                    .contains(entry)
        }
        do {
            let archive = try Archive(path: path, kind: .zip)
            var total = 0
            while let entry = try archive.next() {
                guard wanted(entry) else { continue }
                var bytes: [UInt8] = []
                try archive.read { piece in
                    total += piece.count
                    try checkExpansion(total)
                    bytes.append(contentsOf: piece)
                }
                found[entry] = bytes
            }
            try Workbook { found[$0] }.writeCSV(sheet: sheet, body)
        } catch let error as ArchiveError {
            throw StageError(
                "\(name) is a damaged workbook: \(error.problem)",
                hint: "save it again; nothing was imported")
        } catch let error as SheetError {
            if case .noSheet = error {
                throw StageError("\(name): \(error)", hint: "set 'sheet' to one of them")
            }
            throw StageError("\(name): \(error)", hint: "save it again; nothing was imported")
        }
    }

    /// Stops at more than a table of that size can hold.
    private func checkExpansion(_ total: Int) throws {
        guard total > mostUnpacked else { return }
        var facts = stat()
        guard stat(path, &facts) == 0 else { throw unreadable() }
        guard total > mostUnpacked + Self.mostPerByte * Int(facts.st_size) else { return }
        throw StageError(
            "\(name) unpacks to more than \(total >> 20) MiB from \(facts.st_size) bytes, which no table does",
            hint: "look at what it is; to read it nevertheless, unpack it and name the file in it")
    }
}

extension ByteSource {
    private func opened() throws(StageError) -> Int32 {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { throw unreadable() }
        return descriptor
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) throws(StageError)
        -> Int
    {
        let count = retrying { read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw unreadable() }
        return count
    }

    /// A file that grew or shrank since its digest was taken is another file than the one that would be remembered.
    func check(_ total: Int64) throws(StageError) {
        guard let size, size != total else { return }
        throw StageError(
            "\(name) changed while it was read: it had \(size) bytes and now has \(total)",
            hint: "wait until it has been written completely and run again; nothing was imported")
    }

    private func unreadable() -> StageError {
        StageError(FileError("cannot read", name))
    }

    private func described(_ error: GzipError) -> StageError {
        let problem =
            switch error {
            case .unavailable: "zlib could not be started for \(name)"
            case .damaged(let reason, let byte): "\(name) is a damaged gzip file: \(reason) near byte \(byte)"
            case .truncated(let count):
                "\(name) is a truncated gzip file: it ends in the middle of its stream after \(count) bytes"
            case .tooLarge(let limit): "\(name) holds more than \(limit) bytes"
            }
        if case .unavailable = error { return StageError(problem) }
        return StageError(problem, hint: "fetch the file again; nothing was imported")
    }
}
