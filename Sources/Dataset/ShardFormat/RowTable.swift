/// Rows that came with labels: their targets, and the side that their owner put each on.
///
/// The texts are comments of the store, named by their numbers. Kept as a ``ColumnTable``.
package struct RowTable: Hashable, Sendable {
    /// Name of the file beside what else a stage hands on.
    package static let fileName = "rows.safetensors"

    package var task: TaskName
    /// Names of the classes in their order; of a regression the one name of its score; of answers their two ends.
    package var names: [String]
    /// Numbers of the comments with the rows' texts.
    package var ids: [Int64] = []
    /// Numbers of the comments with the second texts; empty for single texts.
    package var pairs: [Int64] = []
    /// Sides that rows are on; empty if nothing says it.
    package var sideNames: [String] = []
    /// Index into `sideNames`; empty if nothing says it.
    package var sides: [UInt8] = []
    /// `[rows, width]`, row-major: the class, a 1 for each class the row has, or the score.
    package var targets: [Float] = []
    /// Words and their tags, of a task that has a class for each word; answers, the one to learn first, of a task that has those;
    /// otherwise empty.
    package var words = TaggedWords()

    package init(task: TaskName, names: [String]) {
        self.task = task
        self.names = names
    }

    package var count: Int { ids.count }
    /// Numbers of a row's target.
    package var width: Int { task.targetWidth(names: names) }

    /// A row's target.
    package func target(of row: Int) -> ArraySlice<Float> { targets[row * width..<(row + 1) * width] }

    /// The rows whose comments pass.
    package func filtered(_ isKept: (_ id: Int64) -> Bool) -> RowTable {
        var rows = self
        rows.ids = []
        rows.pairs = []
        rows.sides = []
        rows.targets = []
        rows.words = TaggedWords()
        for row in ids.indices where isKept(ids[row]) && (pairs.isEmpty || isKept(pairs[row])) {
            rows.ids.append(ids[row])
            if !pairs.isEmpty { rows.pairs.append(pairs[row]) }
            if !sides.isEmpty { rows.sides.append(sides[row]) }
            rows.targets += target(of: row)
            if words.count > 0 { rows.words.append(words[row]) }
        }
        return rows
    }
}

extension RowTable {
    private enum Key {
        static let task = "task"
        static let names = "names"
        static let sides = "sides"
    }

    /// The rows as a table; names must hold no tab.
    package func table() throws(ShardError) -> ColumnTable {
        var columns: [(name: String, column: ColumnTable.Column)] = [("id", .int64(ids))]
        if !pairs.isEmpty { columns.append(("pair", .int64(pairs))) }
        if !sides.isEmpty { columns.append(("side", .uint8(sides))) }
        columns += TargetColumns.columns(targets, width: width)
        if words.count > 0 { columns += words.columns }
        return try ColumnTable(
            columns: columns,
            metadata: [
                Key.task: task.rawValue, Key.names: names.joined(separator: "\t"),
                Key.sides: sideNames.joined(separator: "\t"),
            ])
    }

    /// - Throws: ``ShardError`` for a table that holds something else.
    package init(_ table: ColumnTable) throws(ShardError) {
        guard let task = table.metadata[Key.task].flatMap(TaskName.init) else {
            throw ShardError("the table does not say what its rows are to teach")
        }
        self.init(task: task, names: Self.list(table.metadata[Key.names]))
        sideNames = Self.list(table.metadata[Key.sides])
        ids = try table.int64("id")
        if table["pair"] != nil { pairs = try table.int64("pair") }
        if table["side"] != nil { sides = try table.uint8("side") }
        targets = try TargetColumns.targets(of: table, width: width)
        words = try TaggedWords(table) ?? TaggedWords()
    }

    private static func list(_ text: String?) -> [String] {
        guard let text, !text.isEmpty else { return [] }
        return text.split(separator: "\t", omittingEmptySubsequences: false).map(String.init)
    }
}

/// Targets of several numbers as one column for each of them.
package enum TargetColumns {
    private static func name(_ number: Int) -> String { "target.\(number)" }

    /// - Parameter targets: `[rows, width]`, row-major.
    package static func columns(
        _ targets: [Float], width: Int
    ) -> [(name: String, column: ColumnTable.Column)] {
        (0..<width).map { number in
            let values = stride(from: number, to: targets.count, by: width).map { targets[$0] }
            return (name(number), .float32(values))
        }
    }

    /// - Returns: `[rows, width]`, row-major.
    package static func targets(of table: ColumnTable, width: Int) throws(ShardError) -> [Float] {
        var targets = [Float](repeating: 0, count: table.rowCount * width)
        for number in 0..<width {
            for (row, value) in try table.float32(name(number)).enumerated() {
                targets[row * width + number] = value
            }
        }
        return targets
    }
}
