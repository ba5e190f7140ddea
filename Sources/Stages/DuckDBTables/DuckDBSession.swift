private import Foundation
internal import Programs
package import StageKit
package import TableFormat

/// How DuckDB is started for one table or query.
///
/// Each question is its own process, which reads no settings of the user's (`~/.duckdbrc`), keeps nothing, and gives
/// its rows as lines of JSON through a pipe: NULL, tabs, line ends, quotes and large numbers stay what they are.
package struct DuckDBSession: Sendable {
    private let program: DuckDB
    /// Where relative paths in a query start. Absolute.
    private let folder: String
    private let threads: Int
    /// Where each question gets a folder for what does not fit into memory, which goes with the question: processes that
    /// share one would write into each other's files. Absolute.
    private let scratch: String
    /// Statements before the question, and variables of the environment.
    private let setup: String
    private let environment: [String: String]
    /// Whether DuckDB may fetch extensions that it does not have.
    private let mayInstall: Bool
    /// Replaces secrets in messages.
    private let mask: @Sendable (String) -> String

    package init(
        _ program: DuckDB, folder: String, scratch: String, threads: Int, setup: String = "",
        environment: [String: String] = [:], mayInstall: Bool = false,
        mask: @escaping @Sendable (String) -> String = { $0 }
    ) {
        self.program = program
        self.folder = folder
        self.scratch = scratch
        self.threads = threads
        self.setup = setup
        self.environment = environment
        self.mayInstall = mayInstall
        self.mask = mask
    }

    /// For tables that a stage writes.
    /// - Throws: `StageError` where there is no DuckDB.
    package init(for context: StageContext) throws(StageError) {
        self.init(
            try DuckDB.find(), folder: context.baseFolder, scratch: context.workFolder + "/duckdb",
            threads: context.threads)
    }

    /// A question that failed, in DuckDB's words.
    package struct Failure: Error, Hashable, Sendable {
        /// `IO Error: No files found that match the pattern "nope.parquet"`
        package var words: String
        /// Whether DuckDB was ended from outside, by its signal or, behind a script, by a status as of a signal.
        package var wasKilled: Bool
    }

    /// The columns of what stands after FROM.
    /// - Throws: ``Failure``, or `StageInterrupted`.
    package func columns(
        of relation: String, isStopRequested: () -> Bool = { false }
    ) throws -> [DuckDBColumn] {
        var columns: [DuckDBColumn] = []
        try forEachRow(
            of: "SELECT column_name AS \"0\", column_type AS \"1\" FROM (DESCRIBE SELECT * FROM \(relation))",
            columns: 2, isStopRequested: isStopRequested
        ) { row in
            columns.append(DuckDBColumn(name: row.text(0) ?? "", type: row.text(1) ?? ""))
        }
        return columns
    }

    /// Calls `body` with each row of a query whose columns are named 0, 1, … and are texts or NULL.
    /// - Throws: ``Failure``, `StageInterrupted`, or what `body` throws.
    package func forEachRow(
        of query: String, columns: Int, isStopRequested: () -> Bool = { false },
        _ body: (TableRow) throws -> Void
    ) throws {
        var options = TableReaderOptions()
        options.longestRow = 1 << 30
        var reader = try TableReader(.jsonl, columns: Self.wanted(columns), options: options)
        let refuse = { (problem: RowProblem) throws in
            throw Failure(words: "row \(problem.line) of its answer: \(problem.reason)", wasKilled: false)
        }
        try forEachPiece(of: query, isStopRequested: isStopRequested) {
            try reader.read($0, row: body, problem: refuse)
        }
        try reader.finish(row: body, problem: refuse)
    }

    /// Columns as a reader of the lines of JSON wants them: each may be NULL.
    package static func wanted(_ count: Int) -> [TableColumn] {
        (0..<count).map { TableColumn(String($0), required: false) }
    }

    /// Calls `body` with pieces of the lines of JSON that a query gives.
    /// - Throws: ``Failure``, `StageInterrupted`, or what `body` throws.
    package func forEachPiece(
        of query: String, isStopRequested: () -> Bool = { false },
        _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws {
        try run("COPY (\(query)) TO '/dev/stdout' (FORMAT json);", isStopRequested: isStopRequested, body)
    }

    /// Runs one statement.
    /// - Throws: ``Failure``, or `StageInterrupted`.
    package func run(
        _ statement: String, isStopRequested: () -> Bool = { false },
        _ body: (UnsafeRawBufferPointer) throws -> Void = { _ in }
    ) throws {
        var question = Program(
            [program.path, "-init", "/dev/null", "-batch", "-bail"], folder: folder, environment: environment)
        // By standard input, so that no list of processes shows it.
        let scratch = "\(scratch)-\(UUID().uuidString)"
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        question.input =
            ([".output /dev/null"] + settings(scratch) + [setup, statement]).joined(separator: "\n") + "\n"
        let (ending, errors): (Program.Ending, String)
        do {
            (ending, errors) = try question.read(isStopRequested: isStopRequested, body)
        } catch let error as ProgramError {
            throw StageError(error.message, hint: error.hint)
        }
        switch ending {
        case .exited(0): return
        case .stopped: throw StageInterrupted()
        case .signalled: throw Failure(words: "DuckDB \(ending.text)", wasKilled: true)
        case .exited(let status) where status > 128 && Self.words(of: errors).isEmpty:
            throw Failure(words: "DuckDB \(ending.text)", wasKilled: true)
        default:
            let words = Self.words(of: errors)
            throw Failure(words: words.isEmpty ? "DuckDB \(ending.text)" : mask(words), wasKilled: false)
        }
    }

    private func settings(_ scratch: String) -> [String] {
        var settings = [
            "SET enable_progress_bar = false;", "SET threads = \(threads);",
            "SET temp_directory = \(SQLText.literal(scratch));",
        ]
        if !mayInstall { settings.append("SET autoinstall_known_extensions = false;") }
        return settings
    }

    /// The first thing that DuckDB said, with the line of SQL that it names, on one line.
    private static func words(of errors: String) -> String {
        let lines = errors.split(separator: "\n").map { plain($0) }.filter { !$0.isEmpty }
        guard let first = lines.first else { return "" }
        let place = lines.dropFirst().first { $0.hasPrefix("LINE ") }
        return first + (place.map { " (\($0))" } ?? "")
    }

    /// Without what colors a terminal.
    private static func plain(_ line: Substring) -> String {
        var text = ""
        var isInside = false
        for scalar in line.unicodeScalars {
            if scalar == "\u{1B}" { isInside = true }
            if !isInside, scalar.value >= 0x20 { text.unicodeScalars.append(scalar) }
            if isInside, scalar.properties.isAlphabetic { isInside = false }
        }
        return String(text.drop { $0 == " " })
    }
}

extension DuckDBSession.Failure: CustomStringConvertible {
    package var description: String { words }
}
