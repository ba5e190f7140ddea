import Foundation
import Testing

/// What a user meets when something is wrong: a clear message, the right exit status, nothing lost or half-written.
struct BadInputTests {
    private func sandbox(
        pipeline: String = SampleComments.pipeline(), table: String? = SampleComments.table()
    )
        throws -> Sandbox
    {
        let sandbox = try Sandbox()
        try sandbox.write(pipeline, to: "p.yaml")
        if let table { try sandbox.write(table, to: "data/one.tsv") }
        return sandbox
    }

    // MARK: The pipeline file: exit 2, nothing ran

    static let brokenFiles: [(String, String, String)] = [
        ("not YAML", "stages: [1, {", "p.yaml:"),
        (
            "unknown key", SampleComments.pipeline(("min_votes: $params", "min_vote: $params")),
            "did you mean 'min_votes'?"
        ),
        ("wrong type", SampleComments.pipeline(("seed: 1", "seed: many")), "'seed'"),
        (
            "cycle", SampleComments.pipeline(("uses: clean, from: comments", "uses: clean, from: tsv")),
            "clean"
        ),
        (
            "missing stage", SampleComments.pipeline(("from: sample", "from: sampel")),
            "did you mean 'sample'?"
        ),
        (
            "overlapping ranges",
            SampleComments.pipeline(("$params.min_votes}", "20, controversial: [0.1, 0.9]}")), "overlap"
        ),
        ("shares", SampleComments.pipeline(("dev: 0.2", "dev: 0.3")), "shares"),
    ]

    @Test(arguments: brokenFiles)
    func aBrokenPipelineFileRunsNothing(name: String, pipeline: String, expected: String) throws {
        let sandbox = try sandbox(pipeline: pipeline)
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 2, "\(name): \(outcome.errors)")
        #expect(outcome.errors.contains("p.yaml:"), "\(name): \(outcome.errors)")
        #expect(outcome.errors.contains(expected), "\(name): \(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(!sandbox.exists("state.sqlite"), "\(name): a store was made")
    }

    @Test func aSoundPipelineFileIsFoundSound() throws {
        let outcome = try sandbox().splitvote("validate", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
    }

    @Test func anUnknownOverrideNamesTheParameters() throws {
        let outcome = try sandbox().splitvote("run", "p.yaml", "-S", "min_vote=30")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("min_votes"), "\(outcome.errors)")
    }

    // MARK: Rows: quarantine, and the night goes on

    static let badRows: [(String, [UInt8])] = [
        ("votes that are no number", Array("1\t1000\t글\tmany\t1\t20251001\n".utf8)),
        ("negative votes", Array("1\t1000\t글\t-3\t1\t20251001\n".utf8)),
        ("too many fields", Array("1\t1000\t글\t3\t1\t20251001\textra\n".utf8)),
        ("too few fields", Array("1\t1000\t글\t3\n".utf8)),
        ("invalid UTF-8", Array("1\t1000\t".utf8) + [0xFF, 0xFE] + Array("\t3\t1\t20251001\n".utf8)),
        ("a date that is none", Array("1\t1000\t글\t3\t1\t20251399\n".utf8)),
    ]

    @Test(arguments: badRows)
    func aBadRowIsKeptAsideAndCounted(name: String, row: [UInt8]) throws {
        let sandbox = try sandbox(table: nil)
        try sandbox.write(Data(SampleComments.table().utf8) + Data(row), to: "data/one.tsv")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(name): \(outcome.errors)")
        let rows = try sandbox.sqlite("select line, reason from quarantine")
        #expect(rows.count == 1, "\(name): \(rows)")
        #expect(rows.first?.hasPrefix("122|") == true, "\(name): \(rows)")
        #expect(try sandbox.sqlite("select count(*) from comment") == ["120"])
    }

    // MARK: Files: exit 1, nothing of the file is taken

    @Test func aMissingColumnIsNamedWithThoseThereAre() throws {
        let sandbox = try sandbox(pipeline: SampleComments.pipeline(("up: up", "up: likes")))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("'likes'"), "\(outcome.errors)")
        #expect(outcome.errors.contains("'down'"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment") == ["0"])
    }

    @Test func aTruncatedGzipFileLeavesTheStoreAsItWas() throws {
        let sandbox = try sandbox(table: nil)
        try sandbox.write(SampleComments.table(), to: "whole.tsv")
        _ = try sandbox.run(URL(filePath: "/bin/gzip"), ["-n", "whole.tsv"])
        let whole = try sandbox.data("whole.tsv.gz")
        try sandbox.write(whole.prefix(whole.count / 2), to: "data/one.tsv.gz")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("truncated gzip"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("select count(*) from comment") == ["0"])
        try sandbox.write(whole, to: "data/one.tsv.gz")
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try sandbox.sqlite("select count(*) from comment") == ["120"])
    }

    @Test func anEmptyFileIsNoTable() throws {
        let sandbox = try sandbox(table: "")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("one.tsv"), "\(outcome.errors)")
        #expect(outcome.errors.contains("empty"), "\(outcome.errors)")
    }

    @Test func noMatchingFileFailsTheNight() throws {
        let outcome = try sandbox(table: nil).splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("data/*"), "\(outcome.errors)")
    }

    // MARK: Places

    @Test func aForeignDatabaseIsLeftAlone() throws {
        let sandbox = try sandbox()
        _ = try sandbox.sqlite("create table theirs(a); insert into theirs values (1)")
        let before = try sandbox.data("state.sqlite")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("state.sqlite"), "\(outcome.errors)")
        #expect(try sandbox.data("state.sqlite") == before)
    }

    @Test func aFileThatIsNoDatabaseIsLeftAlone() throws {
        let sandbox = try sandbox()
        try sandbox.write("my thesis, the only copy", to: "state.sqlite")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(try sandbox.read("state.sqlite") == "my thesis, the only copy")
    }

    @Test func anOutputFolderThatCannotBeWrittenStopsTheExport() throws {
        let sandbox = try sandbox(
            pipeline: SampleComments.pipeline(("out/{split}.tsv", "blocked/{split}.tsv")))
        try sandbox.write("a file where the folder should be", to: "blocked")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("blocked"), "\(outcome.errors)")
        #expect(try sandbox.read("blocked") == "a file where the folder should be")
        try FileManager.default.removeItem(at: sandbox.folder.appending(path: "blocked"))
        #expect(try sandbox.splitvote("run", "p.yaml").status == 0)
        #expect(try sandbox.files(below: "blocked").contains("train.tsv"))
    }

    // MARK: Models

    private func trainingSandbox(_ training: String = SampleComments.training) throws -> Sandbox {
        let sandbox = try sandbox(pipeline: SampleComments.pipeline() + training)
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }

    @Test func aVocabularyWithoutTheUnknownPieceIsRefused() throws {
        let sandbox = try trainingSandbox(
            SampleComments.training.replacing("{data: split, tokenizer: vocabulary}", with: "{data: split}")
                .replacing("max_tokens: 32", with: "max_tokens: 32, tokenizer: words"))
        try sandbox.write("[PAD]\n[CLS]\n[SEP]\n[MASK]\n의견\n", to: "words/vocab.txt")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("[UNK]"), "\(outcome.errors)")
    }

    @Test func shardsOfAnotherTokenizerAreRefusedByName() throws {
        let sandbox = try trainingSandbox()
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n", to: "init/vocab.txt")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("tokenizer"), "\(outcome.errors)")
        #expect(!sandbox.exists("out/report.html"))
    }
}
