internal import TextBasics

/// Cuts texts at the tokens that are looked for in the text as written: leftmost, then longest, as `tokenizers` does.
///
/// Tokens that are looked for in normalized text are searched in a second pass, in what the first one left.
struct AddedTokenSplitter: Sendable {
    struct Entry: Sendable {
        var token: AddedToken
        var id: Int32
        var bytes: [UInt8]
    }

    /// A stretch of a text: one token, or what is between two.
    struct Stretch {
        /// nil: text.
        var id: Int32?
        var bytes: Range<Int>
    }

    /// One list for each pass, the longest first.
    private let passes: [[Entry]]
    /// Whether a token starts with a byte.
    private let starts: [Bool]
    let entries: [Entry]

    init(_ entries: [Entry]) {
        self.entries = entries
        func ordered(_ normalized: Bool) -> [Entry] {
            entries.filter { $0.token.isNormalized == normalized }.sorted { $0.bytes.count > $1.bytes.count }
        }
        passes = [ordered(false), ordered(true)].filter { !$0.isEmpty }
        var starts = Array(repeating: false, count: 256)
        for entry in entries { if let first = entry.bytes.first { starts[Int(first)] = true } }
        self.starts = starts
    }

    var isEmpty: Bool { passes.isEmpty }

    /// Whether a token can be in a text.
    func mayOccur(in text: UnsafeBufferPointer<UInt8>) -> Bool {
        guard !isEmpty else { return false }
        return starts.withUnsafeBufferPointer { starts in
            for byte in text where starts[Int(byte)] { return true }
            return false
        }
    }

    func stretches(of text: UnsafeBufferPointer<UInt8>) -> [Stretch] {
        var stretches = [Stretch(id: nil, bytes: 0..<text.count)]
        for pass in passes {
            stretches = stretches.flatMap { stretch in
                stretch.id == nil ? cut(stretch.bytes, of: text, pass) : [stretch]
            }
        }
        return stretches.filter { !$0.bytes.isEmpty }
    }

    private func cut(
        _ range: Range<Int>, of text: UnsafeBufferPointer<UInt8>, _ entries: [Entry]
    ) -> [Stretch] {
        let part = UnsafeBufferPointer(rebasing: text[range])
        var found: [Stretch] = []
        var done = 0
        var at = 0
        while at < part.count {
            guard starts[Int(part[at])], let entry = entries.first(where: { Self.holds($0.bytes, part, at) })
            else {
                at += 1
                continue
            }
            var (start, end) = (at, at + entry.bytes.count)
            at = end
            if entry.token.isSingleWord, Self.touchesWord(part, start, end) { continue }
            if entry.token.stripsLeft { start = max(done, Self.spaceStart(part, before: start)) }
            if entry.token.stripsRight { end = Self.spaceEnd(part, after: end) }
            if done < start { found.append(Stretch(id: nil, bytes: done..<start)) }
            found.append(Stretch(id: entry.id, bytes: start..<end))
            done = end
            at = max(at, end)
        }
        if done < part.count { found.append(Stretch(id: nil, bytes: done..<part.count)) }
        return found.map {
            Stretch(
                id: $0.id,
                bytes: $0.bytes.lowerBound + range.lowerBound..<$0.bytes.upperBound + range.lowerBound)
        }
    }

    private static func holds(_ token: [UInt8], _ text: UnsafeBufferPointer<UInt8>, _ at: Int) -> Bool {
        at + token.count <= text.count && token.indices.allSatisfy { token[$0] == text[at + $0] }
    }

    private static func touchesWord(_ text: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Bool {
        func isWord(_ scalar: UInt32) -> Bool {
            UnicodeTables.huggingFace.properties(of: scalar).contains(.word)
        }
        return scalar(text, before: start).map { isWord($0.value) } ?? false
            || scalar(text, at: end).map { isWord($0.value) } ?? false
    }

    private static func spaceStart(_ text: UnsafeBufferPointer<UInt8>, before end: Int) -> Int {
        var at = end
        while let (value, length) = scalar(text, before: at), Vocabulary.isWhitespace(value) { at -= length }
        return at
    }

    private static func spaceEnd(_ text: UnsafeBufferPointer<UInt8>, after start: Int) -> Int {
        var at = start
        while let (value, length) = scalar(text, at: at), Vocabulary.isWhitespace(value) { at += length }
        return at
    }

    private static func scalar(
        _ text: UnsafeBufferPointer<UInt8>, at start: Int
    ) -> (value: UInt32, length: Int)? {
        guard start < text.count, let base = text.baseAddress else { return nil }
        return UTF8Decoding.scalar(at: base + start, limit: text.count - start)
    }

    private static func scalar(
        _ text: UnsafeBufferPointer<UInt8>, before end: Int
    ) -> (value: UInt32, length: Int)? {
        var start = end - 1
        while start > 0, text[start] & 0xC0 == 0x80 { start -= 1 }
        return start < 0 ? nil : scalar(text, at: start)
    }
}
