internal import StageKit

/// Where the store keeps features: one set for each features stage.
enum FeatureTables {
    static let all = StoreTables(
        "features",
        steps: [
            """
            CREATE TABLE feature_set (
                number INTEGER PRIMARY KEY,
                pipeline TEXT NOT NULL,
                stage TEXT NOT NULL,
                -- What the vectors depend on beside the rows: the encoder, the pooling, the precision.
                key TEXT NOT NULL,
                run INTEGER NOT NULL REFERENCES run(number),
                made_at TEXT NOT NULL,
                UNIQUE (pipeline, stage)
            ) STRICT;
            CREATE TABLE feature (
                comment INTEGER NOT NULL REFERENCES comment(id),
                feature_set INTEGER NOT NULL REFERENCES feature_set(number),
                -- First 16 bytes of the SHA-256 of the row's tokens.
                row_digest BLOB NOT NULL,
                -- First 8 bytes of the SHA-256 of the vector, big-endian.
                checksum INTEGER NOT NULL,
                -- 32-bit floating-point numbers, little-endian.
                vector BLOB NOT NULL,
                UNIQUE (comment, feature_set)
            ) STRICT;
            CREATE INDEX feature_of_set ON feature(feature_set);
            """
        ], sets: StageSets("feature_set", of: "feature", by: "feature_set"),
        texts: [
            "feature_set":
                "Features stages that have vectors here. Only in stores of pipelines with such a stage.",
            "feature": "An encoder's vector of each row, by the row's tokens.",
        ])

    /// What is kept with a vector so that a damaged one is told from it.
    static func checksum(_ vector: UnsafeRawBufferPointer) -> Int64 {
        Int64(bitPattern: ContentDigest.words(of: vector)[0])
    }
}
