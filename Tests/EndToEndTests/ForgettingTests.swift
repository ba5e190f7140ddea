import Foundation
import Testing

/// Where texts of forgotten comments may stand besides the table of comments.
struct ForgettingTests {
    private static let secret = "Достопримечательности Водоворотоподобный Удовлетворительный"

    /// Comments with a number each, and one row that cannot be read.
    private static func table(_ broken: String) -> String {
        let lines = SampleComments.table().split(separator: "\n").map(String.init)
        let numbered = lines.enumerated().map {
            $0.offset == 0 ? "id\t" + $0.element : "k\($0.offset + 200)\t" + $0.element
        }
        return (numbered.prefix(60) + [broken]).joined(separator: "\n") + "\n"
    }

    private func sandbox(_ files: [String: String], status: Int32 = 0) throws -> Sandbox {
        let sandbox = try Sandbox()
        for (name, text) in files { try sandbox.write(text, to: name) }
        try sandbox.write(
            SampleComments.pipeline(
                ("columns: {", "columns: {key: id, "), ("rules: none", "rules: kcbert-2020"))
                + "  report: {uses: report, from: [labels, split], with: {path: out/report.html}}\n",
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        try #require(outcome.status == status, "\(outcome.errors)")
        return sandbox
    }

    /// Files of the store and of the artifacts that hold any of these words.
    private func holders(_ words: [String], _ sandbox: Sandbox) throws -> [String] {
        try sandbox.files(below: ".").filter { file in
            guard file.hasPrefix("state") || file.hasPrefix("artifacts") else { return false }
            let data = try sandbox.data(file)
            return words.contains { data.range(of: Data($0.utf8)) != nil }
        }
    }

    private func forget(_ ids: String..., in sandbox: Sandbox) throws -> Sandbox.Outcome {
        try sandbox.write(ids.joined(separator: "\n") + "\n", to: "list.txt")
        let outcome = try sandbox.splitvote("forget", "p.yaml", "list.txt")
        #expect(outcome.status == 0, "\(outcome.errors)")
        return outcome
    }

    /// One bad row quotes the comment, cleaning takes its letters away, and a second file cannot be read at all.
    @Test func warningsAndErrorsThatQuoteACommentGoWithIt() throws {
        let good = "k1\t1\t1000\t\(Self.secret)\t30\t30\t20251001\n"
        let sandbox = try sandbox([
            "data/a.tsv": Self.table("k2\t1\t1000\t답글: \(Self.secret)\tmany\t1\t20251001") + good
        ])
        try sandbox.write(
            "id\toid\taid\ttext\tup\tdown\tseen\nk3\t1\t1000\t\(Self.secret)\tfew\t1\t20251001\n",
            to: "data/b.tsv")
        #expect(try sandbox.splitvote("run", "p.yaml").status != 0)
        let words = Self.secret.split(separator: " ").map(String.init)
        for part in [
            "kind = 'ingest.files' AND warnings", "kind = 'clean' AND warnings",
            "verdict = 'failed' AND message",
        ] {
            let count = try sandbox.sqlite(
                "SELECT count(*) FROM stage_run WHERE \(part) LIKE '%\(words[0])%'")
            #expect(count != ["0"], "nothing to be forgotten in \(part)")
        }
        #expect(try holders(words, sandbox).contains { $0.hasPrefix("artifacts/report") })
        let outcome = try forget("sample:k1", in: sandbox)
        #expect(outcome.output.hasPrefix("1 comment forgotten\n"))
        #expect(outcome.output.contains("\n1 row that could not be read and named or quoted them, emptied\n"))
        #expect(outcome.output.contains(" messages of earlier runs removed, which may have quoted them\n"))
        #expect(try holders(words, sandbox) == [])
        #expect(
            try sandbox.sqlite("SELECT DISTINCT message FROM stage_run WHERE verdict = 'failed'").count == 1)
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "data/b.tsv"))
        let next = try sandbox.splitvote("run", "p.yaml")
        #expect(next.status == 0, "\(next.errors)")
        #expect(try holders(words, sandbox) == [])
        #expect(try !sandbox.read("out/report.html").contains(words[0]))
    }

    @Test func aRowThatWasOnlyKeptAsideCanBeForgotten() throws {
        let text = "아무도 모르게 남은 말"
        let row = "k9\t1\t1000\t\(text)\tmany\t1\t20251001"
        let other = "k99\t1\t1000\t다른 말\tmany\t1\t20251001"
        let sandbox = try sandbox(["data/a.tsv": Self.table(row + "\n" + other)])
        #expect(try holders([text], sandbox).contains { $0.hasPrefix("state.sqlite") })
        let outcome = try forget("sample:k9", in: sandbox)
        #expect(
            outcome.output.hasPrefix("0 comments forgotten, 1 not known and never to be taken\n1 row that "))
        #expect(try holders([text], sandbox) == [])
        #expect(
            try sandbox.sqlite(
                "SELECT reason = 'forgotten', instr(excerpt, 'k99') > 0 FROM quarantine ORDER BY id")
                == ["1|0", "0|1"])
        // Nothing else changed, and what was removed with it is made again.
        let table = try sandbox.read("out/train.tsv")
        let again = try sandbox.splitvote("run", "p.yaml")
        #expect(again.status == 0, "\(again.errors)")
        #expect(try sandbox.read("out/train.tsv") == table)
        // Another table brings the row once more.
        try sandbox.write(Self.table(row), to: "data/b.tsv")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(
            try sandbox.sqlite("SELECT count(*) FROM quarantine WHERE instr(excerpt, '\(text)')") == ["0"])
        #expect(try sandbox.sqlite("SELECT count(*) FROM quarantine WHERE reason = 'forgotten'") == ["2"])
    }
}
