private import CZlib

/// gzip streams that fit into memory.
package enum Gzip {
    /// What is in a gzip stream of one or more members.
    /// - Parameter mostBytes: how much may be in it; more is an error as soon as it is reached, so that a small input cannot
    ///   fill the memory.
    /// - Throws: ``GzipError`` where the stream is damaged, ends early, has something else after it or holds too much.
    package static func inflate(
        _ bytes: some Sequence<UInt8>, mostBytes: Int
    ) throws(GzipError) -> [UInt8] {
        let input = (bytes as? [UInt8]) ?? Array(bytes)
        let inflater = try GzipInflater()
        var result: [UInt8] = []
        do {
            try input.withUnsafeBytes { piece in
                try inflater.inflate(piece) { inflated in
                    guard inflated.count <= mostBytes - result.count else {
                        throw GzipError.tooLarge(limit: mostBytes)
                    }
                    result += inflated
                }
            }
        } catch {
            throw error as? GzipError ?? .unavailable
        }
        try inflater.finish()
        return result
    }

    /// One gzip member that holds `bytes`. Says nothing of time, name or system, so that equal bytes give equal streams.
    /// - Parameter level: 0 (stored) ... 9 (smallest).
    package static func deflate(_ bytes: [UInt8], level: Int32 = 6) -> [UInt8] {
        precondition((0...9).contains(level), "zlib's levels are 0 ... 9")
        var stream = z_stream()
        let gzipWindow: Int32 = 15 + 16
        let memoryLevel: Int32 = 8
        let begun = deflateInit2_(
            &stream, level, Z_DEFLATED, gzipWindow, memoryLevel, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
            Int32(MemoryLayout<z_stream>.size))
        precondition(begun == Z_OK, "zlib could not be initialized; is the system out of memory?")
        defer { deflateEnd(&stream) }
        // zlib's own bound is that of one call with all the input.
        let bound = Int(deflateBound(&stream, UInt(bytes.count)))
        return bytes.withUnsafeBufferPointer { input in
            [UInt8](unsafeUninitializedCapacity: bound) { output, count in
                stream.next_in = UnsafeMutablePointer(mutating: input.baseAddress)
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(output.count)
                let status = CZlib.deflate(&stream, Z_FINISH)
                precondition(status == Z_STREAM_END, "deflate went past its own bound: \(status)")
                count = output.count - Int(stream.avail_out)
            }
        }
    }
}
