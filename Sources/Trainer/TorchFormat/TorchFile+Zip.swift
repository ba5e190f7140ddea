private import CZlib

extension TorchFile {
    /// The zip format: `NAME/data.pkl`, and a file `NAME/data/KEY` for each storage.
    static func readZip(
        _ file: UnsafeRawBufferPointer, _ release: (UnsafeRawBufferPointer) -> Void
    ) throws(TorchError) -> (machine: PickleMachine, root: PickleValue, storages: [Range<Int>]) {
        let directory = try ZipDirectory(file)
        let root = try root(of: directory)
        func entry(_ name: String) -> ZipDirectory.Entry? { directory[root + Array(name.utf8)] }
        if entry("constants.pkl") != nil {
            throw TorchError("the file is a TorchScript program, no saved weights; save model.state_dict()")
        }
        if let order = entry("byteorder") {
            let text = file[order.range]
            guard text.elementsEqual("little".utf8) else {
                throw TorchError(
                    "the numbers are in byte order '\(TorchError.shown(text))'; expected 'little'")
            }
        }
        guard let pickle = entry("data.pkl") else { throw TorchError("zip archive: it has no data.pkl") }
        try check(pickle, file)
        var machine = PickleMachine(
            ByteCursor(UnsafeRawBufferPointer(rebasing: file[pickle.range]), name: "data.pkl"))
        let value = try machine.run()
        guard machine.cursor.rest == 0 else {
            throw machine.cursor.error("\(machine.cursor.rest) bytes after the end of the pickle")
        }
        var storages: [Range<Int>] = []
        for storage in machine.storages {
            let key = TorchError.shown(machine.bytes(storage.key))
            guard let entry = directory[root + Array("data/".utf8) + Array(machine.bytes(storage.key))] else {
                throw TorchError("zip archive: storage '\(key)' has no entry data/\(key)")
            }
            guard entry.range.count == storage.count * storage.type.byteCount else {
                throw TorchError(
                    "storage '\(key)' has \(entry.range.count) bytes; \(storage.count) elements of \(storage.type.rawValue) "
                        + "take \(storage.count * storage.type.byteCount)")
            }
            try check(entry, file, release)
            storages.append(entry.range)
        }
        return (machine, value, storages)
    }

    /// The folder that everything is in, with its slash.
    private static func root(of directory: ZipDirectory) throws(TorchError) -> [UInt8] {
        let suffix = Array("data.pkl".utf8)
        let roots = directory.entries.map(\.name).filter { name in
            name.suffix(suffix.count).elementsEqual(suffix)
                && name.dropLast(suffix.count).last == UInt8(ascii: "/")
                && name.count(where: { $0 == UInt8(ascii: "/") }) == 1
        }
        guard roots.count == 1 else {
            throw TorchError(
                "zip archive: \(roots.isEmpty ? "it has no" : "it has \(roots.count) files") data.pkl in a folder; "
                    + "torch.save writes one")
        }
        return Array(roots[0].dropLast(suffix.count))
    }

    /// Compares an entry with its checksum, where it has one.
    private static func check(
        _ entry: ZipDirectory.Entry, _ file: UnsafeRawBufferPointer,
        _ release: (UnsafeRawBufferPointer) -> Void = { _ in }
    ) throws(TorchError) {
        guard entry.checksum != 0 else { return }
        var checksum = crc32(0, nil, 0)
        let step = 16 << 20
        for start in stride(from: entry.range.lowerBound, to: entry.range.upperBound, by: step) {
            let piece = UnsafeRawBufferPointer(
                rebasing: file[start..<min(start + step, entry.range.upperBound)])
            checksum = crc32(
                checksum, piece.baseAddress?.assumingMemoryBound(to: UInt8.self), UInt32(piece.count))
            release(piece)
        }
        guard UInt32(truncatingIfNeeded: checksum) == entry.checksum else {
            throw TorchError(
                "zip archive: entry '\(TorchError.shown(entry.name))' is damaged: wrong checksum")
        }
    }
}
