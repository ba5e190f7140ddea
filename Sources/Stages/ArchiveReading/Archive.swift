private import CArchive
private import CLibrary

/// Why an archive or compressed file cannot be read.
package struct ArchiveError: Error, Hashable, Sendable {
    package let problem: String

    package init(problem: String) { self.problem = problem }
}

/// Reads compressed files (bzip2, xz, lzma, Zstandard, LZ4, compress) and zip archives, through libarchive.
///
/// A program outside is never called for any of it. Each reader reads its file once, from the start.
package final class Archive {
    /// How the file is put together.
    package enum Kind: Sendable {
        /// One compressed stream.
        case stream
        case zip
    }

    private static let pieceSize = 1 << 16
    private let handle: OpaquePointer
    private let descriptor: Int32

    /// Of the library that is loaded, such as `3.6.2`.
    package static var libraryVersion: String {
        archive_version_string().map { String(cString: $0) }?.split(separator: " ").last.map(String.init)
            ?? ""
    }

    /// - Throws: ``ArchiveError`` where the file cannot be opened, or is not one of the kind.
    package init(path: String, kind: Kind) throws(ArchiveError) {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw ArchiveError(problem: systemReason(errno)) }
        guard let made = archive_read_new() else {
            close(descriptor)
            throw ArchiveError(problem: "libarchive could not be started")
        }
        handle = made
        switch kind {
        case .stream:
            for filter in [
                archive_read_support_filter_bzip2, archive_read_support_filter_xz,
                archive_read_support_filter_lzma, archive_read_support_filter_zstd,
                archive_read_support_filter_lz4, archive_read_support_filter_compress,
            ] { _ = filter(handle) }
            archive_read_support_format_raw(handle)
        case .zip: archive_read_support_format_zip(handle)
        }
        guard archive_read_open_fd(handle, descriptor, Self.pieceSize) == ARCHIVE_OK else { throw failure() }
    }

    deinit {
        archive_read_free(handle)
        close(descriptor)
    }

    /// Moves to the next file in the archive.
    /// - Returns: its name; `nil` after the last. Folders end in `/`.
    package func next() throws(ArchiveError) -> String? {
        var entry: OpaquePointer?
        let status = archive_read_next_header(handle, &entry)
        if status == ARCHIVE_EOF { return nil }
        guard status == ARCHIVE_OK || status == ARCHIVE_WARN, let entry else { throw failure() }
        if archive_entry_is_encrypted(entry) != 0 { throw ArchiveError(problem: "it is encrypted") }
        let name = archive_entry_pathname_utf8(entry) ?? archive_entry_pathname(entry)
        return name.map { String(cString: $0) } ?? "?"
    }

    /// Calls `body` with the pieces of the file that ``next()`` moved to. A piece is valid only during the call.
    package func read(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: 1 << 18, alignment: 16)
        defer { room.deallocate() }
        while true {
            let count = archive_read_data(handle, room.baseAddress, room.count)
            if count == 0 { return }
            guard count > 0 else { throw failure() }
            try body(UnsafeRawBufferPointer(rebasing: room[..<Int(count)]))
        }
    }

    private func failure() -> ArchiveError {
        ArchiveError(problem: archive_error_string(handle).map { String(cString: $0) } ?? "it is damaged")
    }
}
