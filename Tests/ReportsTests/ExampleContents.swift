import DatasetStages
import IngestStages
import Reports
import StageKit
import TrainingStages

/// Facts of a made-up run, with every stage that a report shows.
enum ExampleContents {
    /// The kinds of the stages.
    static let kinds = (IngestStages.all + DatasetStages.all + TrainingStages.all).map { $0.kind }

    static let digest = "9f2c7b1e5a60d4388c1e0b7f6a2d9c3e4b5f60718293a4b5c6d7e8f901234567"

    static func complete(points: Int = 400) -> ReportContents {
        ReportContents(
            pipeline: "demo", stages: data + [training(points: points), scores()],
            artifacts: [
                ReportedArtifact(stage: "labels", type: "labels-v1", digest: digest),
                ReportedArtifact(stage: "model", type: "model-v1", digest: String(digest.reversed())),
            ])
    }

    static let data = [
        StageSummary(
            stage: "comments", kind: "ingest.files",
            figures: [
                "rows": 12_495, "empty_text": 1_467, "quarantined": 3, "quarantined_share": 0.00024,
                "new_comments": 9_418, "repeats": 1_607, "observations": 10_902, "comments": 9_418,
                "articles": 220,
                "files": 3,
            ]),
        StageSummary(
            stage: "clean", kind: "clean",
            figures: [
                "comments": 9_418, "dropped_empty": 4, "dropped_deleted": 0, "dropped_short": 12,
                "kept": 9_402,
                "rules": "kcbert-2020",
            ]),
        StageSummary(stage: "labels", kind: "label", figures: labels),
        StageSummary(
            stage: "sample", kind: "sample",
            figures: [
                "members": 3_308, "controversial": 1_654, "uncontroversial": 1_654,
                "available_controversial": 1_654,
                "available_uncontroversial": 2_083,
            ]),
        StageSummary(
            stage: "split", kind: "split",
            figures: [
                "rows": 3_301, "copies_dropped": 7, "groups": 220, "salt": "v1", "group_by": "article",
                "side_order": ["train", "dev", "test"],
                "sides": [
                    "train": ["controversial": 1_301, "uncontroversial": 1_329, "articles": 175],
                    "dev": ["controversial": 181, "uncontroversial": 158, "articles": 23],
                    "test": ["controversial": 169, "uncontroversial": 163, "articles": 22],
                ],
            ]),
        StageSummary(
            stage: "tsv", kind: "export",
            figures: [
                "rows": 3_301, "format": "tsv",
                "files": [
                    [
                        "path": "out/{date}/train.tsv", "split": "train", "rows": 2_630, "bytes": 431_204,
                        "sha256": .string(digest),
                    ],
                    [
                        "path": "out/{date}/test.tsv", "split": "test", "rows": 332, "bytes": 54_311,
                        "sha256": .string(String(digest.reversed())),
                    ],
                ],
            ]),
    ]

    static let labels: JSONValue = [
        "comments": 9_402, "controversial": 1_654, "uncontroversial": 2_083, "in_between": 1_682,
        "too_few_votes": 3_983, "unsure": 0, "unsettled": 0, "abstain_share": 0.6025,
        "label_set": "5b1d0c9e77aa4f21",
        "min_votes": 20, "band": [0.4, 0.6], "at_most": 0.2, "at_least": 0.8,
        "ratio_histogram": [
            "bin_width": 0.02,
            "all": [
                14, 22, 31, 38, 40, 37, 33, 28, 25, 22, 20, 23, 26, 30, 35, 41, 48, 58, 70, 86, 108, 131, 152,
                171,
                186, 190, 182, 168, 149, 128, 110, 98, 90, 86, 84, 83, 85, 88, 92, 98, 106, 118, 134, 155,
                181, 214,
                248, 271, 262, 189,
            ],
        ],
    ]

    /// A loss that falls from 0.70 to about 0.2 with the same wobble each time.
    static func training(points: Int) -> StageSummary {
        var wobble: UInt64 = 42
        let steps = 480
        let history: [JSONValue] = (0..<points).map { index in
            wobble = wobble &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let step = 1 + index * (steps - 1) / max(1, points - 1)
            let done = Double(step) / Double(steps)
            let noise = (Double(wobble >> 40) / Double(1 << 24) - 0.5) * 0.24
            let loss = 0.2 + 0.5 / (1 + 9 * done * done * done) + noise * (1 - 0.4 * done)
            let rate = done < 0.1 ? done / 0.1 * 5e-4 : (1 - done) / 0.9 * 5e-4
            return [
                "step": .integer(step), "epoch": .number(Double(step) / 83), "loss": .number(loss),
                "learning_rate": .number(rate),
            ]
        }
        let scores = [0.551, 0.683, 0.802, 0.861, 0.879, 0.882, 0.876]
        let evaluations: [JSONValue] = scores.enumerated().map { index, score in
            [
                "step": .integer((index + 1) * 68), "epoch": .number(Double((index + 1) * 68) / 83),
                "loss": .number(0.7 - 0.6 * (score - 0.5)), "accuracy": .number(score),
                "macro_f1": .number(score - (0.9 - score) * 0.3),
            ]
        }
        return StageSummary(
            stage: "model", kind: "train",
            figures: [
                "parameters": 1_184_002, "steps": 480, "epochs": 6, "best_step": 408, "best_metric": 0.877,
                "metric": "macro_f1", "initialised": "random weights", "tokenizer_digest": .string(digest),
                "history": .array(history), "evaluations": .array(evaluations),
            ])
    }

    static func scores(
        confusion: [[Int]] = [[146, 17], [20, 149]], stage: String = "scores", majorityF1: Double = 0.337,
        baselines: JSONValue? = nil
    ) -> StageSummary {
        StageSummary(
            stage: stage, kind: "evaluate",
            figures: [
                "baselines": baselines ?? [],
                "split": "test", "rows": .integer(confusion.joined().reduce(0, +)), "accuracy": 0.8886,
                "macro_f1": 0.8885, "weighted_f1": 0.8886, "roc_auc": 0.9412, "log_loss": 0.2931,
                "brier": 0.0873,
                "ece": 0.0312, "label_set": "5b1d0c9e77aa4f21",
                "classes": [
                    [
                        "name": "uncontroversial", "precision": 0.8795, "recall": 0.8957, "f1": 0.8875,
                        "support": 163,
                    ],
                    [
                        "name": "controversial", "precision": 0.8976, "recall": 0.8817, "f1": 0.8896,
                        "support": 169,
                    ],
                ],
                "confusion": .array(confusion.map { .array($0.map { .integer($0) }) }),
                "majority": ["accuracy": 0.509, "macro_f1": .number(majorityF1), "class": "controversial"],
            ])
    }
}

extension ReportPage {
    /// The page by the program's own kinds.
    static func html(of facts: ReportContents) -> String { html(of: facts, kinds: ExampleContents.kinds) }
}
