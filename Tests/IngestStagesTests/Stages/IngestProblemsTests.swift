import IngestStages
import StageKit
import StageKitTesting
import Testing

/// What the heads of files tell before anything is read.
struct IngestProblemsTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
    }

    private func problems(_ text: String, _ more: (String, JSONValue)...) throws -> [StageProblem] {
        try folder.write(text, to: "a.tsv")
        let parameters: JSONValue = [
            "paths": ["a.tsv"], "source": "s", "columns": ["text": "text", "up": "up", "down": "down"],
        ]
        let found = FoundFile(path: folder.file("a.tsv"), shownPath: "a.tsv")
        return try IngestFilesStage(more.reduce(parameters) { $0.adding($1.0, $1.1) }).problems(
            in: StageLook(naming: ["paths"], files: ["paths": [found]], sources: [:]))
    }

    @Test func aHeaderWithTheColumnsIsEnough() throws {
        #expect(try problems("text\tup\tdown\n") == [])
        #expect(try problems("down\tx\tup\ttext\n1\t2\t3\tt\n") == [])
    }

    @Test func columnsThatAreNotThereAreNamed() throws {
        let problem = try #require(try problems("text\tlikes\tdown\nx\t1\t2\n").first)
        #expect(problem.key == "columns" && !problem.isWarning)
        #expect(problem.message.hasPrefix("a.tsv: ") && problem.message.contains("'up'"))
        #expect(problem.hint?.contains("set 'columns' of the stage to the names in the header") == true)
    }

    @Test func oneGoodRowSettlesIt() throws {
        #expect(try problems("text\tup\tdown\nx\t1\nx\t1\t2\n") == [])
    }

    /// Of a long file only the first rows are looked at, so that it is no more than a warning.
    @Test(arguments: [(19, false), (20, true), (21, true)])
    func rowsOfWhichNoneCanBeReadAreTold(rows: Int, isWarning: Bool) throws {
        let found = try problems("text\tup\tdown\n" + String(repeating: "x\t1\n", count: rows))
        #expect(found.count == 1 && found[0].isWarning == isWarning)
        let count = isWarning ? "first 20" : "\(rows)"
        #expect(found[0].message.hasPrefix("a.tsv: none of its \(count) rows can be read; line 2: "))
    }

    @Test func aSheetOfATableWithoutSheetsIsDoubtful() throws {
        let found = try problems("text\tup\tdown\nx\t1\t2\n", ("sheet", "Comments"))
        #expect(
            found.map(\.message) == ["a.tsv is not a workbook, so 'sheet' (Comments) means nothing for it"])
        #expect(found.first?.key == "sheet" && found.first?.isWarning == true)
    }

    @Test func anEmptyFileIsToldFromOneWithoutRows() throws {
        #expect(try problems("").first?.hint?.hasPrefix("an empty download?") == true)
    }
}
