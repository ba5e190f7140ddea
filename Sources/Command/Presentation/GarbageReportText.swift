internal import Console
package import PipelineEngine
package import StageKit
internal import TextBasics

/// What a collection removes and keeps, in words and as JSON.
package struct GarbageReportText {
    private let collection: GarbageReport
    private let isDone: Bool

    /// - Parameter isDone: whether it has been removed, or only would be.
    package init(_ collection: GarbageReport, isDone: Bool) {
        self.collection = collection
        self.isDone = isDone
    }

    private var isEmpty: Bool {
        collection.items.isEmpty && collection.answers == 0 && collection.outlived.isEmpty
    }

    package var lines: [String] {
        var table = TextTable(.left, .right, .left, .left)
        for item in collection.items {
            table.add(
                item.path, Bytes.text(item.size), item.lastRun.map { "last used by run \($0)" } ?? "",
                item.reason)
        }
        for set in collection.outlived {
            table.add(
                set.stage, Counts.text(set.rows, "row"), "in the store",
                "the pipeline no longer has such a stage")
        }
        let items = Counts.text(collection.items.count + collection.outlived.count, "item")
        let given = Self.answers(collection.answers, collection.answersSize, before: " and ")
        let found = "\(items)\(given), \(Bytes.text(collection.size))"
        if isEmpty { return table.lines + ["nothing to remove; \(kept)"] }
        return table.lines + ["\(isDone ? "removed" : "would remove") \(found); \(kept)"]
    }

    /// What to do next; `nil` if there is nothing to do.
    package var note: String? { isEmpty || isDone ? nil : "nothing was removed; add --yes to remove it" }

    /// Said where neither the file nor the command line says what to keep.
    package static let noRule =
        "note: the file says nothing about what to keep, so the results of every run are; "
        + "add store: {keep: {runs: 30}}, or give --keep-runs or --max-size"

    private var kept: String {
        let size = Bytes.text(collection.sizeAfter ?? collection.keptSize)
        let packed =
            collection.packed == 0 ? "" : ", \(collection.packed) of them \(isDone ? "" : "to be ")packed"
        let givenUp =
            collection.givenUp == 0
            ? "" : "; \(collection.givenUp) given up, because together they took more than the store"
        return "\(Counts.text(collection.keptResults, "result")), \(size), stay\(packed)\(givenUp)"
            + Self.answers(collection.keptAnswers, collection.keptAnswersSize, before: ", with ")
    }

    private static func answers(_ count: Int, _ size: Int64, before: String) -> String {
        count == 0 ? "" : "\(before)\(Counts.text(count, "kept answer")) (\(Bytes.text(size)))"
    }

    package var json: JSONValue {
        [
            "format": "splitvote-collection", "version": 1, "removed": .bool(isDone),
            "bytes": .integer(Int(collection.size)), "kept_results": .integer(collection.keptResults),
            "kept_bytes": .integer(Int(collection.sizeAfter ?? collection.keptSize)),
            "packed_results": .integer(collection.packed), "given_up_results": .integer(collection.givenUp),
            "answers": .integer(collection.answers), "answer_bytes": .integer(Int(collection.answersSize)),
            "kept_answers": .integer(collection.keptAnswers),
            "kept_answer_bytes": .integer(Int(collection.keptAnswersSize)),
            "outlived": .array(
                collection.outlived.map { ["stage": .string($0.stage), "rows": .integer($0.rows)] }),
            "items": .array(
                collection.items.map { item in
                    [
                        "path": .string(item.path), "stage": .string(item.stage),
                        "bytes": .integer(Int(item.size)),
                        "last_run": item.lastRun.map(JSONValue.string) ?? .null,
                        "reason": .string(item.reason),
                    ]
                }),
        ]
    }
}
