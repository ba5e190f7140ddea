internal import ShardFormat
internal import StageKit
internal import VoteModel

/// Rows with labels of one stage, or of several as one dataset: their comments, their classes, their sides.
struct JoinedRows {
    let rows: RowTable

    /// `nil` if no stage's rows come with labels.
    /// - Throws: ``/StageKit/StageError`` where some do and others do not, or where they do not teach the same.
    init?(_ inputs: [InputArtifact], _ facts: DatasetFacts) throws {
        guard let names = facts.targets?.names else { return nil }
        var joined = try RowTable(inputs[0])
        for input in inputs.dropFirst() {
            joined = try Self.join(joined, RowTable(input), names, input.stage)
        }
        rows = joined
    }

    private static func join(
        _ rows: RowTable, _ others: RowTable, _ names: [String], _ stage: String
    ) throws -> RowTable {
        var joined = RowTable(task: rows.task, names: names)
        joined.sideNames = rows.sideNames + others.sideNames.filter { !rows.sideNames.contains($0) }
        let hasSides = !joined.sideNames.isEmpty
        var (one, two) = (0, 0)
        func take(_ table: RowTable, _ row: Int) {
            joined.ids.append(table.ids[row])
            if !table.pairs.isEmpty { joined.pairs.append(table.pairs[row]) }
            if hasSides {
                let name = table.side(of: row)
                joined.sides.append(
                    name.flatMap { joined.sideNames.firstIndex(of: $0) }.map(UInt8.init) ?? .max)
            }
            joined.targets += table.target(of: row, asNamedBy: names)
            if table.words.count > 0 { joined.words.append(table.words(of: row, asNamedBy: names)) }
        }
        while one < rows.count || two < others.count {
            if two == others.count || one < rows.count && rows.ids[one] < others.ids[two] {
                take(rows, one)
                one += 1
            } else if one < rows.count, rows.ids[one] == others.ids[two] {
                // One source may be named by several stages.
                guard rows.target(of: one, asNamedBy: names) == others.target(of: two, asNamedBy: names),
                    rows.words(of: one, asNamedBy: names) == others.words(of: two, asNamedBy: names),
                    rows.side(of: one) == others.side(of: two)
                else { throw conflict(stage) }
                take(rows, one)
                (one, two) = (one + 1, two + 1)
            } else {
                take(others, two)
                two += 1
            }
        }
        return joined
    }

    private static func conflict(_ stage: String) -> StageError {
        StageError(
            "a row of stage '\(stage)' is also one of another stage of the same source, with another label or side",
            hint: "give each stage a 'source' of its own, or take the row out of one of the files")
    }
}

extension DatasetFacts {
    /// What the rows of several stages are to teach together; `nil` if none comes with labels.
    /// - Throws: ``/StageKit/StageError`` naming the stages that do not fit each other.
    static func joinedTargets(_ inputs: [InputArtifact], _ parts: [DatasetFacts]) throws -> TargetFacts? {
        guard let first = parts.lazy.compactMap(\.targets).first else { return nil }
        if parts.count == 1 { return first }
        var joined = first
        var identity: [String] = []
        for (input, part) in zip(inputs, parts) {
            guard let targets = part.targets else {
                let labeled = zip(inputs, parts).first { $0.1.targets != nil }?.0.stage ?? ""
                throw StageError(
                    "the rows of stage '\(labeled)' come with labels and those of '\(input.stage)' without",
                    hint: "connect stages that all bring labels, or stages that all bring votes")
            }
            identity.append(targets.rows)
            guard targets.task == joined.task, targets.hasPairs == joined.hasPairs else {
                throw StageError(
                    "the rows of '\(inputs[0].stage)' are \(joined.words), those of '\(input.stage)' \(targets.words)",
                    hint: "connect stages whose rows are of one kind")
            }
            guard let names = ClassNames.union(joined.names, targets.names, task: joined.task) else {
                throw StageError(
                    "the classes of '\(inputs[0].stage)' are \(ClassNames.listed(joined.names)), those of '\(input.stage)' "
                        + ClassNames.listed(targets.names),
                    hint: "name all of them in one order under 'classes' of each of the stages")
            }
            joined.names = names
        }
        joined.rows = ContentDigest.of((identity + joined.names).joined(separator: "\t"))
        return joined
    }
}

extension TargetFacts {
    fileprivate var words: String {
        let rows =
            switch task.form {
            case .oneClass: "of one class each" + (task.hasOrder ? ", of classes in an order" : "")
            case .anyClasses: "of any number of classes"
            case .number: "with a score each"
            case .wordClasses: "with a tag for each word"
            case .answerPlaces: "of a question and a context each"
            }
        return (hasPairs ? "pairs " : "texts ") + rows
    }
}

/// Classes of rows that come from several stages.
enum ClassNames {
    /// One order for the classes of both; `nil` if none follows from theirs.
    static func union(_ one: [String], _ other: [String], task: TaskName) -> [String]? {
        if task.form == .number || one == other { return one }
        // A class without a column in one of the tables would be a no for all of its rows that nobody has said.
        if task.form == .anyClasses { return nil }
        // The same classes under other names, more likely than classes of which one stage has none.
        if Set(one).isDisjoint(with: other) { return nil }
        if Set(other).isSubset(of: one), isSubsequence(other, of: one) { return one }
        if Set(one).isSubset(of: other), isSubsequence(one, of: other) { return other }
        // Where the order says something, nobody has said it of classes that no stage has both of.
        if task.hasOrder { return nil }
        let all = ordered(Array(Set(one + other)))
        return isSubsequence(one, of: all) && isSubsequence(other, of: all) ? all : nil
    }

    /// The order that classes have which nobody named: that of their numbers, or of their bytes.
    private static func ordered(_ names: [String]) -> [String] {
        names.sorted { one, other in
            if let left = Int(one), let right = Int(other), left != right { return left < right }
            return one.utf8.lexicographicallyPrecedes(other.utf8)
        }
    }

    private static func isSubsequence(_ part: [String], of all: [String]) -> Bool {
        var rest = part[...]
        for name in all where rest.first == name { rest.removeFirst() }
        return rest.isEmpty
    }

    static func listed(_ names: [String]) -> String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}

extension RowTable {
    fileprivate func side(of row: Int) -> String? {
        sides.isEmpty || sides[row] == .max ? nil : sideNames[Int(sides[row])]
    }

    /// A row's words where the tags have other places; empty for rows without.
    fileprivate func words(of row: Int, asNamedBy names: [String]) -> [TaggedWord] {
        guard words.count > 0 else { return [] }
        if names == self.names { return Array(words[row]) }
        let places = self.names.map { names.firstIndex(of: $0) ?? 0 }
        return words[row].map { word in
            TaggedWord(start: Int(word.start), end: Int(word.end), tag: places[Int(word.tag)])
        }
    }

    /// A row's target where the classes have other places.
    func target(of row: Int, asNamedBy names: [String]) -> [Float] {
        let target = target(of: row)
        guard task.form == .oneClass, names != self.names, let label = target.first else {
            return Array(target)
        }
        return [Float(names.firstIndex(of: self.names[Int(label)]) ?? 0)]
    }
}
