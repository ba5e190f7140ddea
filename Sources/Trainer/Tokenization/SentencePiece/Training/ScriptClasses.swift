/// Which strings can be pieces by the scripts of their characters: a piece holds characters of one script, Hiragana, Katakana
/// and Han counted as one, and U+2581 nowhere but at its start.
///
/// Source: trainer_interface.cc of google/sentencepiece, `IsValidSentencePiece`.
struct ScriptClasses: Sendable {
    static let shared = ScriptClasses()

    private var classes = ScalarMap()
    /// Of the combining grave accent: Inherited.
    private var inherited: UInt32 { classes[0x300] }

    private init() {
        var numbers = FrozenNumbers(FrozenScripts.scripts)
        var at: UInt32 = 0
        while let length = numbers.next(), let value = numbers.next() {
            classes.fill(at..<at + length, with: value)
            at += length
        }
    }

    func canBePiece(_ text: [UInt32]) -> Bool {
        var script: UInt32?
        for (at, scalar) in text.enumerated() {
            if scalar == SentencePieceNormalizer.space {
                if at > 0 { return false }
                continue
            }
            // A tab is a boundary to the reference.
            if [TrainingWords.unknown, TrainingWords.end, 0x20, 0x09].contains(scalar) { return false }
            let own = classes[scalar]
            // Marks belong to what is in front of them.
            if own == inherited { continue }
            if let script, script != own { return false }
            script = own
        }
        return true
    }
}
