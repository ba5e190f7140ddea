private import CLibrary
private import Foundation

/// A file's bytes, mapped into memory for as long as the value lives.
///
/// Unchecked: the mapping is read-only and never changes after `init`.
public final class MappedFile: @unchecked Sendable {
    private let bytes: UnsafeRawBufferPointer

    /// Calls `body` with all bytes, which it must not keep.
    public func withBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
        try withExtendedLifetime(self) { try body(bytes) }
    }

    /// - Throws: ``StageError`` naming the file and the system's reason.
    public init(path: String) throws(StageError) {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw .file("cannot read", path) }
        defer { close(descriptor) }
        var facts = stat()
        guard fstat(descriptor, &facts) == 0 else { throw .file("cannot read", path) }
        let count = Int(facts.st_size)
        guard count > 0 else {
            bytes = UnsafeRawBufferPointer(start: nil, count: 0)
            return
        }
        let address = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let address, address != MAP_FAILED else { throw .file("cannot map", path) }
        bytes = UnsafeRawBufferPointer(start: address, count: count)
    }

    deinit {
        if let base = bytes.baseAddress { munmap(UnsafeMutableRawPointer(mutating: base), bytes.count) }
    }
}

/// Writes one new file through a buffer. The engine makes it durable and moves it to its place afterwards.
public final class FileWriter {
    public let path: String
    public private(set) var byteCount = 0
    private var descriptor: Int32
    private var buffer: [UInt8] = []
    private static let bufferSize = 1 << 18

    /// - Throws: ``StageError`` naming the file and the system's reason.
    public init(path: String) throws {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw StageError.file("cannot create", path) }
        buffer.reserveCapacity(Self.bufferSize)
    }

    public func write(_ bytes: UnsafeRawBufferPointer) throws {
        byteCount += bytes.count
        if buffer.count + bytes.count > Self.bufferSize { try flush() }
        if bytes.count > Self.bufferSize {
            try writeAll(bytes)
        } else {
            buffer.append(contentsOf: bytes)
        }
    }

    public func write(_ bytes: [UInt8]) throws {
        byteCount += bytes.count
        try flush()
        try bytes.withUnsafeBytes { try writeAll($0) }
    }

    public func write(_ text: String) throws {
        try write(Array(text.utf8))
    }

    /// Writes what is left in the buffer and closes the file.
    public func finish() throws {
        try flush()
        let closing = descriptor
        descriptor = -1
        guard close(closing) == 0 else { throw StageError.file("cannot write", path) }
    }

    deinit {
        if descriptor >= 0 { close(descriptor) }
    }

    private func flush() throws {
        try buffer.withUnsafeBytes { try writeAll($0) }
        buffer.removeAll(keepingCapacity: true)
    }

    private func writeAll(_ bytes: UnsafeRawBufferPointer) throws {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = UnsafeRawBufferPointer(rebasing: rest).withMemoryRebound(to: UInt8.self) {
                CLibrary.write(descriptor, $0.baseAddress, $0.count)
            }
            if written < 0 {
                if errno == EINTR { continue }
                throw StageError.file("cannot write", path)
            }
            rest = rest.dropFirst(written)
        }
    }
}

extension StageError {
    /// A failed system call on a file, with the reason in `errno`.
    static func file(_ action: String, _ path: String) -> StageError {
        let code = errno
        let hint: String? =
            switch code {
            case ENOSPC: "the disk is full; free some space and run again"
            case EACCES, EROFS, EPERM: "check the permissions of the folder and run again"
            case ENOENT: "check the path"
            default: nil
            }
        return StageError("\(action) \(path): \(String(cString: strerror(code)))", hint: hint)
    }
}
