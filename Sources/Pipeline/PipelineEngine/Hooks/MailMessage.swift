private import Foundation

/// A mail of plain text, as `sendmail -t` takes it.
///
/// Whatever is in the subject or the lines, it becomes no header: the subject has no line ends, and the lines come after
/// the empty one that ends the headers.
package struct MailMessage: Hashable, Sendable {
    /// Addresses, already checked.
    package var to: [String]
    package var subject: String
    package var lines: [String]

    package init(to: [String], subject: String, lines: [String]) {
        self.to = to
        self.subject = subject
        self.lines = lines
    }

    /// Longest line of the text, in bytes. Source: RFC 5322, section 2.1.1, has 998.
    private static let longestLine = 900
    /// Bytes in one encoded word: 60 characters in base 64, 72 with what is around them. Source: RFC 2047, section 2,
    /// has 75.
    private static let longestWord = 45

    /// Headers and text, with line feeds only. Sender, date and identification are added by `sendmail`.
    package var text: String {
        let headers = [
            "To: \(to.joined(separator: ",\n "))",
            "Subject: \(Self.encoded(subject))",
            "Auto-Submitted: auto-generated",
            "MIME-Version: 1.0",
            "Content-Type: text/plain; charset=utf-8",
            "Content-Transfer-Encoding: 8bit",
        ]
        let body = lines.flatMap { $0.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline) }
            .flatMap { Self.pieces(of: String($0), mostBytes: Self.longestLine) }
        return (headers + [""] + body).joined(separator: "\n") + "\n"
    }

    /// RFC 2047: as it is where it is short and plain, otherwise as encoded words on lines of their own.
    static func encoded(_ subject: String) -> String {
        let isPlain = subject.utf8.allSatisfy { (0x20...0x7E).contains($0) } && !subject.contains("=?")
        if isPlain, subject.utf8.count <= 120 { return subject }
        let safe = String(String.UnicodeScalarView(subject.unicodeScalars.map(replacement)))
        return pieces(of: safe, mostBytes: longestWord)
            .map { "=?utf-8?B?\(Data($0.utf8).base64EncodedString())?=" }.joined(separator: "\n ")
    }

    private static func replacement(of scalar: Unicode.Scalar) -> Unicode.Scalar {
        scalar.properties.generalCategory == .control ? " " : scalar
    }

    /// The text in pieces of at most a number of bytes, between characters.
    private static func pieces(of text: String, mostBytes: Int) -> [String] {
        if text.utf8.count <= mostBytes { return [text] }
        var pieces: [String] = []
        var piece = String.UnicodeScalarView()
        var bytes = 0
        for scalar in text.unicodeScalars {
            let count = UTF8.width(scalar)
            if bytes + count > mostBytes {
                pieces.append(String(piece))
                (piece, bytes) = (String.UnicodeScalarView(), 0)
            }
            piece.append(scalar)
            bytes += count
        }
        return pieces + [String(piece)]
    }
}
