/// Texts laid end to end: one buffer of UTF-8 bytes and where each text starts in it.
///
/// The bytes are not checked here; their reader reports texts that are not UTF-8.
package struct UTF8Rows: Hashable, Sendable {
    /// All texts without separators.
    package private(set) var bytes: [UInt8]
    /// `count + 1` offsets into `bytes`; text i is `bytes[offsets[i]..<offsets[i + 1]]`.
    package private(set) var offsets: [Int]

    /// Number of texts.
    package var count: Int { offsets.count - 1 }

    package init() {
        bytes = []
        offsets = [0]
    }

    package init(_ texts: some Sequence<String>) {
        self.init()
        for text in texts { append(text.utf8) }
    }

    /// Takes over a buffer and its offsets.
    ///
    /// - Precondition: offsets start at 0, never fall, and end at `bytes.count`.
    package init(bytes: [UInt8], offsets: [Int]) {
        precondition(offsets.first == 0 && offsets.last == bytes.count, "offsets must span the bytes")
        precondition(zip(offsets, offsets.dropFirst()).allSatisfy { $0 <= $1 }, "offsets must not fall")
        self.bytes = bytes
        self.offsets = offsets
    }

    package mutating func reserveCapacity(rows: Int, bytes: Int) {
        self.bytes.reserveCapacity(bytes)
        offsets.reserveCapacity(rows + 1)
    }

    /// Adds a text given as its UTF-8 bytes.
    package mutating func append(_ text: some Sequence<UInt8>) {
        bytes.append(contentsOf: text)
        offsets.append(bytes.count)
    }

    /// Adds a text given as its UTF-8 bytes.
    package mutating func append(_ text: UnsafeRawBufferPointer) {
        bytes.append(contentsOf: text)
        offsets.append(bytes.count)
    }

    /// Adds a text.
    package mutating func append(_ text: String) { append(text.utf8) }

    /// Forgets all texts and keeps the memory.
    package mutating func removeAll() {
        bytes.removeAll(keepingCapacity: true)
        offsets.removeAll(keepingCapacity: true)
        offsets.append(0)
    }

    /// Bytes of one text.
    package subscript(row: Int) -> ArraySlice<UInt8> { bytes[offsets[row]..<offsets[row + 1]] }
}
