import Foundation
import Testing

/// Who reads no further ends the printing and nothing else.
struct BrokenPipeTests {
    private func shell(_ sandbox: Sandbox, _ script: String) throws -> Sandbox.Outcome {
        try sandbox.run(URL(filePath: "/bin/bash"), ["-c", script, Sandbox.command.path])
    }

    @Test func aRunGoesOnWhereNobodyReadsWhatItSays() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(SampleComments.pipeline(), to: "news.yaml")
        for format in ["text", "json"] {
            let outcome = try shell(
                sandbox,
                "{ \"$0\" run news.yaml --force-all --log-format \(format) 2>&1 >/dev/null; echo $? > status; } | head -1"
            )
            #expect(outcome.output.split(separator: "\n").count == 1)
            #expect(try sandbox.read("status") == "0\n")
        }
        #expect(sandbox.exists("out/train.tsv"))
        #expect(try sandbox.sqlite("SELECT outcome FROM run") == ["done", "done"])
    }

    @Test func rowsThatNobodyReadsEndQuietlyWithStatusZero() throws {
        let sandbox = try Sandbox()
        // More than a pipe holds.
        try sandbox.write(String(repeating: "댓글\n", count: 200_000), to: "words.txt")
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n댓글\n", to: "vocab/vocab.txt")
        let outcome = try shell(
            sandbox, #"{ "$0" tokenize --vocab vocab words.txt; echo $? > status; } | head -1"#)
        #expect(outcome.output == "2 5 3\n" && !outcome.errors.contains("error"), "\(outcome.errors)")
        #expect(try sandbox.read("status") == "0\n")
    }
}
