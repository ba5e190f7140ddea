import Foundation
import Testing

/// What users see who mistype a command, or ask it for something odd.
struct CommandEdgeTests {
    // MARK: The command line

    static let usageErrors: [([String], String)] = [
        (["--bogus"], "Unknown option '--bogus'"),
        (["bogus"], "there is no command 'bogus'"),
        (["run"], "Missing expected argument '<file>'"),
        (["run", "missing.yaml"], "cannot read the pipeline file missing.yaml"),
        (["run", "missing.yaml", "-S", "min_votes"], "-S takes key=value"),
        (["run", "missing.yaml", "-j", "0"], "-j is 0"),
        (["run", "missing.yaml", "--lock-wait", "soon"], "--lock-wait is 'soon'"),
        (["plan", "missing.yaml", "--date", "2025-13-01"], "'2025-13-01' is not a date"),
        (["status"], "give a pipeline file, or --state PATH"),
        (["status", "--state", "missing.sqlite"], "there is no such file"),
        (["demo-data", "--articles", "0"], "--articles is 0"),
        (["predict"], "--model"),
        (["predict", "--model", "m", "--format", "xml"], "--format is 'xml'"),
        (["tokenize", "--vocab", "v", "--max-tokens", "2"], "--max-tokens is 2"),
        (["tokenize", "--vocab", "v", "--mode", "fast"], "expected hf-fast, google, hf-slow"),
    ]

    @Test(arguments: usageErrors)
    func aWrongCommandLineIsStatusTwoAndSaysWhatIsWrong(arguments: [String], expected: String) throws {
        let sandbox = try Sandbox()
        let outcome = try sandbox.run(Sandbox.command, arguments)
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(outcome.output.isEmpty)
        #expect(!outcome.errors.hasSuffix("\n\n"), "no empty line at the end")
        #expect(try sandbox.files(below: ".").filter { !$0.hasPrefix(".std") }.isEmpty)
    }

    @Test(arguments: [[], ["--help"], ["--version"], ["help", "run"], ["predict", "--help"]])
    func helpThatWasAskedForIsAResult(arguments: [String]) throws {
        let outcome = try Sandbox().run(Sandbox.command, arguments)
        #expect(outcome.status == 0)
        #expect(!outcome.output.isEmpty)
        #expect(outcome.errors.isEmpty)
    }

    // MARK: Things that are not there

    static let failures: [([String], String)] = [
        (["predict", "--model", "nowhere"], "--model nowhere: there is no such folder"),
        (["predict", "--model", "folder"], "folder has no config.json"),
        (["predict", "--model", "file"], "--model file is a file"),
        (["tokenize", "--vocab", "nowhere"], "--vocab nowhere: there is no such folder"),
        (["tokenize", "--vocab", "words/vocab.txt"], "--vocab takes the folder"),
        (["tokenize", "--vocab", "folder"], "has no vocab.txt and no tokenizer.json"),
        (["tokenize", "--vocab", "broken"], "broken: the vocabulary"),
        (["tokenize", "--vocab", "words", "nothing"], "cannot read nothing: No such file or directory"),
        (["tokenize", "--vocab", "words", "folder"], "cannot read folder: Is a directory"),
        (["tokenize", "--vocab", "words", "binary"], "binary, line 2: byte 3 is not UTF-8"),
        (["tokenize", "--vocab", "words", "--json", "binary"], "binary, line 2: byte 3 is not UTF-8"),
        (["tokenize", "--vocab", "words", "packed"], "packed: truncated gzip"),
        (["demo-data", "file/below"], "cannot write into the folder file/below"),
    ]

