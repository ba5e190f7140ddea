internal import Diagnostics
internal import TextBasics

/// A text file cut into lines, for finding places in it. Lines and columns count from 1, columns in Unicode scalars.
struct SourceText {
    let file: String
    /// The text without a byte order mark.
    let text: String
    private let lines: [[Unicode.Scalar]]
    private let lineTexts: [String]

    /// Most bytes a pipeline file may have.
    static let mostBytes = 1 << 20

    /// Checks that the bytes are a text that YAML may hold.
    /// - Throws: one finding, at the first byte that is wrong.
    init(_ bytes: [UInt8], file: String) throws(DiagnosticsError) {
        self.file = file
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes[3...] : bytes[...]
        try Self.checkEncoding(body, file)
        text = String(decoding: body, as: UTF8.self)
        lines = Self.split(text)
        lineTexts = lines.map { line in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: line)
            return String(view)
        }
        try checkCharacters()
    }

    /// The same lines with one scalar replaced.
    private init(file: String, lines: [[Unicode.Scalar]], lineTexts: [String]) {
        self.file = file
        self.lines = lines
        self.lineTexts = lineTexts
        text = lines.map { line in
            var view = String.UnicodeScalarView()
            view.append(contentsOf: line)
            return String(view)
        }.joined(separator: "\n")
    }

    /// The text with another scalar at a place; messages still show the line as it was.
    func replacing(line: Int, column: Int, with scalar: Unicode.Scalar) -> SourceText {
        var changed = lines
        changed[line - 1][column - 1] = scalar
        return SourceText(file: file, lines: changed, lineTexts: lineTexts)
    }

    func scalars(ofLine line: Int) -> [Unicode.Scalar] {
        lines.indices.contains(line - 1) ? lines[line - 1] : []
    }

    func scalar(line: Int, column: Int) -> Unicode.Scalar? {
        let scalars = scalars(ofLine: line)
        return scalars.indices.contains(column - 1) ? scalars[column - 1] : nil
    }

    func span(line: Int, column: Int, length: Int = 1) -> SourceSpan {
        let line = min(max(line, 1), lines.count)
        let column = min(max(column, 1), lines[line - 1].count + 1)
        return SourceSpan(
            file: file, line: line, column: column, length: length, lineText: lineTexts[line - 1])
    }

    /// The first line that holds anything.
    var start: SourceSpan {
        let line = lines.firstIndex { $0.contains { $0 != " " && $0 != "\t" } } ?? 0
        let column = lines[line].firstIndex { $0 != " " && $0 != "\t" } ?? 0
        return span(line: line + 1, column: column + 1)
    }
}

extension SourceText {
    private static func split(_ text: String) -> [[Unicode.Scalar]] {
        var lines: [[Unicode.Scalar]] = [[]]
        var afterReturn = false
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                if !afterReturn { lines.append([]) }
            } else if scalar == "\r" {
                lines.append([])
            } else {
                lines[lines.count - 1].append(scalar)
            }
            afterReturn = scalar == "\r"
        }
        return lines
    }

    private static func checkEncoding(_ bytes: ArraySlice<UInt8>, _ file: String) throws(DiagnosticsError) {
        func refuse(_ message: String, before offset: Int, hint: String) throws(DiagnosticsError) {
            let before = split(String(decoding: bytes[..<offset], as: UTF8.self))
            let last = before[before.count - 1]
            throw DiagnosticsError(
                message, at: SourceSpan(file: file, line: before.count, column: last.count + 1), hint: hint)
        }
        if bytes.count > mostBytes {
            throw DiagnosticsError(
                "the file has \(bytes.count) bytes; a pipeline file has at most \(mostBytes)",
                at: SourceSpan(file: file, line: 1, column: 1), hint: "name the pipeline file, not its data")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            try refuse("the file is encoded in UTF-16", before: bytes.startIndex, hint: "save it as UTF-8")
        }
        if let nul = bytes.firstIndex(of: 0) {
            try refuse(
                "a NUL byte: this is not a text file", before: nul,
                hint: "name the pipeline file, a YAML text")
        }
        if let offset = bytes.withUnsafeBytes({ firstMalformedByte(in: $0) }) {
            let bad = bytes.startIndex + offset
            try refuse(
                "byte 0x\(String(bytes[bad], radix: 16, uppercase: true)) is not UTF-8", before: bad,
                hint: "save the file as UTF-8")
        }
    }

    /// Control characters, and the line separators that YAML versions disagree about.
    private func checkCharacters() throws(DiagnosticsError) {
        for (row, line) in lines.enumerated() {
            for (column, scalar) in line.enumerated() {
                let hint: String
                switch scalar.value {
                case 0x09: continue
                case 0x00...0x1F, 0x7F, 0x80...0x84, 0x86...0x9F, 0xFFFE, 0xFFFF: hint = "remove it"
                case 0xFEFF: hint = "a byte order mark is only allowed at the start of the file; remove it"
                case 0x85, 0x2028, 0x2029:
                    hint =
                        "write it as \\u\(Hexadecimal.text(scalar.value, width: 4, uppercase: true)) in double quotes"
                default: continue
                }
                throw DiagnosticsError(
                    "character U+\(Hexadecimal.text(scalar.value, width: 4, uppercase: true)) is not allowed in a pipeline file",
                    at: span(line: row + 1, column: column + 1), hint: hint)
            }
        }
    }
}
