internal import GzipFormat
internal import StageKit

#if canImport(Glibc)
    private import Glibc
#elseif canImport(Musl)
    private import Musl
#else
    private import Darwin
#endif

/// Reads a file piece by piece and takes gzip off where it is there.
struct ByteSource {
    private static let chunkSize = 1 << 18
    let path: String
    /// As shown to people.
    let name: String

    /// Calls `body` with one piece after the other. A piece is valid only during the call.
    /// - Throws: ``StageError`` when the file cannot be read, or its gzip stream is damaged or ends early.
    func forEachChunk(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw unreadable() }
        defer { close(descriptor) }
        let input = UnsafeMutableRawBufferPointer.allocate(byteCount: Self.chunkSize, alignment: 16)
        defer { input.deallocate() }
        var count = try fill(input, from: descriptor)
        guard count >= 2, input[0] == 0x1F, input[1] == 0x8B else {
            while count > 0 {
                try body(UnsafeRawBufferPointer(rebasing: input[..<count]))
                count = try fill(input, from: descriptor)
            }
            return
        }
        let inflate = { (body: (UnsafeRawBufferPointer) throws -> Void) in
            do {
                let inflater = try GzipInflater()
                while count > 0 {
                    try inflater.inflate(UnsafeRawBufferPointer(rebasing: input[..<count]), body)
                    count = try fill(input, from: descriptor)
                }
                try inflater.finish()
            } catch let error as GzipError {
                throw described(error)
            }
        }
        // A small file is done before a thread has begun.
        if count < Self.chunkSize { return try inflate(body) }
        try withoutActuallyEscaping(inflate) { inflate in try ReadAhead(inflate).forEachPiece(body) }
    }

    private func fill(_ buffer: UnsafeMutableRawBufferPointer, from descriptor: Int32) throws(StageError)
        -> Int
    {
        while true {
            let count = read(descriptor, buffer.baseAddress, buffer.count)
            if count >= 0 { return count }
            if errno != EINTR { throw unreadable() }
        }
    }

    private func unreadable() -> StageError {
        StageError(
            "cannot read \(name): \(String(cString: strerror(errno)))",
            hint: "check the path and its permissions")
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
        return StageError(problem, hint: "fetch the file again; nothing of it was taken")
    }
}
