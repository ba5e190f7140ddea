internal import StageKit
internal import Training

/// What the store has of the features of rows.
struct FeatureMemory {
    let recipe: FeatureRecipe

    /// Gives the sides the vectors that any stage has kept of the same recipe and the same tokens. A damaged one is left.
    func recall(_ sides: inout [SideRows], _ context: StageContext) throws {
        if context.isForced { return }
        var places: [Int64: [(side: Int, row: Int)]] = [:]
        for (side, rows) in sides.enumerated() {
            for (row, comment) in rows.rows.comments.enumerated() {
                places[comment, default: []].append((side, row))
            }
        }
        let size = recipe.width * MemoryLayout<Float>.stride
        try context.kindRows.read { store in
            try store.rows(
                """
                SELECT comment, row_digest, checksum, vector FROM feature
                JOIN feature_set ON feature_set.number = feature.feature_set WHERE feature_set.key = ?
                """, [.text(recipe.key)]
            ) { row in
                guard let found = places[row.int64(0)], row.bytes(1).count == RowDigest.byteCount else {
                    return
                }
                let digest = RowDigest(bytes: row.bytes(1))
                let vector = row.bytes(3)
                guard vector.count == size, FeatureTables.checksum(vector) == row.int64(2) else { return }
                for place in found { sides[place.side].take(vector, of: place.row, digest: digest) }
            }
        }
    }
}

/// The features that a stage has computed, as the store keeps them.
struct FeatureRecord: StoreChange {
    let recipe: FeatureRecipe
    /// What becomes of a vector that the store has of the same comment and recipe: `REPLACE`, since it was of other tokens
    /// or damaged, or `IGNORE`.
    let conflict: String
    /// Those that the store is to have beside what it has of the same recipe.
    let rows: @Sendable () throws -> [FeatureFolder.Rows]

    /// A stage keeps features of one recipe. A run that only tries something adds to them, and replaces none.
    func apply(to store: any StoreWriter) throws {
        let origin = store.origin
        let names = [StoreValue.text(origin.pipeline), .text(origin.stage)]
        let known = try store.text(
            "SELECT key FROM feature_set WHERE pipeline = ? AND stage = ?", names[0], names[1])
        if known != recipe.key {
            if known != nil, origin.isTrial { return }
            try store.run(
                """
                DELETE FROM feature WHERE feature_set IN (
                    SELECT number FROM feature_set WHERE pipeline = ? AND stage = ?)
                """, names[0], names[1])
        }
        try store.run(
            """
            INSERT INTO feature_set(pipeline, stage, key, run, made_at) VALUES (?1, ?2, ?3, ?4, ?5)
            ON CONFLICT (pipeline, stage) DO UPDATE SET key = ?3, run = ?4, made_at = ?5
            """, names[0], names[1], .text(recipe.key), .integer(origin.run), .text(store.timestamp()))
        let number = try store.integer(
            "SELECT number FROM feature_set WHERE pipeline = ? AND stage = ?", names[0], names[1])
        guard let number else { throw StageError("the set of features was not kept") }
        for rows in try rows() { try insert(rows, number, store) }
    }

    private func insert(_ rows: FeatureFolder.Rows, _ number: Int64, _ store: any StoreWriter) throws {
        let inserts = try store.inserts(
            into: "feature(feature_set, comment, row_digest, checksum, vector)", columns: 5, or: conflict)
        inserts.share { statement, start in statement.bind(start + 1, number) }
        try rows.vectors.withUnsafeBytes { all in
            let size = recipe.width * MemoryLayout<Float>.stride
            try inserts.insert(rows: rows.count) { statement, start, row in
                let vector = UnsafeRawBufferPointer(rebasing: all[row * size..<(row + 1) * size])
                statement.bind(start + 2, rows.comments[row])
                rows.digests[row].bytes.withUnsafeBytes { statement.bind(start + 3, blob: $0) }
                statement.bind(start + 4, FeatureTables.checksum(vector))
                statement.bind(start + 5, blob: vector)
            }
        }
    }
}
