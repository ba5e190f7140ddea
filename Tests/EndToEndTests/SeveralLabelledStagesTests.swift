import Foundation
import Testing

/// Rows with labels that several ingest stages bring, as one dataset.
struct SeveralLabeledStagesTests {
    private static func stage(_ side: String, _ source: String, _ settings: String = "") -> String {
        "  \(side): {uses: ingest.files, with: {paths: data/\(side).tsv, source: \(source), "
            + "columns: {id: id, text: document, label: label}, sides: [\(side)]\(settings)}}\n"
    }

    /// - Parameter direct: whether the split takes from the ingest stages, and no clean stage is between.
    private static func pipeline(_ stages: String, direct: Bool = false) -> String {
        let clean = "  clean: {uses: clean, from: [train, dev, test]}\n"
        return """
            splitvote: 1
            pipeline: rows
            store: {state: state.sqlite, artifacts: artifacts}
            stages:

            """ + stages + clean + """
                  split: {uses: split, from: \(direct ? "[train, dev, test]" : "clean"), with: {method: given}}
                  tsv: {uses: export, from: split, with: {path: "out/{split}.tsv"}}

                """
    }

    private func sandbox(_ pipeline: String, _ tables: (train: String, dev: String, test: String)) throws
        -> Sandbox
    {
        try LabeledRows.sandbox(
            pipeline, ["train.tsv": tables.train, "dev.tsv": tables.dev, "test.tsv": tables.test])
    }

    private static let tables = (
        train: LabeledRows.classes(30), dev: LabeledRows.classes(9, from: 30),
        test: LabeledRows.classes(12, from: 39)
    )

    @Test(arguments: [false, true])
    func threeStagesGiveWhatOneWithThreeFilesGives(direct: Bool) throws {
        let stages = Self.stage("train", "a") + Self.stage("dev", "b") + Self.stage("test", "c")
        let three = try sandbox(Self.pipeline(stages, direct: direct), Self.tables)
        let outcome = try three.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let one = try sandbox(
            Self.pipeline(
                "  all: {uses: ingest.files, with: {paths: \"data/*\", source: a, columns: {id: id, text: document, label: label}, sides: {train: \"*train*\", dev: \"*dev*\", test: \"*test*\"}}}\n"
            ).replacing("[train, dev, test]", with: "all"), Self.tables)
        #expect(try one.splitvote("run", "p.yaml").status == 0)
        for side in ["train", "dev", "test"] {
            func rows(_ sandbox: Sandbox) throws -> [Substring] {
                try sandbox.read("out/\(side).tsv").split(separator: "\n").map {
                    $0.drop { $0 != ":" && $0 != "\t" }
                }.sorted()
            }
            #expect(try rows(three) == rows(one), "\(side)")
        }
        #expect(try three.read("out/dev.tsv").contains("\nb:30\t"))
        #expect(try three.read("out/test.tsv").contains("\nc:"))
    }

    @Test func aClassThatOneFileLacksKeepsItsPlace() throws {
        let stages = Self.stage("train", "a") + Self.stage("dev", "b") + Self.stage("test", "c")
        var tables = Self.tables
        tables.dev = LabeledRows.classes(9, from: 30, labels: ["2", "0", "2"])
        let sandbox = try sandbox(Self.pipeline(stages), tables)
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        let labels = Set(
            try sandbox.read("out/dev.tsv").split(separator: "\n").dropFirst().map { $0.last ?? "?" })
        #expect(labels == ["0", "2"])
    }

    @Test func whatDoesNotFitIsToldByStage() throws {
        let named =
            Self.stage("train", "a", ", classes: {0: bad, 1: fair, 2: good}") + Self.stage("dev", "b")
            + Self.stage("test", "c")
        let outcome = try sandbox(Self.pipeline(named), Self.tables).splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(
            outcome.errors.contains("the classes of 'train' are bad, fair, good, those of 'dev' 0, 1, 2")
                && outcome.errors.contains(
                    "name all of them in one order under 'classes' of each of the stages"),
            "\(outcome.errors)")

        let scores =
            Self.stage("train", "a") + Self.stage("dev", "b").replacing("label: label", with: "score: label")
            + Self.stage("test", "c")
        let other = try sandbox(Self.pipeline(scores), Self.tables).splitvote("run", "p.yaml")
        #expect(
            other.errors.contains(
                "the rows of 'train' are texts of one class each, those of 'dev' texts with a score each"),
            "\(other.errors)")
    }

    /// Of classes a, m, z and a, n, z nobody has said whether m or n is more.
    @Test func anOrderThatNoStageSaysIsNotInvented() throws {
        func errors(_ train: String, _ dev: String) throws -> String {
            let settings = [("train", "a", train), ("dev", "b", dev), ("test", "c", dev)]
            let stages = settings.map { Self.stage($0, $1, $2) }.joined()
            return try sandbox(Self.pipeline(stages), Self.tables).splitvote("run", "p.yaml").errors
        }
        let (one, other) = (", classes: {0: a, 1: m, 2: z}", ", classes: {0: a, 1: n, 2: z}")
        #expect(
            try !errors(one, other).contains("the classes of"), "the negative control: no order is needed")
        let found = try errors(one + ", task: ordinal", other + ", task: ordinal")
        #expect(found.contains("the classes of 'train' are a, m, z, those of 'dev' a, n, z"), "\(found)")
        let mixed = try errors(one + ", task: ordinal", one)
        #expect(
            mixed.contains(
                "the rows of 'train' are texts of one class each, of classes in an order, those of 'dev' texts of one "
                    + "class each"), "\(mixed)")
    }
}
