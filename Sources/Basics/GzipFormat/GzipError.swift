/// Why a gzip stream could not be decoded.
package enum GzipError: Error, Hashable, Sendable {
    /// zlib had no memory to begin with.
    case unavailable
    /// The stream, or what follows it, is not gzip: zlib's reason, near this byte of the input.
    case damaged(reason: String, nearByte: Int)
    /// The input ended in the middle of the stream, after this many bytes.
    case truncated(afterBytes: Int)
    /// There is more in it than was allowed.
    case tooLarge(limit: Int)
}

extension GzipError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unavailable: "zlib could not be initialized; is the system out of memory?"
        case .damaged(let reason, let byte): "damaged gzip: \(reason) near byte \(byte)"
        case .truncated(let count): "truncated gzip: it ends in the middle of its stream after \(count) bytes"
        case .tooLarge(let limit): "a gzip stream that holds more than the \(limit) bytes allowed"
        }
    }
}
