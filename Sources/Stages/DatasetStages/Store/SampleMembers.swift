package import StageKit

/// A sample in its order, the latest of its stage.
package struct SampleMembers: StoreChange {
    /// Ids of the comments.
    private let comments: [Int64]

    package init(_ comments: [Int64]) {
        self.comments = comments
    }

    package func apply(to store: any StoreWriter) throws {
        let (pipeline, stage) = (store.origin.pipeline, store.origin.stage)
        if try known(pipeline, stage, store) == comments { return }
        try store.run(
            "DELETE FROM sample_member WHERE pipeline = ? AND stage = ?", .text(pipeline), .text(stage))
        let members = try store.inserts(
            into: "sample_member(pipeline, stage, position, comment)", columns: 4, or: "FAIL")
        members.share { statement, start in
            statement.bind(start + 1, text: pipeline)
            statement.bind(start + 2, text: stage)
        }
        try members.insert(rows: comments.count) { statement, start, index in
            statement.bind(start + 3, Int64(index))
            statement.bind(start + 4, comments[index])
        }
    }

    private func known(_ pipeline: String, _ stage: String, _ store: any StoreWriter) throws -> [Int64] {
        let rows = try store.statement(
            "SELECT comment FROM sample_member WHERE pipeline = ? AND stage = ? ORDER BY position")
        rows.bind([.text(pipeline), .text(stage)])
        defer { rows.reset() }
        var known: [Int64] = []
        while try rows.step() { known.append(rows.int64(0)) }
        return known
    }
}
