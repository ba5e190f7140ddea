/// What pretraining has to know of a vocabulary.
package struct PretrainingVocabulary: Sendable {
    /// Number of ids.
    package let size: Int
    package let frame: Frame
    package let mask: Int32
    private let special: [Bool]
    private let continuing: [Bool]

    /// The special tokens around one text and around two.
    package struct Frame: Hashable, Sendable {
        /// In front of the first text, between two texts, and after the last.
        package var before: [Int32]
        package var between: [Int32]
        package var after: [Int32]
        /// Segment of the second text and what is behind it.
        package var secondSegment: UInt8

        package init(before: [Int32], between: [Int32], after: [Int32], secondSegment: UInt8) {
            (self.before, self.between, self.after) = (before, between, after)
            self.secondSegment = secondSegment
        }

        /// Number of special tokens around one text or two.
        func count(texts: Int) -> Int { before.count + after.count + (texts == 2 ? between.count : 0) }
    }

    /// - Parameters:
    ///   - special: ids of tokens that are never masked.
    ///   - continues: whether the piece of an id continues a word.
    package init(
        size: Int, frame: Frame, mask: Int, special: some Sequence<Int>, continues: (Int) -> Bool
    ) {
        self.size = size
        self.frame = frame
        self.mask = Int32(mask)
        var flags = [Bool](repeating: false, count: size)
        for id in special where flags.indices.contains(id) { flags[id] = true }
        self.special = flags
        continuing = (0..<size).map(continues)
    }

    package func isSpecial(_ id: Int32) -> Bool { special[Int(id)] }
    package func continues(_ id: Int32) -> Bool { continuing[Int(id)] }
}
