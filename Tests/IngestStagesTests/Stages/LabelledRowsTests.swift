import IngestStages
import StageKit
import StageKitTesting
import Testing

/// Which classes rows have, under which names and in which order: the numbers that a model learns.
struct LabelledRowsTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench()
    }

    /// Reads a table of a text and a label for each of these values.
    private func ingest(_ values: [String], _ more: (String, JSONValue)...) async throws -> StageOutcome {
        let rows = values.enumerated().map { "text \($0)\t\($1)\n" }.joined()
        try bench.folder.write("text\tlabel\n" + rows, to: "a.tsv")
        let parameters: JSONValue = [
            "paths": ["a.tsv"], "source": "s", "columns": ["text": "text", "label": "label"],
        ]
        return try await bench.run(
            IngestFilesStage.self, more.reduce(parameters) { $0.adding($1.0, $1.1) },
            files: ["paths": ["a.tsv"]])
    }

    private func classes(_ outcome: StageOutcome) -> [String] {
        (outcome.figures["classes"]?.arrayValue ?? []).map {
            "\($0["name"]?.stringValue ?? "") \($0["rows"]?.intValue ?? 0)"
        }
    }

    static let found: [(values: [String], classes: [String])] = [
        (["b", "a", "b", "c"], ["a 1", "b 2", "c 1"]),
        (["10", "9", "10"], ["9 1", "10 2"]),  // numbers in their own order, not in that of their digits
        (["-1", "1", "0"], ["-1 1", "0 1", "1 1"]),
        (["é", "z", "한"], ["z 1", "é 1", "한 1"]),
    ]

    @Test(arguments: found)
    func classesThatAreMetAreOrdered(values: [String], classes: [String]) async throws {
        let outcome = try await ingest(values)
        #expect(self.classes(outcome) == classes)
        let names = classes.map { String($0.split(separator: " ")[0]) }
        #expect(outcome["comments"][0].locator["targets"]?["names"] == .array(names.map(JSONValue.string)))
    }

    static let named: [(classes: JSONValue, values: [String], found: [String])] = [
        (["good", "bad"], ["bad", "good", "bad"], ["good 1", "bad 2"]),
        (["good", "bad"], ["1", "0", "1"], ["good 1", "bad 2"]),  // names alone: the data may count from 0
        (["1": "bad", "0": "good"], ["0", "1", "1"], ["bad 2", "good 1"]),
        (["2": "bad", "4": "good"], ["good", "4", "2"], ["bad 1", "good 2"]),
    ]

    @Test(arguments: named)
    func classesThatAreNamedKeepTheirOrder(
        classes: JSONValue, values: [String], found: [String]
    ) async throws {
        #expect(self.classes(try await ingest(values, ("classes", classes))) == found)
    }

    @Test func aValueThatIsNoClassIsToldWithItsLine() async throws {
        let error = await #expect(throws: StageError.self) {
            try await ingest(["good", "bad", "ugly"], ("classes", ["good", "bad"]))
        }
        #expect(
            error?.message.hasPrefix("a.tsv, line 4: ") == true && error?.message.contains("'ugly'") == true)
        // What is read by a map is not counted from 0 beside it.
        await #expect(throws: StageError.self) {
            try await ingest(["0", "1"], ("classes", ["1": "bad", "2": "good"]))
        }
    }

    @Test func rowsWithoutALabelStopTheRunOrAreLeftOut() async throws {
        let error = await #expect(throws: StageError.self) { try await ingest(["a", "", "b"]) }
        #expect(error?.message == "1 of 3 rows of a.tsv have no label in 'label', the first in line 3")
        let dropped = try await ingest(["a", "", "b", "NA"], ("unlabelled", "drop"), ("nulls", ["NA"]))
        #expect(dropped.figures["labelled"] == 2 && dropped.figures["unlabelled"] == 2)
        #expect(classes(dropped) == ["a 1", "b 1"])
    }

    @Test func oneClassIsNothingToTellApart() async throws {
        let error = await #expect(throws: StageError.self) { try await ingest(["a", "a"]) }
        #expect(error?.message.hasPrefix("all 2 rows of a.tsv are of one class, 'a'") == true)
    }

    static let refusals: [(String, JSONValue, String)] = [
        ("classes", ["a", "a"], "two classes have the same name"),
        ("classes", ["a"], "there is 1 class; at least two are needed"),
        ("task", "regression", "'task' is regression, and 'columns' names a 'label'"),
        ("half_pairs", "drop", "'half_pairs' is for pairs of texts, and 'columns' names no text_pair"),
        ("task", "ordinal", "'task' is ordinal, and nothing says in which order the classes are"),
    ]

    @Test(arguments: refusals)
    func settingsThatCannotBeMeantAreRefused(key: String, value: JSONValue, words: String) {
        let complaints = IngestFilesStage.complaints(
            about: (["paths": ["x"], "source": "s", "columns": ["text": "t", "label": "l"]] as JSONValue)
                .adding(
                    key, value))
        #expect(complaints.first?.hasPrefix(words) == true, "\(complaints)")
    }
}