    @Test(arguments: failures)
    func whatIsNotThereIsNamed(arguments: [String], expected: String) throws {
        let sandbox = try Sandbox()
        try sandbox.write("{}", to: "folder/other.json")
        try sandbox.write("text", to: "file")
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n", to: "words/vocab.txt")
        try sandbox.write("의견\n", to: "broken/vocab.txt")
        try sandbox.write(Data("fine\nab".utf8) + Data([0xFF, 0x0A]), to: "binary")
        try sandbox.write(Data([0x1F, 0x8B, 8, 0, 0, 0]), to: "packed")
        let outcome = try sandbox.run(Sandbox.command, arguments)
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains(expected), "\(outcome.errors)")
        #expect(!outcome.errors.contains("Error Domain"), "\(outcome.errors)")
    }

    // MARK: tokenize and demo-data

    @Test func eachLineIsTokenizedWhateverItsEnd() throws {
        let sandbox = try Sandbox()
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n##들\n", to: "words/vocab.txt")
        let input = "\u{FEFF}의견\r\n\n의견들 없음"
        #expect(
            try sandbox.splitvote("tokenize", "--vocab", "words", input: input).output
                == "2 5 3\n2 3\n2 5 6 1 3\n")
        #expect(
            try sandbox.splitvote("tokenize", "--vocab", "words", "--pieces", "-", input: "의견들\n").output
                == "[CLS] 의견 ##들 [SEP]\n")
        #expect(try sandbox.splitvote("tokenize", "--vocab", "words").output == "")
    }

    @Test func demoDataIsTheSameTwice() throws {
        let sandbox = try Sandbox()
        let first = try sandbox.splitvote("demo-data", "data/", "--articles", "5")
        #expect(first.status == 0, "\(first.errors)")
        let files = try sandbox.files(below: "data")
        let before = try files.map { try sandbox.data("data/" + $0) }
        let second = try sandbox.splitvote("demo-data", "data/", "--articles", "5")
        #expect(second.output == first.output)
        #expect(first.output.contains("data/\(files[0]): "), "\(first.output)")
        #expect(try files.map { try sandbox.data("data/" + $0) } == before)
    }

    @Test(.enabled(if: FileManager.default.fileExists(atPath: "/dev/full")))
    func aFullDiskIsAnErrorAndNoCrash() throws {
        let sandbox = try Sandbox()
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n", to: "words/vocab.txt")
        try sandbox.write(SampleComments.pipeline(), to: "p.yaml")
        try sandbox.write(SampleComments.table(), to: "data/one.tsv")
        for arguments in ["tokenize --vocab words words/vocab.txt", "validate p.yaml"] {
            let outcome = try sandbox.run(
                URL(filePath: "/bin/sh"), ["-c", "\(Sandbox.command.path) \(arguments) > /dev/full"])
            #expect(outcome.status == 1, "\(outcome.errors)")
            #expect(outcome.errors.contains("cannot write to standard output"), "\(outcome.errors)")
        }
        let run = try sandbox.run(
            URL(filePath: "/bin/sh"), ["-c", "\(Sandbox.command.path) run p.yaml 2> /dev/full"])
        #expect(run.status == 0, "a run continues unreported")
    }

    // MARK: run, plan and status

    private func sandbox(_ training: String = "", table: Bool = true) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.pipeline() + training, to: "p.yaml")
        if table { try sandbox.write(SampleComments.table(), to: "data/one.tsv") }
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        return sandbox
    }

    @Test func statusBeforeAnyRunSaysSoAndMakesNothing() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("status", "p.yaml")
        #expect(outcome.status == 0)
        #expect(outcome.output.hasSuffix("state.sqlite: no run so far\n"), "\(outcome.output)")
        #expect(!sandbox.exists("state.sqlite"))
    }

    @Test func statusTellsTheSameOfTheFileAndOfItsStore() throws {
        let sandbox = try sandbox()
        // Twelve articles come near their shares where they are placed for that; the texts are all alike.
        try sandbox.write(
            SampleComments.pipeline(("shares: {train", "method: balanced, copies: keep, shares: {train")),
            to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--quiet").errors == "")
        let ofFile = try sandbox.splitvote("status", "p.yaml")
        #expect(ofFile.output.contains("120 comments of 12 articles"), "\(ofFile.output)")
        #expect(!ofFile.output.contains(" \n"), "no blanks at the end of a line")
        #expect(try sandbox.splitvote("status", "--state", "state.sqlite").output == ofFile.output)
    }

    @Test func aPlanThatIsBlockedIsNotDone() throws {
        let outcome = try sandbox(table: false).splitvote("plan", "p.yaml", "--exit-code")
        #expect(outcome.status == 10)
        #expect(outcome.output.contains("no file matches data/*"), "\(outcome.output)")
        #expect(outcome.output.hasSuffix("0 of 6 stages would run, 6 cannot\n"), "\(outcome.output)")
    }

    @Test func eventsAreOneObjectALine() throws {
        let outcome = try sandbox().splitvote("run", "p.yaml", "--log-format", "json")
        #expect(outcome.status == 0)
        let events = try outcome.errors.split(separator: "\n").map {
            try #require(try JSONSerialization.jsonObject(with: Data($0.utf8)) as? [String: Any])
        }
        #expect(events.first?["event"] as? String == "run_started")
        #expect(events.last?["event"] as? String == "run_finished")
        #expect(events.last?["exit_status"] as? Int == 0)
        let progress = events.filter { $0["event"] as? String == "progress" }.compactMap {
            $0["stage"] as? String
        }
        #expect(Set(progress).count == progress.count, "a quick stage tells its progress once")
        for event in events {
            #expect((event["time"] as? String)?.hasSuffix("Z") == true, "times name their zone: \(event)")
        }
    }

    @Test func twoTokenizersAreOneTooMany() throws {
        let training = SampleComments.training.replacing(
            "max_tokens: 32", with: "max_tokens: 32, tokenizer: words")
        let sandbox = try sandbox(training)
        try sandbox.write("[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n의견\n", to: "words/vocab.txt")
        let outcome = try sandbox.splitvote("run", "p.yaml", "--until", "shards")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("two tokenizers: the folder words"), "\(outcome.errors)")
    }

    @Test func trainingWithoutADevSideSaysWhatIsKept() throws {
        let sandbox = try sandbox(SampleComments.training)
        try sandbox.write(
            try sandbox.read("p.yaml").replacing(
                "{train: 0.6, dev: 0.2, test: 0.2}", with: "{train: 0.7, test: 0.3}"),
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.contains("no side dev with rows"), "\(outcome.errors)")
    }

    @Test func sidesOfOtherNamesAreNotTrainingData() throws {
        let sandbox = try sandbox(SampleComments.training)
        try sandbox.write(
            try sandbox.read("p.yaml").replacing(
                "{train: 0.6, dev: 0.2, test: 0.2}", with: "{a: 0.7, b: 0.3}"),
            to: "p.yaml")
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1, "\(outcome.errors)")
        #expect(outcome.errors.contains("the shards have the sides a, b"), "\(outcome.errors)")
        #expect(outcome.errors.contains("hint: name the sides train, dev and test"), "\(outcome.errors)")
    }

    @Test func aTableWithoutColumnsIsRefusedInTheFile() throws {
        let sandbox = try sandbox()
        try sandbox.write(
            try sandbox.read("p.yaml").replacing("format: tsv,", with: "format: tsv, columns: [],"),
            to: "p.yaml")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(outcome.errors.contains("a table needs at least one column"), "\(outcome.errors)")
    }

    // MARK: predict

    @Test func tablesOfEveryKindArePredictedRowByRow() throws {
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        let sandbox = try sandbox(training)
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "model").status == 0)
        func predict(_ arguments: String..., input: String = "") throws -> Sandbox.Outcome {
            try sandbox.run(Sandbox.command, ["predict", "--model", "out/model"] + arguments, input: input)
        }
        let whole = try predict(input: "찬성과\t반대\n둘째\n").output
        try sandbox.write("nr\tdocument\n1\t찬성과\\t반대\n2\t둘째\n", to: "t.tsv")
        #expect(try predict("--column", "document", "--escapes", "t.tsv").output == whole)
        try sandbox.write("nr,document\r\n1,\"찬성과\t반대\"\r\n2,둘째\r\n", to: "t.CSV")
        #expect(try predict("--column", "document", "t.CSV").output == whole)
        try sandbox.write(#"{"document":"찬성과\t반대"}"# + "\n" + #"{"document":"둘째"}"# + "\n", to: "t.jsonl")
        #expect(try predict("--column", "document", "t.jsonl").output == whole)
        try sandbox.write("document\n", to: "header.tsv")
        #expect(
            try predict("--column", "document", "header.tsv").output == whole.prefix { $0 != "\n" } + "\n")
        try sandbox.write("", to: "empty.tsv")
        let empty = try predict("--column", "document", "empty.tsv")
        #expect(empty.status == 1)
        #expect(empty.errors.contains("the table is empty"), "\(empty.errors)")
        try sandbox.write("id\tdocument\n1\ta\tb\n", to: "bad.tsv")
        let bad = try predict("--column", "document", "bad.tsv")
        #expect(bad.status == 1)
        #expect(bad.errors.contains("bad.tsv, line 2: 3 fields; the header names 2"), "\(bad.errors)")
        try sandbox.write("document\n", to: "table.dat")
        #expect(try predict("--column", "document", "table.dat").errors.contains("does not say how its rows"))
    }

    @Test func bytesThatAreNotTextGetNoAnswer() throws {
        let training = SampleComments.training.replacing(
            "seed: 1}}\n  scores", with: "seed: 1, path: out/model}}\n  scores")
        let sandbox = try sandbox(training)
        let pipeline = try sandbox.read("p.yaml").replacing("rules: none", with: "rules: kcbert-2020")
        try sandbox.write(pipeline, to: "p.yaml")
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "model").status == 0)
        try sandbox.write(Data("fine\nab".utf8) + Data([0xFF, 0x0A]), to: "binary")
        let outcome = try sandbox.splitvote("predict", "--model", "out/model", "binary")
        #expect(outcome.status == 1, "\(outcome.output)")
        #expect(outcome.errors.contains("binary, line 2: byte 3 is not UTF-8"), "\(outcome.errors)")
    }
}
