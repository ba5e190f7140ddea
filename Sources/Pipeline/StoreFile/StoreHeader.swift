internal import CLibrary

/// A file's header, read before SQLite opens the file, so that a file that is not ours stays untouched.
package enum StoreHeader {
    package enum Finding: Equatable {
        case absent
        /// Nothing in it: a store may be made there.
        case empty
        case store(version: Int)
    }

    /// "SpVt", in the header of every store: SQLite's `application_id`.
    package static let applicationID: Int32 = 0x5370_5674

    /// - Parameter known: the newest version that this program knows.
    /// - Throws: ``StoreError`` naming the file when it is not a store, a newer one, or when it cannot be read.
    package static func inspect(_ path: String, knowing known: Int) throws(StoreError) -> Finding {
        try StorePath.checkKind(path)
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else {
            if errno == ENOENT { return .absent }
            throw .system("cannot read", path)
        }
        defer { close(descriptor) }
        var header = [UInt8](repeating: 0, count: 100)
        let count = retrying { read(descriptor, &header, header.count) }
        if count < 0 { throw .system("cannot read", path) }
        if count == 0 { return .empty }
        guard count == header.count, header.starts(with: Array("SQLite format 3\0".utf8)) else {
            throw StoreError(.notADatabase, "\(path) is not a SQLite file", hint: StoreError.otherPlace)
        }
        let application = number(header, at: 68)
        guard application == Int(applicationID) else {
            throw StoreError(
                .foreign, "\(path) is a SQLite file of another program (application id \(application))",
                hint: StoreError.otherPlace)
        }
        let version = number(header, at: 60)
        try check(version: version, knowing: known, path)
        return .store(version: version)
    }

    package static func check(version: Int, knowing known: Int, _ path: String) throws(StoreError) {
        guard version <= known else {
            throw StoreError(
                .newer,
                "\(path) is a store of version \(version); this program supports versions up to \(known)",
                hint:
                    "use the newer splitvote that wrote it, or name another file under store.state; it was not touched"
            )
        }
    }

    private static func number(_ header: [UInt8], at offset: Int) -> Int {
        header[offset..<offset + 4].reduce(0) { $0 << 8 | Int($1) }
    }
}
