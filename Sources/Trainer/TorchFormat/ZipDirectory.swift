/// The entries of a zip file as `torch.save` writes them: stored as they are, never compressed.
///
/// Because an entry's bytes are read in place, none can be larger than the file: there is nothing to inflate.
///
/// Source: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3 and 4.5.3.
struct ZipDirectory {
    /// One file in the archive.
    struct Entry {
        let name: [UInt8]
        /// Place of its bytes in the whole file.
        let range: Range<Int>
        /// CRC-32 of its bytes; 0 if the writer was told not to compute any.
        let checksum: UInt32
    }

    /// In the order of the directory.
    let entries: [Entry]
    private let numbers: [[UInt8]: Int]

    /// More entries than any model has tensors.
    private static let mostEntries = 1 << 20

    /// - Parameter file: all bytes of the file.
    /// - Throws: ``TorchError`` for an archive that is cut short, contradicts itself or names places outside it.
    init(_ file: UnsafeRawBufferPointer) throws(TorchError) {
        let (start, size, count) = try Self.directory(of: file)
        guard count <= Self.mostEntries, start >= 0, size >= 0, start <= file.count,
            size <= file.count - start
        else {
            throw TorchError(
                "zip archive: its directory of \(count) entries would take bytes \(start)..<\(start &+ size); the file has "
                    + "\(file.count)")
        }
        var cursor = ByteCursor(
            UnsafeRawBufferPointer(rebasing: file[..<(start + size)]), name: "zip directory", at: start)
        var entries: [Entry] = []
        var numbers: [[UInt8]: Int] = [:]
        for _ in 0..<count {
            let entry = try Self.entry(&cursor, file)
            guard numbers.updateValue(entries.count, forKey: entry.name) == nil else {
                throw TorchError("zip archive: entry '\(TorchError.shown(entry.name))' is there twice")
            }
            entries.append(entry)
        }
        self.entries = entries
        self.numbers = numbers
        try checkOverlap()
    }

    subscript(name: [UInt8]) -> Entry? { numbers[name].map { entries[$0] } }

    /// Overlapping entries are how a small archive pretends to be a large one.
    private func checkOverlap() throws(TorchError) {
        let ordered = entries.filter { !$0.range.isEmpty }.sorted {
            $0.range.lowerBound < $1.range.lowerBound
        }
        for (entry, next) in zip(ordered, ordered.dropFirst())
        where next.range.lowerBound < entry.range.upperBound {
            throw TorchError(
                "zip archive: entries '\(TorchError.shown(entry.name))' and '\(TorchError.shown(next.name))' overlap"
            )
        }
    }

    // MARK: The end of the archive

    /// Where the directory is and how many entries it has.
    private static func directory(
        of file: UnsafeRawBufferPointer
    ) throws(TorchError) -> (start: Int, size: Int, count: Int) {
        // The record ends with a comment of at most 65,535 bytes.
        let first = max(0, file.count - 22 - 65_535)
        var place = file.count - 22
        while place >= first {
            var cursor = ByteCursor(file, name: "zip archive", at: place)
            if try cursor.read(UInt32.self) == 0x0605_4B50 {
                return try directory(&cursor, file, endRecord: place)
            }
            place -= 1
        }
        throw TorchError("zip archive cut short: it has no directory at its end")
    }

    private static func directory(
        _ cursor: inout ByteCursor, _ file: UnsafeRawBufferPointer, endRecord: Int
    ) throws(TorchError) -> (start: Int, size: Int, count: Int) {
        let (disk, directoryDisk) = (try cursor.read(UInt16.self), try cursor.read(UInt16.self))
        _ = try cursor.read(UInt16.self)
        let count = try cursor.read(UInt16.self)
        let (size, start) = (try cursor.read(UInt32.self), try cursor.read(UInt32.self))
        guard [0, 0xFFFF].contains(disk), [0, 0xFFFF].contains(directoryDisk) else {
            throw TorchError("zip archive: it is spread over several files")
        }
        guard count == 0xFFFF || size == 0xFFFF_FFFF || start == 0xFFFF_FFFF else {
            return (Int(start), Int(size), Int(count))
        }
        var locator = ByteCursor(file, name: "zip archive", at: endRecord - 20)
        guard endRecord >= 20, try locator.read(UInt32.self) == 0x0706_4B50 else {
            throw TorchError("zip archive: it lacks the record that large archives have")
        }
        _ = try locator.read(UInt32.self)
        guard let place = Int(exactly: try locator.read(UInt64.self)), place <= file.count else {
            throw TorchError("zip archive: its end record would be past the end of the file")
        }
        var record = ByteCursor(file, name: "zip archive", at: place)
        guard try record.read(UInt32.self) == 0x0606_4B50 else {
            throw TorchError("zip archive: there is no end record at byte \(place)")
        }
        _ = try record.take(20)
        let wide = (try record.read(UInt64.self), try record.read(UInt64.self), try record.read(UInt64.self))
        _ = wide.0  // entries on this disk came first
        return (
            Int(clamping: try record.read(UInt64.self)), Int(clamping: wide.2), Int(clamping: wide.1)
        )
    }

