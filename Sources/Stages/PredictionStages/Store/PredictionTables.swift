internal import StageKit

/// Where the store keeps answers: one set for each predict stage.
enum PredictionTables {
    static let all = StoreTables(
        "predict",
        steps: [
            """
            CREATE TABLE prediction_set (
                number INTEGER PRIMARY KEY,
                pipeline TEXT NOT NULL,
                stage TEXT NOT NULL,
                -- What the scores depend on beside the texts: the model, how texts are cleaned.
                key TEXT NOT NULL,
                -- How the scores became answers, with the names of the classes: a JSON object.
                rule TEXT NOT NULL,
                run INTEGER NOT NULL REFERENCES run(number),
                predicted_at TEXT NOT NULL,
                UNIQUE (pipeline, stage)
            ) STRICT;
            CREATE TABLE prediction (
                comment INTEGER NOT NULL REFERENCES comment(id),
                prediction_set INTEGER NOT NULL REFERENCES prediction_set(number),
                -- First 8 bytes of the SHA-256 of the text that was scored, big-endian.
                text_hash INTEGER NOT NULL,
                -- 1 where the text had more tokens than the model reads.
                cut INTEGER NOT NULL,
                -- As the model's head gives them: a JSON array.
                scores TEXT NOT NULL,
                -- Name of the class; of any number of classes a JSON array of names. NULL where there is none.
                answer TEXT,
                -- Probability of the class, or of a regression the score; NULL where there are several.
                value REAL,
                PRIMARY KEY (comment, prediction_set)
            ) STRICT, WITHOUT ROWID;
            """,
            """
            -- The answers of the stages that pipelines have, as of their last runs.
            CREATE VIEW answered_comment AS
            SELECT
                comment.source, comment.key, article.key AS article, article.title, comment.text,
                prediction.answer, prediction.value, comment.created_at,
                prediction_set.pipeline, prediction_set.stage, prediction_set.predicted_at
            FROM prediction_set
            JOIN prediction ON prediction.prediction_set = prediction_set.number
            JOIN comment ON comment.id = prediction.comment
            JOIN article ON article.id = comment.article
            WHERE NOT EXISTS (
                SELECT 1 FROM setting
                WHERE setting.name = 'stages of ' || prediction_set.pipeline
                    AND setting.value ->> prediction_set.stage IS NOT 'predict');
            """,
        ], sets: StageSets("prediction_set", of: "prediction", by: "prediction_set"),
        texts: [
            "prediction_set":
                "Predict stages that have answers here. Only in stores of pipelines with such a stage.",
            "prediction": "A model's answer to each comment.",
            "answered_comment":
                "Comments with the answers of the stages that pipelines have, as of their last runs.",
        ])
}
