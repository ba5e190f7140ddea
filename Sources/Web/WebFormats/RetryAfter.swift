/// How long a server asks to be left alone.
package enum RetryAfter {
    /// The longest wait that is believed: 1 day. A server that asks for more is asked again then.
    package static let longestSeconds: Int64 = 86_400

    /// Seconds to wait, 0 ... ``longestSeconds``; `nil` where the header says neither a number nor a date.
    /// - Parameter now: seconds since 1970, for a header that names a date.
    ///
    /// Source: RFC 9110, section 10.2.3.
    package static func seconds(_ header: String, now: Int64) -> Int64? {
        let text = header.trimmed
        if !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) {
            return min(Int64(text) ?? longestSeconds, longestSeconds)
        }
        return MailDate.seconds(String(text)).map { min(max($0 - now, 0), longestSeconds) }
    }
}

extension StringProtocol {
    /// Without blanks and tabs at the ends.
    var trimmed: Substring {
        var rest = Substring(self)
        while let byte = rest.utf8.first, byte <= 0x20 { rest = rest.dropFirst() }
        while let byte = rest.utf8.last, byte <= 0x20 { rest = rest.dropLast() }
        return rest
    }
}