    // MARK: One entry

    private static func entry(
        _ cursor: inout ByteCursor, _ file: UnsafeRawBufferPointer
    ) throws(TorchError) -> Entry {
        guard try cursor.read(UInt32.self) == 0x0201_4B50 else {
            throw cursor.error("no entry starts here", at: cursor.position - 4)
        }
        _ = try cursor.read(UInt32.self)
        let (flags, method) = (try cursor.read(UInt16.self), try cursor.read(UInt16.self))
        _ = try cursor.read(UInt32.self)
        let checksum = try cursor.read(UInt32.self)
        var sizes = [UInt64(try cursor.read(UInt32.self)), UInt64(try cursor.read(UInt32.self))]
        let (nameLength, extraLength) = (try cursor.read(UInt16.self), try cursor.read(UInt16.self))
        let commentLength = try cursor.read(UInt16.self)
        _ = try cursor.take(8)
        var offset = UInt64(try cursor.read(UInt32.self))
        let name = Array(cursor.slice(try cursor.take(Int(nameLength))))
        let extra = try cursor.take(Int(extraLength))
        try readWideSizes(ByteCursor(cursor.slice(extra), name: "zip directory"), &sizes, &offset)
        _ = try cursor.take(Int(commentLength))
        let shown = TorchError.shown(name)
        guard isInside(name) else {
            throw TorchError("zip archive: entry '\(shown)' names a place outside the archive")
        }
        guard flags & 1 == 0 else { throw TorchError("zip archive: entry '\(shown)' is encrypted") }
        guard method == 0, sizes[0] == sizes[1] else {
            throw TorchError(
                "zip archive: entry '\(shown)' is compressed (method \(method)); torch.save stores entries as they are. "
                    + "Load and save the weights with torch once more")
        }
        return Entry(
            name: name, range: try data(of: name, at: offset, size: sizes[0], file), checksum: checksum)
    }

    /// Sizes and offsets beyond 32 bits are in an extra field, in this order, where the short ones are full.
    private static func readWideSizes(
        _ extra: ByteCursor, _ sizes: inout [UInt64], _ offset: inout UInt64
    ) throws(TorchError) {
        var extra = extra
        while extra.rest >= 4 {
            let (kind, length) = (try extra.read(UInt16.self), try extra.read(UInt16.self))
            let place = try extra.take(Int(length))
            guard kind == 1 else { continue }
            var field = ByteCursor(extra.slice(place), name: "zip directory")
            // The directory names the compressed size first, this field the uncompressed one.
            if sizes[1] == 0xFFFF_FFFF { sizes[1] = try field.read(UInt64.self) }
            if sizes[0] == 0xFFFF_FFFF { sizes[0] = try field.read(UInt64.self) }
            if offset == 0xFFFF_FFFF { offset = try field.read(UInt64.self) }
        }
    }

    /// No absolute path, no `..`, no backslash, no NUL, no drive letter.
    private static func isInside(_ name: [UInt8]) -> Bool {
        guard !name.isEmpty,
            !name.contains(where: { $0 == 0 || $0 == UInt8(ascii: "\\") || $0 == UInt8(ascii: ":") })
        else { return false }
        let parts = name.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        // A folder's name ends in a slash.
        return parts.enumerated().allSatisfy { number, part in
            !(part.elementsEqual(".".utf8) || part.elementsEqual("..".utf8))
                && (!part.isEmpty || (number == parts.count - 1 && number > 0))
        }
    }

    /// Where the entry's bytes are: after a header that repeats its name.
    private static func data(
        of name: [UInt8], at offset: UInt64, size: UInt64, _ file: UnsafeRawBufferPointer
    ) throws(TorchError) -> Range<Int> {
        let shown = TorchError.shown(name)
        guard let offset = Int(exactly: offset), offset <= file.count else {
            throw TorchError(
                "zip archive: entry '\(shown)' would start at byte \(offset); the file has \(file.count)")
        }
        var cursor = ByteCursor(file, name: "zip archive", at: offset)
        guard try cursor.read(UInt32.self) == 0x0403_4B50 else {
            throw TorchError("zip archive: entry '\(shown)' has no header at byte \(offset)")
        }
        _ = try cursor.take(22)
        let (nameLength, extraLength) = (try cursor.read(UInt16.self), try cursor.read(UInt16.self))
        guard cursor.slice(try cursor.take(Int(nameLength))).elementsEqual(name) else {
            throw TorchError("zip archive: entry '\(shown)' has another name in its own header")
        }
        _ = try cursor.take(Int(extraLength))
        guard size <= UInt64(cursor.rest) else {
            throw TorchError(
                "zip archive: entry '\(shown)' of \(size) bytes is cut short; \(cursor.rest) are left")
        }
        return try cursor.take(size)
    }
}
