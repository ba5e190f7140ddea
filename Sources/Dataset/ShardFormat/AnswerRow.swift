/// What a row of question and context says of the answer: where it is to be found, and what the tokens stand for.
package struct AnswerRow: Hashable, Sendable {
    /// What stands for both ends in a row that is not learned from.
    package static let none: Int32 = -1
    /// The token that stands for "no answer here": the first one.
    package static let null: Int32 = 0

    /// The first and the last token of the answer, counted in the row; ``null`` where the row holds none of it or not all.
    package var start: Int32
    package var end: Int32
    /// The row's first token of the context.
    package var firstToken: Int
    /// Tokens of the row at which an answer may begin: those of the context around which no other row of the question shows more.
    package var begins: Range<Int>
    /// Of each token of the context in the row: its code points in the context as given.
    package var places: [Range<Int32>]
    /// The context as given, UTF-8. Further rows of the same question, which follow its first, leave it out.
    package var context: [UInt8]
    /// The right answers, in code points of the context; none if it holds none. In a question's first row alone.
    package var answers: [Range<Int32>]

    package init(
        start: Int32, end: Int32, firstToken: Int, begins: Range<Int>, places: [Range<Int32>],
        context: [UInt8] = [], answers: [Range<Int32>] = []
    ) {
        self.start = start
        self.end = end
        self.firstToken = firstToken
        self.begins = begins
        self.places = places
        self.context = context
        self.answers = answers
    }
}

/// What a shard calls the tensors with answers.
enum AnswerTensors {
    /// Of each row: first and last token of its answer, first token of the context, the first token at which an answer may begin
    /// and the one after the last.
    static let ofRows = "answer_tokens"
    static let rowWidth = 5
    /// Code points that each token of the context covers.
    static let places = "context_places"
    static let placeOffsets = "context_place_offsets"
    static let contexts = "contexts"
    static let contextOffsets = "context_offsets"
    /// Code points of the right answers.
    static let given = "given_answers"
    static let givenOffsets = "given_answer_offsets"

    static func declarations(_ rows: [AnswerRow]) -> [SafetensorsDeclaration] {
        func sum(_ count: (AnswerRow) -> Int) -> Int { rows.reduce(0) { $0 + count($1) } }
        return [
            SafetensorsDeclaration(ofRows, .int32, shape: [rows.count, rowWidth]),
            SafetensorsDeclaration(places, .int32, shape: [sum(\.places.count), 2]),
            SafetensorsDeclaration(placeOffsets, .int64, shape: [rows.count + 1]),
            SafetensorsDeclaration(contexts, .uint8, shape: [sum(\.context.count)]),
            SafetensorsDeclaration(contextOffsets, .int64, shape: [rows.count + 1]),
            SafetensorsDeclaration(given, .int32, shape: [sum(\.answers.count), 2]),
            SafetensorsDeclaration(givenOffsets, .int64, shape: [rows.count + 1]),
        ]
    }

    /// - Returns: whether the tensor is one of these.
    static func write(
        _ rows: [AnswerRow], _ name: String, to writer: inout SafetensorsWriter
    ) throws -> Bool {
        func ends(_ count: (AnswerRow) -> Int) -> [Int64] {
            rows.reduce(into: [0]) { $0.append($0[$0.count - 1] + Int64(count($1))) }
        }
        func flat(_ ranges: (AnswerRow) -> [Range<Int32>]) -> [Int32] {
            rows.flatMap { ranges($0).flatMap { [$0.lowerBound, $0.upperBound] } }
        }
        switch name {
        case ofRows:
            try writer.write(
                rows.flatMap { row in
                    [row.start, row.end]
                        + [row.firstToken, row.begins.lowerBound, row.begins.upperBound].map { Int32($0) }
                }, to: name)
        case places: try writer.write(flat(\.places), to: name)
        case placeOffsets: try writer.write(ends(\.places.count), to: name)
        case contexts: try writer.write(rows.flatMap(\.context), to: name)
        case contextOffsets: try writer.write(ends(\.context.count), to: name)
        case given: try writer.write(flat(\.answers), to: name)
        case givenOffsets: try writer.write(ends(\.answers.count), to: name)
        default: return false
        }
        return true
    }
}
