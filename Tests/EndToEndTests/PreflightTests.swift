import Foundation
import Testing

/// What can be known without running anything is said before anything runs.
struct PreflightTests {
    /// The sample's pipeline with stages up to scores, and everything that they need.
    private func sandbox(_ replacements: (String, String)...) throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/day1.tsv")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        var text = SampleComments.pipeline() + SampleComments.training
        for (old, new) in replacements {
            #expect(text.contains(old))
            text = text.replacing(old, with: new)
        }
        try sandbox.write(text, to: "p.yaml")
        return sandbox
    }

    @Test func aSoundPipelineIsFoundSound() throws {
        let sandbox = try sandbox()
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 0, "\(outcome.errors)")
        #expect(outcome.errors.isEmpty)
        #expect(try sandbox.splitvote("plan", "p.yaml").status == 0)
    }

    static let mistakes: [(name: String, old: String, new: String, place: String, words: String)] = [
        (
            "a table that is not there", "\"data/*\"", "\"days/*\"", "p.yaml:10:14",
            "'paths': no file matches days/*"
        ),
        (
            "one of several tables", "[\"data/*\"]", "[\"data/*\", day2.tsv]", "p.yaml:10:14",
            "'paths': there is no file day2.tsv"
        ),
        (
            "a column", "up: up,", "up: likes,", "p.yaml:12:16",
            "data/day1.tsv: the table has no column 'likes'; its header names 'oid', 'aid', 'text'"
        ),
        (
            "a folder of a model", "init: init", "init: beomi/kcbert-base", "p.yaml:20:51",
            "'init': there is no folder beomi/kcbert-base"
        ),
        (
            "a folder that holds no model", "init: init", "init: data", "p.yaml:20:51",
            "data has no config.json"
        ),
        (
            "no model at all", "init: init, ", "", "p.yaml:20:3",
            "the train stage does not say which model to start from"
        ),
        (
            "rows longer than the model", "max_tokens: 32", "max_tokens: 65", "p.yaml:20:51",
            "rows of the shards may have 65 tokens ('max_tokens' of stage 'shards'); the model has 64 positions"
        ),
        (
            "a forgotten tokenizer", "from: {data: split, tokenizer: vocabulary}", "from: split",
            "p.yaml:19:3", "the shards stage has no tokenizer"
        ),
        (
            "a side that there is not", "with: {split: test}", "with: {split: tset}", "p.yaml:21:78",
            "there is no side 'tset' to score; the shards have dev, test, train"
        ),
        (
            "no side to train on", "{train: 0.6, dev: 0.2, test: 0.2}", "{a: 0.6, dev: 0.2, test: 0.2}",
            "p.yaml:20:3", "the shards have the sides a, dev, test, and none called train"
        ),
        (
            "a learning rate that is one by mistake", "learning_rate: 1e-3", "learning_rate: 3e5",
            "p.yaml:20:98", "'learning_rate' is 300000.0; it takes 1e-12 ... 1"
        ),
    ]

    @Test(arguments: mistakes) func validateAndPlanNameIt(
        name: String, old: String, new: String, place: String, words: String
    ) throws {
        let sandbox = try sandbox((old, new))
        for command in ["validate", "plan"] {
            let outcome = try sandbox.splitvote(command, "p.yaml")
            #expect(outcome.status == 2, "\(name), \(command): \(outcome.errors)")
            #expect(outcome.errors.contains("\(place): error: "), "\(name), \(command): \(outcome.errors)")
            #expect(outcome.errors.contains(words), "\(name), \(command): \(outcome.errors)")
            #expect(outcome.errors.contains("1 problem in p.yaml; nothing was run."))
        }
        #expect(!sandbox.exists("state.sqlite"))
    }

    @Test func severalAreNamedAtOnceInTheOrderOfTheFile() throws {
        let sandbox = try sandbox(
            ("up: up,", "up: likes,"), ("init: init", "init: nowhere"), ("{split: test}", "{split: tset}"))
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        let places = ["no column 'likes'", "no folder nowhere", "no side 'tset'"].map {
            outcome.errors.range(of: $0)?.lowerBound
        }
        #expect(places == places.sorted { ($0 ?? outcome.errors.endIndex) < ($1 ?? outcome.errors.endIndex) })
        #expect(!places.contains(nil))
        #expect(outcome.errors.contains("3 problems in p.yaml; nothing was run."))
    }

    @Test func theFileAloneMayBeChecked() throws {
        let sandbox = try sandbox(("\"data/*\"", "\"days/*\""))
        #expect(try sandbox.splitvote("validate", "p.yaml", "--file-only").status == 0)
    }

    /// What a source holds was said when it was read; what has come since is looked into.
    @Test func aPlanLooksIntoTablesThatAreNew() throws {
        let sandbox = try sandbox()
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "labels").status == 0)
        #expect(try sandbox.splitvote("plan", "p.yaml", "--until", "labels").status == 0)
        try sandbox.write("oid\taid\tbody\n1\t1\tx\n", to: "data/day2.tsv")
        let outcome = try sandbox.splitvote("plan", "p.yaml", "--until", "labels")
        #expect(
            outcome.status == 2 && outcome.errors.contains("data/day2.tsv: the table has no column"),
            "\(outcome.errors)")
        #expect(try sandbox.splitvote("plan", "p.yaml", "--until", "labels", "--exit-code").status == 10)
    }

    @Test func aPlanLooksAtWhatIsSelected() throws {
        let sandbox = try sandbox(("init: init", "init: nowhere"))
        #expect(try sandbox.splitvote("plan", "p.yaml", "--until", "shards").status == 0)
        #expect(try sandbox.splitvote("plan", "p.yaml", "-s", "model").status == 2)
        #expect(try sandbox.splitvote("plan", "p.yaml", "-s", "model", "--exit-code").status == 10)
        #expect(try sandbox.splitvote("run", "p.yaml", "--until", "tsv").status == 0)
        let shown = try sandbox.splitvote("run", "p.yaml", "-n")
        #expect(shown.status == 2)
        #expect(shown.output.contains("model"))
    }

    /// Hours of work are not done for a stage that was known to fail.
    @Test func aRunBeginsNothingBeforeAStageThatCannotWork() throws {
        let sandbox = try sandbox(("init: init", "init: nowhere"))
        let outcome = try sandbox.splitvote("run", "p.yaml")
        #expect(outcome.status == 1)
        #expect(outcome.errors.contains("model: error: 'init': there is no folder nowhere"))
        #expect(outcome.errors.contains("failed: 0 stages ran"), "\(outcome.errors)")
        #expect(try sandbox.sqlite("SELECT count(*) FROM comment") == ["0"])
        // Asking for exactly as much as there can be succeeds.
        let most = try sandbox.splitvote("run", "p.yaml", "--keep-going")
        #expect(most.status == 1)
        #expect(sandbox.exists("out/train.tsv"))
    }

    @Test func whatAStageBeforeMakesIsNotMissing() throws {
        let own = """
              own: {uses: command, with: {command: [/bin/sh, -c, "mkdir -p made && cp data/day1.tsv made/x.tsv"]}}
              more:
                uses: ingest.files
                needs: own
                with: {paths: "made/*.tsv", source: more, columns: {text: text, up: up, down: down, article: oid}}
              back:
                uses: ingest.files
                needs: tsv
                with: {paths: ["out/*.tsv"], source: back, columns: {text: document, up: label, down: id, article: id}}

            """
        let sandbox = try sandbox()
        let text = try sandbox.read("p.yaml")
        try sandbox.write(text + own, to: "p.yaml")
        let sound = try sandbox.splitvote("validate", "p.yaml")
        #expect(sound.status == 0, "\(sound.errors)")
        #expect(try sandbox.splitvote("run", "p.yaml", "-s", "+more").status == 0)
        // Without saying so, it is made too late.
        try sandbox.write(text + own.replacing("    needs: tsv\n", with: ""), to: "p.yaml")
        let late = try sandbox.splitvote("validate", "p.yaml")
        #expect(late.status == 2)
        #expect(
            late.errors.contains("stage 'tsv' makes it: add 'needs: tsv' to stage 'back'"), "\(late.errors)")
    }

    @Test func anUnknownPlaceholderOfAProgramIsNamed() throws {
        let sandbox = try sandbox()
        try sandbox.write(
            try sandbox.read("p.yaml")
                + "  own: {uses: command, from: tsv, with: {command: [cp, \"{tsw}\"]}}\n",
            to: "p.yaml")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2)
        #expect(outcome.errors.contains("the command holds {tsw}, which is not a placeholder here"))
        #expect(outcome.errors.contains("known here: {output} {tsv} {work}"))
    }

    @Test func filesWithoutReadableRowsAreReported() throws {
        let sandbox = try sandbox(("\"data/*\"", "\"rows.jsonl\""))
        try sandbox.write("{\"text\": \"a\"}\n{\"text\": \"b\"}\n", to: "rows.jsonl")
        let outcome = try sandbox.splitvote("validate", "p.yaml")
        #expect(outcome.status == 2, "\(outcome.errors)")
        #expect(
            outcome.errors.contains("rows.jsonl: none of its 2 rows can be read; line 1:"),
            "\(outcome.errors)")
    }

    /// The stage would take what an earlier run has left there, before the other one makes it again.
    @Test func aFolderThatAnotherStageMakesIsNotTakenFromAnEarlierRun() throws {
        let sandbox = try sandbox(("seed: 1}}\n  scores", "seed: 1, path: out/model}}\n  scores"))
        let pipeline = try sandbox.read("p.yaml")
        func write(_ answers: String) throws {
            try sandbox.write(pipeline + "  answers: {uses: predict, \(answers)}\n", to: "p.yaml")
        }
        let late =
            "'model': out/model is what stage 'model' makes, and nothing says that it is done before 'answers'"
        try sandbox.write(SampleComments.tinyConfiguration, to: "out/model/config.json")
        for name in ["out/model", "./out/../out/model"] {
            try write("from: clean, with: {model: \(name)}")
            for command in ["validate", "plan", "run"] {
                let outcome = try sandbox.splitvote(command, "p.yaml")
                #expect(outcome.status != 0 && outcome.errors.contains(late), "\(command): \(outcome.errors)")
                #expect(
                    outcome.errors.contains(
                        "connect input 'model' in place of the folder, `from: {comments: clean, model: model}`"
                    ),
                    "\(command): \(outcome.errors)")
            }
        }
        for sound in [
            "from: {comments: clean, model: model}", "from: clean, needs: model, with: {model: out/model}",
        ] {
            try write(sound)
            let outcome = try sandbox.splitvote("validate", "p.yaml")
            #expect(!outcome.errors.contains("nothing says"), "\(outcome.errors)")
        }
    }
}
