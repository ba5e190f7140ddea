package import Tokenization

/// What pretraining has to know of a vocabulary.
package struct PretrainingVocabulary: Sendable {
    /// Number of ids.
    package let size: Int
    package let frame: SequenceFrame
    /// nil if no word is masked.
    package let mask: Int32?
    private let special: [Bool]
    private let continuing: [Bool]

    /// - Parameters:
    ///   - special: ids of tokens that are never masked.
    ///   - continues: whether the piece of an id continues a word.
    package init(
        size: Int, frame: SequenceFrame, mask: Int?, special: some Sequence<Int>, continues: (Int) -> Bool
    ) {
        self.size = size
        self.frame = frame
        self.mask = mask.map { Int32($0) }
        var flags = [Bool](repeating: false, count: size)
        for id in special where flags.indices.contains(id) { flags[id] = true }
        self.special = flags
        continuing = (0..<size).map(continues)
    }

    package func isSpecial(_ id: Int32) -> Bool { special[Int(id)] }
    package func continues(_ id: Int32) -> Bool { continuing[Int(id)] }
}
