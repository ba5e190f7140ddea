/// The special tokens around one text and around two.
package struct SequenceFrame: Hashable, Sendable {
    /// In front of the first text, between two texts, and after the last.
    package var before: [Int32]
    package var between: [Int32]
    package var after: [Int32]
    /// Segment of the second text and what is behind it: 1 as BERT has it, 0 as RoBERTa does.
    package var secondSegment: UInt8

    package init(
        before: [Int32] = [], between: [Int32] = [], after: [Int32] = [], secondSegment: UInt8 = 0
    ) {
        (self.before, self.between, self.after) = (before, between, after)
        self.secondSegment = secondSegment
    }

    /// [CLS] A [SEP] B [SEP], the second text its own segment.
    static func bert(_ classification: Int, _ separator: Int) -> SequenceFrame {
        let (start, end) = (Int32(classification), Int32(separator))
        return SequenceFrame(before: [start], between: [end], after: [end], secondSegment: 1)
    }

    /// `<s>` A `</s></s>` B `</s>`, all one segment.
    static func roberta(_ start: Int, _ end: Int) -> SequenceFrame {
        let (start, end) = (Int32(start), Int32(end))
        return SequenceFrame(before: [start], between: [end, end], after: [end])
    }

    /// Number of special tokens.
    package func count(isPair: Bool) -> Int { before.count + after.count + (isPair ? between.count : 0) }

    /// - Throws: ``TokenizationError/request(_:)`` for a limit that leaves a text no room.
    func check(maxTokens: Int?, isPair: Bool, _ addsSpecialTokens: Bool) throws(TokenizationError) {
        let least = addsSpecialTokens ? count(isPair: isPair) + (isPair ? 2 : 1) : 1
        guard let maxTokens, maxTokens < least else { return }
        throw .request(
            "max_tokens is \(maxTokens), and the special tokens of a \(isPair ? "pair" : "text") count toward it; "
                + "give at least \(least)")
    }

    var identity: [String] {
        func line(_ name: String, _ ids: [Int32]) -> String {
            "\(name) \(ids.map(String.init).joined(separator: " "))"
        }
        return [
            line("before", before), line("between", between), line("after", after), "second \(secondSegment)",
        ]
    }
}
