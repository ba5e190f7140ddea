import TableFormat
import Testing

struct DatasetCardTests {
    func card(_ kind: TableFileFormat = .tsv) -> DatasetCard {
        DatasetCard(
            prettyName: "News \"controversy\"", languages: ["ko"], kind: kind,
            tables: [
                .init(
                    split: "train", path: "train.tsv", rows: 900,
                    labels: [.init("controversial", 400), .init("uncontroversial", 500)]),
                .init(
                    split: "test", path: "test.tsv", rows: 100,
                    labels: [.init("controversial", 50), .init("uncontroversial", 50)]),
            ],
            columns: [
                .init("id", .text, "source and number"),
                .init("label", .label(["uncontroversial", "controversial"]), "what the votes say"),
                .init("ratio", .number, "up | all"), .init("up", .integer, "up-votes"),
            ],
            rule: "A comment is controversial when readers split.",
            provenance: [.init("Label set", "0123456789abcdef"), .init("Split salt", "v1")])
    }

    @Test func frontMatterTellsTheLoaderEverything() {
        let front = card().markdown.split(separator: "---\n")[0]
        #expect(
            front == """
                pretty_name: "News \\"controversy\\""
                language:
                - "ko"
                task_categories:
                - text-classification
                size_categories:
                - "1K<n<10K"
                tags:
                - controversy
                - comments
                - votes
                configs:
                - config_name: default
                  data_files:
                  - split: train
                    path: "train.tsv"
                  - split: test
                    path: "test.tsv"
                  sep: "\\t"
                  quoting: 3
                  keep_default_na: false
                  float_precision: round_trip
                dataset_info:
                  config_name: default
                  features:
                  - name: "id"
                    dtype: string
                  - name: "label"
                    dtype:
                      class_label:
                        names:
                          '0': "uncontroversial"
                          '1': "controversial"
                  - name: "ratio"
                    dtype: float64
                  - name: "up"
                    dtype: int64

                """)
        #expect(!card(.csv).markdown.contains("quoting: 3") && card(.csv).markdown.contains("sep: \",\""))
        #expect(!card(.jsonl).markdown.contains("sep:"))
    }

    @Test func bodyTellsPeopleTheSame() {
        let text = card().markdown
        #expect(text.contains("| train | `train.tsv` | 900 | 400 | 500 |\n"))
        #expect(text.contains("- Label set: `0123456789abcdef`\n"))
        #expect(text.contains("| `ratio` | number | up \\| all |\n"))
        #expect(text.contains("| `label` | 0 uncontroversial, 1 controversial | what the votes say |\n"))
        #expect(text.contains("Votes are not truth") && text.contains("No licence is given here"))
        #expect(text.hasSuffix("request.\n"))
    }

    @Test func aLicenseIsNamedWhereTheOwnerGivesOne() {
        var licensed = card()
        licensed.license = "cc-by-4.0"
        #expect(licensed.markdown.contains("license: \"cc-by-4.0\"\n"))
        #expect(!licensed.markdown.contains("No licence"))
    }

    static let sizes: [(Int, String)] = [
        (0, "n<1K"), (999, "n<1K"), (1000, "1K<n<10K"), (9_999, "1K<n<10K"), (10_000, "10K<n<100K"),
        (999_999, "100K<n<1M"), (1_000_000, "1M<n<10M"), (2_000_000_000, "1B<n<10B"),
    ]

    @Test(arguments: sizes)
    func sizeCategoriesChangeAtTheirLimits(rows: Int, expected: String) {
        #expect(DatasetCard.sizeCategory(rows) == expected)
    }

    @Test func namesCannotLeaveTheirPlace() {
        var hostile = card()
        hostile.prettyName = "a\n---\nb: \\ \u{85}<script> | `x`"
        hostile.tables[0].split = "train-1 \"x\"\n한"
        hostile.tables[0].path = "a|b`c.tsv"
        let text = hostile.markdown
        #expect(text.hasPrefix("---\npretty_name: \"a\\n---\\nb: \\\\ \\u0085<script> | `x`\"\n"))
        #expect(text.contains("\n# a --- b: \\\\  &lt;script> | \\`x\\`\n"))
        #expect(text.contains("  - split: train_1__x___\n"))
        #expect(text.contains("`a\\|b'c.tsv`"))
        #expect(DatasetCard.splitName("") == "_" && DatasetCard.splitName("dev") == "dev")
    }
}
