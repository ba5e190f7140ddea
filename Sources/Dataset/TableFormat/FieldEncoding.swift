/// Appends a field with `\t`, `\n`, `\r` and `\\` for tab, line feed, carriage return and backslash.
func appendTSV(_ field: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    appendEscaped(field, to: &bytes, letter: tsvLetter)
}

extension TableWriter {
    /// A text on one line, as TSV tables have it: a tab, line feed, carriage return or backslash as `\t`, `\n`, `\r` or
    /// `\\`.
    /// - Parameter doublesBackslashes: `false` leaves these as they are, for readers that know no escapes.
    package static func line(_ text: String, doublesBackslashes: Bool = true) -> String {
        var text = text
        return text.withUTF8 { field in
            var bytes: [UInt8] = []
            appendEscaped(UnsafeRawBufferPointer(field), to: &bytes) { byte in
                byte == 0x5C && !doublesBackslashes ? nil : tsvLetter(byte)
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }
}

/// The letter that stands behind a backslash for this byte; `nil` if it stands for itself.
@inline(__always)
private func tsvLetter(_ byte: UInt8) -> UInt8? {
    switch byte {
    case 0x09: 0x74
    case 0x0A: 0x6E
    case 0x0D: 0x72
    case 0x5C: 0x5C
    default: nil
    }
}

/// Appends a field, quoted where RFC 4180 asks for it; an empty one too where it is alone in its row,
/// because many readers pass over empty lines.
func appendCSV(_ field: UnsafeRawBufferPointer, alone: Bool, to bytes: inout [UInt8]) {
    let needsQuotes = field.contains { $0 == 0x22 || $0 == 0x2C || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes || (alone && field.isEmpty) else {
        bytes.append(contentsOf: field)
        return
    }
    bytes.append(0x22)
    var copied = 0
    while let mark = firstIndex(of: 0x22, in: field, from: copied) {
        bytes.append(contentsOf: field.part(copied, mark + 1))
        bytes.append(0x22)
        copied = mark + 1
    }
    bytes.append(contentsOf: field.part(copied, field.count))
    bytes.append(0x22)
}

/// Appends a field as a JSON string.
func appendJSONString(_ field: UnsafeRawBufferPointer, to bytes: inout [UInt8]) {
    bytes.append(0x22)
    appendEscaped(field, to: &bytes) { byte in
        switch byte {
        case 0x22: 0x22
        case 0x5C: 0x5C
        case 0x08: 0x62
        case 0x0C: 0x66
        case 0x0A: 0x6E
        case 0x0D: 0x72
        case 0x09: 0x74
        case 0x00..<0x20: 0x75
        default: nil
        }
    }
    bytes.append(0x22)
}

/// Appends a field with a backslash and a letter for each byte that has one; `u` is followed by four digits.
@inline(__always)
private func appendEscaped(
    _ field: UnsafeRawBufferPointer, to bytes: inout [UInt8], letter: (UInt8) -> UInt8?
) {
    var copied = 0
    var at = 0
    while at < field.count {
        at = skipPlain(field, from: at)
        guard at < field.count else { break }
        guard let letter = letter(field[at]) else {
            at += 1
            continue
        }
        bytes.append(contentsOf: field.part(copied, at))
        bytes.append(0x5C)
        bytes.append(letter)
        if letter == 0x75 {
            bytes.append(contentsOf: [0x30, 0x30, 0x30 + field[at] >> 4, hexDigit(field[at] & 0x0F)])
        }
        at += 1
        copied = at
    }
    bytes.append(contentsOf: field.part(copied, field.count))
}

/// Skips bytes that no kind escapes, eight at a time: all but controls, quotation marks and backslashes.
///
/// - Returns: the start of eight bytes that may hold one, or of the last bytes.
@inline(__always)
private func skipPlain(_ field: UnsafeRawBufferPointer, from start: Int) -> Int {
    let ones: UInt64 = 0x0101_0101_0101_0101
    var at = start
    while at + 8 <= field.count {
        let word = field.loadUnaligned(fromByteOffset: at, as: UInt64.self)
        // The high bit of each byte says whether the byte, less something, went below zero.
        let controls = (word &- 0x20 &* ones) & ~word
        let quotes = word ^ (0x22 &* ones)
        let slashes = word ^ (0x5C &* ones)
        let found = controls | ((quotes &- ones) & ~quotes) | ((slashes &- ones) & ~slashes)
        if found & (0x80 &* ones) != 0 { return at }
        at += 8
    }
    return at
}

private func hexDigit(_ value: UInt8) -> UInt8 {
    value < 10 ? 0x30 + value : 0x57 + value
}
