internal import DuckDBTables
package import StageKit
internal import TableFormat

extension IngestFilesStage {
    /// Files beyond this number, the newest names first, are left to the run.
    private static let mostFiles = 20
    /// How many rows of a file without a header are examined.
    private static let enoughRows = 20

    /// Columns that are not in the headers, files that are not tables, and a DuckDB that is not there.
    package func problems(in look: StageLook) throws -> [StageProblem] {
        if settings.isParquet || query != nil, let problem = DuckDB.problem("format") { return [problem] }
        let files = (look.files["paths"] ?? []).suffix(Self.mostFiles)
        return files.compactMap { file in
            do {
                return try problem(of: file, isNewest: file == files.last)
            } catch let error as TableError {
                return StageProblem("columns", "\(file.shownPath): \(error)", hint: hint(for: error))
            } catch let error as StageError {
                return StageProblem("paths", error.message, hint: error.hint)
            } catch {
                return StageProblem("paths", "\(file.shownPath): \(error)")
            }
        }
    }

    private func problem(of file: FoundFile, isNewest: Bool) throws -> StageProblem? {
        struct Enough: Error {}
        let columns = ColumnMap(columns)
        guard let opening = try opening(before: file, isNewest: isNewest, columns), !opening.isQueried else {
            return nil
        }
        var reader = try TableReader(
            opening.kind, columns: opening.wanted(columns), options: opening.options)
        var (rows, problems) = (0, [RowProblem]())
        let row = { (_: TableRow) in
            rows += 1
            throw Enough()
        }
        let problem = { (problem: RowProblem) in
            problems.append(problem)
            if problems.count >= Self.enoughRows { throw Enough() }
        }
        do {
            try opening.forEachChunk { try reader.read($0, row: row, problem: problem) }
            try reader.finish(row: row, problem: problem)
        } catch is Enough {
            // The first row will do.
        }
        guard rows == 0, let first = problems.first else {
            return opening.remark(on: settings).map {
                StageProblem(
                    "sheet", $0, hint: "remove 'sheet', or read workbooks in another stage",
                    isWarning: true)
            }
        }
        let isCut = problems.count >= Self.enoughRows
        return StageProblem(
            "columns",
            "\(file.shownPath): none of its \(isCut ? "first " : "")\(problems.count) rows can be read; line "
                + "\(first.line): \(first.reason.description)",
            hint: "set 'columns' of the stage to the names in the file, or 'format' if it was misread",
            isWarning: isCut)
    }
}
