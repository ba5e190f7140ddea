/// The answers of a shard's rows, read in place.
struct AnswerView {
    /// Lists of numbers, those of row r at `offsets[r] ..< offsets[r + 1]`, each of `width` numbers.
    private struct Lists<Scalar: SafetensorsScalar> {
        let name: String
        let width: Int
        let values: SafetensorsVector<Scalar>
        let offsets: SafetensorsVector<Int64>

        init(_ view: SafetensorsView, _ name: String, _ offsets: String, width: Int) throws {
            self.name = name
            self.width = width
            values = try view.tensor(name).values(of: Scalar.self)
            self.offsets = try view.vector(offsets)
        }

        func range(of row: Int) -> Range<Int> {
            Int(offsets[row]) * width..<Int(offsets[row + 1]) * width
        }

        func check(rows: Int) throws(ShardError) {
            let count = values.count / width
            guard offsets.count == rows + 1, offsets[0] == 0, offsets[rows] == Int64(count),
                (0..<rows).allSatisfy({ offsets[$0] <= offsets[$0 + 1] })
            else {
                throw ShardError(
                    "the lists of '\(name)' must rise from 0 to its \(count) entries over \(rows) rows")
            }
        }
    }

    private let ofRows: SafetensorsVector<Int32>
    private let places: Lists<Int32>
    private let contexts: Lists<UInt8>
    private let given: Lists<Int32>

    init(_ view: SafetensorsView) throws {
        ofRows = try view.tensor(AnswerTensors.ofRows).values(of: Int32.self)
        places = try Lists(view, AnswerTensors.places, AnswerTensors.placeOffsets, width: 2)
        contexts = try Lists(view, AnswerTensors.contexts, AnswerTensors.contextOffsets, width: 1)
        given = try Lists(view, AnswerTensors.given, AnswerTensors.givenOffsets, width: 2)
    }

    func place(of row: Int) -> (start: Int32, end: Int32) {
        (ofRows[AnswerTensors.rowWidth * row], ofRows[AnswerTensors.rowWidth * row + 1])
    }

    func answer(of row: Int) -> AnswerRow {
        let first = AnswerTensors.rowWidth * row
        return AnswerRow(
            start: ofRows[first], end: ofRows[first + 1], firstToken: Int(ofRows[first + 2]),
            begins: Int(ofRows[first + 3])..<Int(ofRows[first + 4]),
            places: Self.ranges(places.values.copied(places.range(of: row))),
            context: contexts.values.copied(contexts.range(of: row)),
            answers: Self.ranges(given.values.copied(given.range(of: row))))
    }

    private static func ranges(_ numbers: [Int32]) -> [Range<Int32>] {
        stride(from: 0, to: numbers.count, by: 2).map { numbers[$0]..<numbers[$0 + 1] }
    }

    /// - Throws: ``ShardError`` for the first number that is wrong.
    func check(_ shard: TokenShardView) throws(ShardError) {
        let rows = shard.rowCount
        guard ofRows.count == AnswerTensors.rowWidth * rows else {
            throw ShardError(
                "'\(AnswerTensors.ofRows)' has \(ofRows.count) numbers; expected \(AnswerTensors.rowWidth) for each of \(rows) rows"
            )
        }
        try places.check(rows: rows)
        try contexts.check(rows: rows)
        try given.check(rows: rows)
        for numbers in [places, given] {
            let values = numbers.values
            guard
                stride(from: 0, to: values.count, by: 2).allSatisfy({
                    0 <= values[$0] && values[$0] <= values[$0 + 1]
                })
            else {
                throw ShardError("'\(numbers.name)' holds a place that ends before it begins")
            }
        }
        for row in 0..<rows {
            let (start, end) = place(of: row)
            let tokens = shard.length(of: row)
            let numbers = (2..<AnswerTensors.rowWidth).map { Int(ofRows[AnswerTensors.rowWidth * row + $0]) }
            let (first, last) = (numbers[0], numbers[0] + places.range(of: row).count / 2)
            let isNone = start == AnswerRow.none && end == AnswerRow.none
            guard isNone || start >= 0 && start <= end && Int(end) < tokens else {
                throw ShardError("the answer of row \(row) is at the tokens \(start) ... \(end) of \(tokens)")
            }
            guard first > 0, last <= tokens, numbers[1] >= first, numbers[1] <= numbers[2], numbers[2] <= last
            else {
                throw ShardError(
                    "the context of row \(row) has the tokens \(first) ..< \(last) of \(tokens), and answers begin at "
                        + "\(numbers[1]) ..< \(numbers[2])")
            }
            guard row > 0 || !contexts.range(of: row).isEmpty else {
                throw ShardError("row 0 has no context")
            }
        }
    }
}
