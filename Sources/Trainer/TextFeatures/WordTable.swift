internal import TextBasics

/// Numbers for words, in the order in which they were first seen.
package struct WordTable: Sendable {
    private var table = NgramTable()

    package init() {}

    /// Different words so far.
    package var count: Int { table.count }

    /// The bytes of a word.
    package subscript(number: Int) -> ArraySlice<UInt8> { table[number] }

    /// The number of a word that is there; nil for others.
    package func find(_ word: UnsafeRawBufferPointer) -> Int? { table.find(word, hash(word)) }

    /// The number of a word, which is added where it is new.
    package mutating func number(of word: UnsafeRawBufferPointer) -> Int {
        table.number(of: word, hash(word))
    }

    private func hash(_ word: UnsafeRawBufferPointer) -> UInt64 {
        NgramHash.hash(word, 0..<word.count, NgramHash.seed)
    }

    /// Calls `body` with each word of a text: what stands between white space, as Python's `split()` sees it.
    package static func forEachWord(
        of text: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) rethrows {
        var (start, place) = (0, 0)
        while place < text.count {
            let space = length(ofSpaceAt: place, text)
            if space > 0 {
                if place > start { try body(UnsafeRawBufferPointer(rebasing: text[start..<place])) }
                start = place + space
            }
            place += max(1, space)
        }
        if start < text.count { try body(UnsafeRawBufferPointer(rebasing: text[start...])) }
    }

    /// Bytes of the white space at a place; 0 if there is none.
    private static func length(ofSpaceAt place: Int, _ text: UnsafeRawBufferPointer) -> Int {
        let byte = text[place]
        if byte < 0x80 { return PythonText.isSpace(UInt32(byte)) ? 1 : 0 }
        // No white space begins with another byte.
        guard byte == 0xC2 || (0xE1...0xE3).contains(byte) else { return 0 }
        let bytes = text.bindMemory(to: UInt8.self)
        guard let base = bytes.baseAddress,
            let found = UTF8Decoding.scalar(at: base + place, limit: bytes.count - place)
        else { return 0 }
        return PythonText.isSpace(found.value) ? found.length : 0
    }
}
