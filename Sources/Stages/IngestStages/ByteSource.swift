internal import CZlib
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
        var inflater = try Inflater(name: name)
        defer { inflater.end() }
        let inflate = { (body: (UnsafeRawBufferPointer) throws -> Void) in
            while count > 0 {
                try inflater.inflate(UnsafeRawBufferPointer(rebasing: input[..<count]), body)
                count = try fill(input, from: descriptor)
            }
            try inflater.finish()
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
}

/// Takes apart a gzip stream of one or more members (RFC 1952).
private struct Inflater {
    private static let outputSize = 1 << 18
    private let name: String
    private let stream: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private var isBetweenMembers = false
    private var consumed = 0

    init(name: String) throws(StageError) {
        self.name = name
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
        output = .allocate(byteCount: Self.outputSize, alignment: 16)
        let gzipWindow: Int32 = 15 + 16
        guard inflateInit2_(stream, gzipWindow, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else {
            stream.deallocate()
            output.deallocate()
            throw StageError("zlib could not be started for \(name)")
        }
    }

    mutating func inflate(
        _ input: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        guard let base = input.baseAddress else { return }
        stream.pointee.next_in = UnsafeMutablePointer(mutating: base.assumingMemoryBound(to: UInt8.self))
        stream.pointee.avail_in = UInt32(input.count)
        consumed += input.count
        while stream.pointee.avail_in > 0 {
            if isBetweenMembers {
                // Zero padding after the last member is allowed; anything else must be another member.
                if stream.pointee.next_in.pointee == 0 {
                    stream.pointee.next_in += 1
                    stream.pointee.avail_in -= 1
                    continue
                }
                inflateReset(stream)
                isBetweenMembers = false
            }
            try drain(body)
        }
    }

    private mutating func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        var isFull = true
        while isFull, !isBetweenMembers {
            stream.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
            stream.pointee.avail_out = UInt32(output.count)
            let status = CZlib.inflate(stream, Z_NO_FLUSH)
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
                let reason = stream.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
                throw StageError(
                    "\(name) is a damaged gzip file: \(reason) near byte \(consumed)",
                    hint: "fetch the file again; nothing of it was taken")
            }
            let produced = output.count - Int(stream.pointee.avail_out)
            if produced > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
            isFull = stream.pointee.avail_out == 0
            isBetweenMembers = status == Z_STREAM_END
        }
    }

    func finish() throws(StageError) {
        guard isBetweenMembers else {
            throw StageError(
                "\(name) is a truncated gzip file: it ends in the middle of its stream after \(consumed) bytes",
                hint: "fetch the file again; nothing of it was taken")
        }
    }

    func end() {
        inflateEnd(stream)
        stream.deallocate()
        output.deallocate()
    }
}
