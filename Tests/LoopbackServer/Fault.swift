/// Something that goes wrong, or at least not as usual.
package enum Fault: Hashable, Sendable {
    /// Any status, with Retry-After in seconds or as a date where it is given: 429, 503, 500, 404.
    case status(Int, retryAfter: String? = nil)
    /// The request is taken and never answered.
    case silence
    /// The head and half the body come, and then nothing.
    case stall
    /// The connection is closed without an answer.
    case hangUp
    /// Half the body comes, then the connection is reset (RST).
    case reset
    /// The body is shorter than Content-Length, then the connection is closed.
    case short
    /// The body is gzip without its second half.
    case truncatedGzip
    /// gzip of 64 MiB in 64 KiB.
    case gzipBomb
    /// A body without an end.
    case endless
    /// A good body under another Content-Type.
    case contentType(String)
    /// A good body under a Content-Encoding that it does not have.
    case encoding(String)
    /// The next page is the same page again.
    case cursorLoop
    /// The page before the one asked for.
    case duplicatedPages
    /// How many comments are written before this answer is made.
    case commentsAdded(Int)
    /// How many comments disappear without a trace before this answer is made.
    case commentsRemoved(Int)
    /// A page that says sorry, with status 200.
    case htmlError
    /// The first article's answer, whatever is asked for.
    case sameBody
    /// A redirect with this status and Location; no Location where that is empty.
    case redirect(Int, String)
    /// A redirect to the address itself.
    case redirectLoop
}

/// A fault that was switched on.
struct SetFault {
    var fault: Fault
    /// Start of the targets that it concerns.
    var prefix: String
    /// Requests that are still to be spared.
    var spared: Int
    var times: Int
}

/// A request that came.
package struct LoggedRequest: Sendable {
    /// Which of the server's hosts.
    package var host: Int
    package var method: String
    package var target: String
    package var headers: [(name: String, value: String)]
    /// When its head was there; nanoseconds of the machine's monotonic clock.
    package var nanoseconds: UInt64
    /// Status of the answer; 0 if none was sent.
    package var status: Int

    /// The first header of a name, in any case.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }
}
