import DuckDBTables
import Foundation
import StageKit
import TableFormat
import Testing

/// What only DuckDB itself can show; skipped where it is not.
struct RoundTripTests {
    static let isInstalled = (try? DuckDB.find()) != nil
    let folder: String

    init() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "parquet-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    }

    private func session(threads: Int = 2) throws -> DuckDBSession {
        DuckDBSession(try DuckDB.find(), folder: folder, scratch: folder + "/scratch", threads: threads)
    }

    @Test(.enabled(if: isInstalled, "DuckDB is not installed"))
    func everyValueComesBackAsItWas() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let columns: [ParquetTable.Column] = [
            .init("id", .text), .init("a \"name\"", .texts), .init("up", .whole), .init("ratio", .number),
            .init("at", .moment),
        ]
        var writer = try TableWriter(.jsonl, columns: columns.map(\.name))
        let ratios: [Double] = [
            0.1, 1, 1e-300, 0.30000000000000004, .leastNonzeroMagnitude, .greatestFiniteMagnitude, -0.0,
            123456789.125,
        ]
        for (row, ratio) in ratios.enumerated() {
            try writer.text(["00\(row)", "tab\t\"quote\"\\", "둘\n나뉜", "NULL", "\\N", "", "'", "😀"][row])
            try writer.text(["[]", "[\"a\",\"둘\\\"\"]"][row % 2])
            writer.number(Int.max - row)
            writer.number(ratio)
            if row == 3 { writer.missing() } else { try writer.text("2025-11-21T07:16:4\(row)Z") }
            writer.endRow()
        }
        let table = ParquetTable(columns, try session())
        try Data(writer.bytes).write(to: URL(filePath: folder + "/rows.jsonl"))
        try table.write([folder + "/rows.jsonl"], to: folder + "/a.parquet")
        #expect(try table.digest(of: folder + "/a.parquet") == writer.digest)
        // The same bytes, whatever the threads.
        try ParquetTable(columns, try session(threads: 1)).write(
            [folder + "/rows.jsonl"], to: folder + "/b.parquet")
        #expect(
            try Data(contentsOf: URL(filePath: folder + "/a.parquet"))
                == Data(contentsOf: URL(filePath: folder + "/b.parquet")))
        // Negative control: another row is another digest.
        var other = writer
        for name in columns { if name.type == .whole { other.number(1) } else { other.missing() } }
        other.endRow()
        #expect(try table.digest(of: folder + "/a.parquet") != other.digest)
    }

    @Test(.enabled(if: isInstalled, "DuckDB is not installed"))
    func aTableWithoutRowsIsATable() throws {
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let table = ParquetTable([.init("id", .text), .init("up", .whole)], try session())
        try Data().write(to: URL(filePath: folder + "/rows.jsonl"))
        try table.write([folder + "/rows.jsonl"], to: folder + "/a.parquet")
        #expect(try table.digest(of: folder + "/a.parquet") == RowDigest())
    }
}
