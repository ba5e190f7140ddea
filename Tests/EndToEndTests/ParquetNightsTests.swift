import Foundation
import Testing

/// Nights that come as Parquet beside frozen sides, looks back, forgotten comments, settled votes and sweeps: the rows are those
/// of the same nights as text.
struct ParquetNightsTests {
    private static func pipeline(_ format: String) -> String {
        """
        splitvote: 1
        pipeline: nights
        store: {state: state.sqlite, artifacts: artifacts}
        stages:
          comments:
            uses: ingest.files
            with:
              paths: "data/*.\(format)"
              format: \(format)
              source: sample
              time_zone: "+09:00"
              columns: {key: key, text: text, up: up, down: down, article: article, created_at: written, observed_at: seen, deleted: gone}
          clean: {uses: clean, from: comments, with: {rules: none}}
          labels: {uses: label, from: clean, with: {min_votes: 10, settle: 36h}}
          sample: {uses: sample, from: labels, with: {per_label: all, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.5, test: 0.5}, frozen: {test: 2025-10-03}, salt: v1}}
          out: {uses: export, from: split, with: {format: tsv, columns: [id, text, label, up, down, ratio, article, observed_at, split], path: "out/{split}.tsv"}}

        """
    }

    /// What a site shows of its articles in one night: comments grow, are edited and are removed.
    private static func night(_ night: Int) -> String {
        let days = ["2025-09-30", "2025-10-01", "2025-10-02", "2025-10-03"]
        var lines = ["key\ttext\tup\tdown\tarticle\twritten\tseen\tgone"]
        for number in 0..<(night * 60) where number % 7 != night {
            let isDivided = number % 2 == 0
            let up = (isDivided ? 14 : 40) + night * (number % 6)
            let down = isDivided ? 15 : 1
            lines.append(
                [
                    "k\(number)",
                    "\(isDivided ? "갈리는" : "끄덕이는") 의견 \(number)\(number % 11 == night ? " 고침" : "")", "\(up)",
                    "\(down)", "a\(number / 6)",
                    "\(days[number / 60]) \(number % 20 < 10 ? "0" : "")\(number % 20):30:00",
                    "2025-10-0\(night)T21:00:00",
                    "\(number % 13 == 0 && night == 3)",
                ].joined(separator: "\t"))
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static let answers = """
        SELECT key, text, status, created_at, observed_at, up, down FROM comment JOIN vote ON vote.comment = comment.id
        ORDER BY comment.id, observed_at
        """

    private func run(_ sandbox: Sandbox, _ arguments: String...) throws -> Sandbox.Outcome {
        let outcome = try sandbox.splitvote(arguments)
        #expect(outcome.status == 0, "\(arguments): \(outcome.errors)")
        return outcome
    }

    @Test(.enabled(if: ParquetTests.hasDuckDB, "DuckDB is not installed"))
    func nightsAsParquetGiveTheRowsOfNightsAsText() throws {
        let (text, parquet) = (try Sandbox(), try Sandbox())
        try text.write(Self.pipeline("tsv"), to: "p.yaml")
        try parquet.write(Self.pipeline("parquet"), to: "p.yaml")
        func expectEqual(_ place: String) throws {
            for side in ["train", "test"] {
                let (left, right) = (try text.read("out/\(side).tsv"), try parquet.read("out/\(side).tsv"))
                #expect(left == right && left.utf8.count > 200, "\(place): \(side)")
            }
            #expect(try text.sqlite(Self.answers) == parquet.sqlite(Self.answers), "\(place)")
        }
        for night in 1...4 {
            try text.write(Self.night(night), to: "data/\(night).tsv")
            try parquet.write(Self.night(night), to: "\(night).tsv")
            try parquet.write("", to: "data/.keep")
            // As a lake has it: numbers as integers, moments as timestamps, flags as booleans.
            try duck(
                """
                copy (select key, text, up::integer as up, down::integer as down, article, written::timestamp as written, \
                seen::timestamp as seen, gone::boolean as gone from read_csv('\(night).tsv', delim='\\t', quote='', all_varchar=true)) \
                to 'data/\(night).parquet' (format parquet)
                """, parquet)
            for sandbox in [text, parquet] {
                _ = try run(sandbox, "run", "p.yaml", "--date", "2025-10-0\(night)")
            }
            try expectEqual("night \(night)")
        }
        let frozen = try text.read("out/test.tsv")
        for sandbox in [text, parquet] {
            try sandbox.write("sample:k2\nsample:k41\n", to: "list.txt")
            _ = try run(sandbox, "forget", "p.yaml", "list.txt")
            _ = try run(sandbox, "run", "p.yaml", "--date", "2025-10-05")
        }
        try expectEqual("after forgetting")
        #expect(try text.read("out/test.tsv") != frozen || !frozen.contains("sample:k2\t"))
        let sweeps = try [text, parquet].map {
            try run($0, "sweep", "p.yaml", "--min-votes", "5:30:5", "--format", "tsv").output
        }
        #expect(sweeps[0] == sweeps[1] && sweeps[0].split(separator: "\n").count > 5)
        for sandbox in [text, parquet] {
            _ = try run(
                sandbox, "run", "p.yaml", "--as-of", "2025-10-02", "--publish", "--date", "2025-10-05")
        }
        try expectEqual("as of the second night")
        // All files read once more are the same files.
        for sandbox in [text, parquet] {
            _ = try run(sandbox, "run", "p.yaml", "--refresh", "comments", "--date", "2025-10-05")
        }
        try expectEqual("rebuilt")
        #expect(
            try parquet.splitvote("run", "p.yaml", "--date", "2025-10-05").errors.contains("nothing to do"))
    }

    private func duck(_ statement: String, _ sandbox: Sandbox) throws {
        let name = ProcessInfo.processInfo.environment["DUCKDB"] ?? "duckdb"
        let outcome = try sandbox.run(
            URL(filePath: "/bin/sh"), ["-c", "\"\(name)\" -init /dev/null -c \"$0\" | cat", statement])
        #expect(outcome.status == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    }
}
