import Charts
import Diagnostics
import StageKit
import Synchronization

/// A kind that only the tests know: what it reports, how that is shown, and what it stores.
struct TallyStage: Stage {
    static let kind = made(withSteps: TallyTables.steps)

    /// The kind as a program has it that knows only these steps of its tables.
    static func made(withSteps steps: [String]) -> StageKind {
        StageKind(
            "tally", revision: 1, summary: "Count the letters of a word, and of all comments.",
            outputs: [Port("tally", "tally-v1")], figures: TallyFigures.declared(),
            headline: TallyFigures.names(\.letters, \.vowels),
            tables: StoreTables("tally", steps: steps, sets: TallyTables.sets), report: .tally)
    }

    private let word: String

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        word = parameters.string("word", default: "toy", help: "What to count.")
        try parameters.finish()
    }

    func run(in context: StageContext) async throws -> StageResult {
        try word.write(toFile: context.outputFolder + "/word.txt", atomically: false, encoding: .utf8)
        return StageResult(
            outputs: [StageOutput(port: "tally", path: "word.txt")],
            figures: TallyFigures(
                letters: word.count, vowels: word.count { "aeiou".contains($0) }, word: word
            ).json,
            changes: [try tally(context)])
    }

    func restore(in context: StageContext) async throws -> [any StoreChange] { [try tally(context)] }

    private func tally(_ context: StageContext) throws -> Tally {
        var comments: [(id: Int64, letters: Int)] = []
        let cut = try context.ledger.cut(of: ["news"], asOf: nil)
        try context.ledger.scan(cut, fields: .text, selection: .all) {
            comments.append(($0.id, $0.text.count))
        }
        return Tally(word: word, comments: comments)
    }
}

struct TallyFigures: KindFigures {
    var letters: Int?
    var vowels: Int?
    var word: String?

    static let fields: [JSONField<TallyFigures>] = [
        JSONField("letters", \.letters, "letters of the word"),
        JSONField("vowels", \.vowels, "vowels among them"), JSONField("word", \.word),
    ]
}

extension KindReport {
    fileprivate static let tally = KindReport(
        "tally",
        sentence: { $0.figures(as: TallyFigures.self)?.word.map { "The word is \($0)." } },
        sections: [
            ReportPart(absence: "No tally: nobody counted.") { view in
                guard let letters = view.figures(as: TallyFigures.self)?.letters else { return nil }
                let text = ReportSection.paragraph("It has \(Numbers.grouped(letters)) letters.")
                return ReportSection(id: "tally", title: "Letters", parts: [text])
            }
        ],
        identities: [TallyFigures.identity(\.word, "word", isCode: true)])
}

/// Where the store has what the kind keeps.
enum TallyTables {
    static let sets = StageSets("tally_set", of: "tally", by: "tally_set")
    static let steps = [
        """
        CREATE TABLE tally_set (
            number INTEGER PRIMARY KEY, pipeline TEXT NOT NULL, stage TEXT NOT NULL, word TEXT NOT NULL,
            UNIQUE (pipeline, stage)
        ) STRICT;
        CREATE TABLE tally (
            tally_set INTEGER NOT NULL REFERENCES tally_set(number),
            comment INTEGER NOT NULL REFERENCES comment(id),
            PRIMARY KEY (tally_set, comment)
        ) STRICT, WITHOUT ROWID;
        """,
        "ALTER TABLE tally ADD COLUMN letters INTEGER NOT NULL DEFAULT 0",
    ]
}

/// What the kind keeps in its own tables: a set for each of its stages.
struct Tally: StoreChange {
    var word: String
    var comments: [(id: Int64, letters: Int)]

    func apply(to store: any StoreWriter) throws {
        let (pipeline, stage) = (StoreValue.text(store.origin.pipeline), StoreValue.text(store.origin.stage))
        try store.run(
            """
            INSERT INTO tally_set(pipeline, stage, word) VALUES (?1, ?2, ?3)
            ON CONFLICT (pipeline, stage) DO UPDATE SET word = ?3
            """, pipeline, stage, .text(word))
        let number = try store.integer(
            "SELECT number FROM tally_set WHERE pipeline = ? AND stage = ?", pipeline, stage)
        guard let number else { throw StageError("the tally was not kept") }
        try store.run("DELETE FROM tally WHERE tally_set = ?", .integer(number))
        let rows = try store.inserts(into: "tally(tally_set, comment, letters)", columns: 3, or: "FAIL")
        rows.share { statement, start in statement.bind(start + 1, number) }
        try rows.insert(rows: comments.count) { statement, start, row in
            statement.bind(start + 2, comments[row].id)
            statement.bind(start + 3, Int64(comments[row].letters))
        }
    }
}

/// Reads what the store has, as a change that changes nothing.
final class Question: StoreChange {
    private let sql: String
    private let found = Mutex<[Int64]>([])
    var answer: [Int64] { found.withLock { $0 } }

    init(_ sql: String) {
        self.sql = sql
    }

    func apply(to store: any StoreWriter) throws {
        let rows = try store.statement(sql)
        while try rows.step() {
            let value = rows.int64(0)
            found.withLock { $0.append(value) }
        }
    }
}
