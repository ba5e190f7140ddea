package import StageKit

/// Where the store keeps what was found in texts to be masked: one set for each mask stage and way of finding.
package enum MaskTables {
    package static let all = StoreTables(
        "mask",
        steps: [
            """
            CREATE TABLE mask_set (
                number INTEGER PRIMARY KEY,
                pipeline TEXT NOT NULL,
                stage TEXT NOT NULL,
                -- What the spans depend on beside the texts: the model, the types, how texts are cleaned.
                key TEXT NOT NULL,
                run INTEGER NOT NULL REFERENCES run(number),
                masked_at TEXT NOT NULL,
                UNIQUE (pipeline, stage, key)
            ) STRICT;
            CREATE TABLE mask (
                comment INTEGER NOT NULL REFERENCES comment(id),
                mask_set INTEGER NOT NULL REFERENCES mask_set(number),
                -- First 8 bytes of the SHA-256 of the cleaned text, big-endian.
                text_hash INTEGER NOT NULL,
                -- What is masked in it: a JSON array of [first byte, byte after the last, type]. NULL where nothing is.
                spans TEXT,
                PRIMARY KEY (comment, mask_set, text_hash)
            ) STRICT, WITHOUT ROWID;
            CREATE TABLE mask_title (
                mask_set INTEGER NOT NULL REFERENCES mask_set(number) ON DELETE CASCADE,
                text_hash INTEGER NOT NULL,
                spans TEXT,
                PRIMARY KEY (mask_set, text_hash)
            ) STRICT, WITHOUT ROWID;
            """
        ], sets: StageSets("mask_set", of: "mask", by: "mask_set"),
        texts: [
            "mask_set":
                "Mask stages that have found spans here. Only in stores of pipelines with such a stage.",
            "mask": "What is masked in the text of each comment that was looked at.",
            "mask_title": "What is masked in the titles of articles.",
        ])
}
