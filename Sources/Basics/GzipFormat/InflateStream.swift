internal import CZlib

/// zlib's state of one stream that is decoded, with room for what comes of it.
final class InflateStream {
    private let state: UnsafeMutablePointer<z_stream>
    private let output: UnsafeMutableRawBufferPointer
    private(set) var isStarted = false
    /// Bytes given so far.
    private(set) var consumed = 0

    /// - Parameter outputSize: bytes of the largest piece that is handed on.
    init(outputSize: Int) {
        state = .allocate(capacity: 1)
        state.initialize(to: z_stream())
        output = .allocate(byteCount: outputSize, alignment: 16)
    }

    deinit {
        if isStarted { inflateEnd(state) }
        state.deallocate()
        output.deallocate()
    }

    /// - Parameter window: zlib's `windowBits`, which say how the stream is framed as well.
    func start(window: Int32) throws(GzipError) {
        guard inflateInit2_(state, window, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK
        else { throw .unavailable }
        isStarted = true
    }

    /// Begins another stream of the same kind.
    func restart() { inflateReset(state) }

    /// The next piece of input, which has to stay where it is until all of it is decoded.
    func take(_ input: UnsafeRawBufferPointer) {
        let start = input.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.next_in = UnsafeMutablePointer(mutating: start)
        state.pointee.avail_in = UInt32(input.count)
        consumed += input.count
    }

    /// Whether input is left to decode.
    var hasInput: Bool { state.pointee.avail_in > 0 }

    /// Passes over the next byte of the input if it is 0.
    func skipZero() -> Bool {
        guard state.pointee.next_in.pointee == 0 else { return false }
        state.pointee.next_in += 1
        state.pointee.avail_in -= 1
        return true
    }

    /// Decodes a piece, and calls `body` with it if there is anything in it.
    /// - Returns: whether the room was filled, so that more may come without further input, and whether the stream is at its
    ///   end.
    /// - Throws: ``GzipError/damaged(reason:nearByte:)``, or what `body` throws.
    func step(_ body: (UnsafeRawBufferPointer) throws -> Void) throws -> (isFull: Bool, isAtEnd: Bool) {
        state.pointee.next_out = output.baseAddress?.assumingMemoryBound(to: UInt8.self)
        state.pointee.avail_out = UInt32(output.count)
        let status = CZlib.inflate(state, Z_NO_FLUSH)
        guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else {
            let reason = state.pointee.msg.map { String(cString: $0) } ?? "code \(status)"
            throw GzipError.damaged(reason: reason, nearByte: consumed)
        }
        let produced = output.count - Int(state.pointee.avail_out)
        if produced > 0 { try body(UnsafeRawBufferPointer(rebasing: output[..<produced])) }
        return (state.pointee.avail_out == 0, status == Z_STREAM_END)
    }
}
