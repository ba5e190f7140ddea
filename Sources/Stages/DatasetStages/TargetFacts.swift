package import ShardFormat
package import StageKit

/// What the rows of a dataset that came with labels are to teach.
package struct TargetFacts: Hashable {
    package var task: TaskName
    /// Of the classes in their order, or the one of the score.
    package var names: [String]
    /// SHA-256 of the rows as they were read, 64 hex digits.
    package var rows: String
    /// Whether each row has two texts.
    package var hasPairs: Bool

    /// `nil` if a locator does not mention targets.
    init?(_ json: JSONValue?) {
        guard let task = json?["task"]?.stringValue.flatMap(TaskName.init),
            let names = json?["names"]?.arrayValue?.compactMap(\.stringValue),
            let rows = json?["rows"]?.stringValue
        else { return nil }
        self.task = task
        self.names = names
        self.rows = rows
        hasPairs = json?["pairs"] == true
    }

    var json: JSONValue {
        [
            "task": .string(task.rawValue), "names": .array(names.map(JSONValue.string)),
            "rows": .string(rows), "pairs": .bool(hasPairs),
        ]
    }

    /// What label sets are for comments with votes: the beginning of the digest of what the labels are.
    var labelSet: String { String(rows.prefix(16)) }

    /// The classes that rows are counted by; none for scores and for tags of words, and of questions whether they have an answer.
    var classNames: [String] {
        switch task.form {
        case .number, .wordClasses: []
        case .answerPlaces: ["answer", "no answer"]
        case .oneClass, .anyClasses: names
        }
    }
}

extension RowTable {
    /// The rows with labels that a stage handed on.
    package init(_ artifact: InputArtifact) throws {
        let file = try MappedFile(path: artifact.path + "/" + Self.fileName)
        do {
            self = try RowTable(try file.withBytes { try ColumnTable(decoding: $0) })
        } catch {
            throw StageError.unreadableRows(of: artifact.stage, error)
        }
    }
}
