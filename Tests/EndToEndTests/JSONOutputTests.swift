import Foundation
import Testing

/// Every JSON that the command prints fits the schema that is published for it.
struct JSONOutputTests {
    private func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(
            SampleComments.pipeline(
                (
                    "with: {min_votes: $params.min_votes}}",
                    """
                    with: {min_votes: $params.min_votes}, checks: [{that: abstain_share, at_most: 0, else: warn}]}
                    """
                )), to: "news.yaml")
        return sandbox
    }

    private func expect(_ text: String, fits schema: String, _ location: SourceLocation = #_sourceLocation)
        throws
    {
        let problems = try JSONSchema(schema).problems(of: text)
        #expect(problems.isEmpty, "\(schema): \(problems)\n\(text)", sourceLocation: location)
    }

    @Test func beforeAndAfterARun() throws {
        let sandbox = try sandbox()
        try expect(try sandbox.splitvote("plan", "news.yaml", "--json").output, fits: "plan")
        try expect(
            try sandbox.splitvote("explain", "news.yaml", "labels", "--json").output, fits: "explanation")
        try expect(try sandbox.splitvote("status", "news.yaml", "--json").output, fits: "status")
        try expect(try sandbox.splitvote("runs", "news.yaml", "--json").output, fits: "runs")
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        #expect(try sandbox.splitvote("run", "news.yaml", "-S", "min_votes=50").status == 0)
        for arguments in [["plan"], ["plan", "-S", "min_votes=60"]] {
            let output = try sandbox.run(
                Sandbox.command, arguments + ["news.yaml", "--json"]
            ).output
            try expect(output, fits: "plan")
        }
        let explained = try sandbox.splitvote(
            "explain", "news.yaml", "labels", "-S", "min_votes=60", "--json")
        try expect(explained.output, fits: "explanation")
        #expect(explained.output.contains("\"parameters.min_votes\""))
        try expect(try sandbox.splitvote("status", "news.yaml", "--json").output, fits: "status")
        try expect(try sandbox.splitvote("labels", "news.yaml", "--json").output, fits: "label-sets")
        try expect(
            try sandbox.splitvote("labels", "news.yaml", "show", "latest", "--json").output,
            fits: "label-set")
        let difference = try sandbox.splitvote("labels", "news.yaml", "diff", "promoted", "latest", "--json")
        try expect(difference.output, fits: "label-diff")
        let surface = try sandbox.splitvote("sweep", "news.yaml", "--format", "json")
        try expect(surface.output, fits: "surface")
        let comment = try #require(
            try sandbox.read("out/train.tsv").split(separator: "\n").last?.split(separator: "\t").first)
        try expect(
            try sandbox.splitvote("why", "news.yaml", String(comment), "--json").output, fits: "trace")
        let runs = try sandbox.splitvote("runs", "news.yaml", "--json").output
        try expect(runs, fits: "runs")
        let id = try #require(runs.firstMatch(of: /"run": "([^"]+)"/)?.1)
        try expect(
            try sandbox.splitvote("runs", "news.yaml", "show", String(id), "--json").output, fits: "run")
        try expect(
            try sandbox.splitvote("runs", "news.yaml", "diff", "last~1", "last", "--json").output,
            fits: "run-diff")
        try expect(
            try sandbox.splitvote("runs", "news.yaml", "plot", "labels.controversial", "--json").output,
            fits: "run-plot")
        try expect(
            try sandbox.splitvote("gc", "news.yaml", "--max-size", "1B", "--json").output, fits: "collection"
        )
        try expect(try sandbox.splitvote("doctor", "news.yaml", "--json").output, fits: "checkup")
    }

    @Test func everyEventOfARun() throws {
        let sandbox = try sandbox()
        var names: Set<String> = []
        for arguments in [
            ["run", "news.yaml"], ["run", "news.yaml"], ["run", "news.yaml", "-S", "no=1"],
            ["run", "news.yaml", "-S", "min_votes=100000"],
            ["run", "--until", "clean", "news.yaml", "--force-all"],
        ] {
            let outcome = try sandbox.run(Sandbox.command, arguments + ["--log-format", "json"])
            #expect(outcome.output.isEmpty)
            for line in outcome.errors.split(separator: "\n") {
                try expect(String(line), fits: "event")
                if let name = line.firstMatch(of: /"event":"([a-z_]+)"/)?.1 { names.insert(String(name)) }
            }
        }
        #expect(
            names.isSuperset(of: [
                "run_started", "stage_started", "stage_cached", "stage_finished", "check_failed", "published",
                "run_finished", "error",
            ]), "\(names.sorted())")
    }

    @Test func whatStagesAndModelsWrite() throws {
        let sandbox = try Sandbox()
        try sandbox.write(SampleComments.table(), to: "data/a.tsv")
        try sandbox.write(SampleComments.pipeline() + SampleComments.training, to: "news.yaml")
        try sandbox.write(SampleComments.tinyConfiguration, to: "init/config.json")
        #expect(try sandbox.splitvote("run", "news.yaml").status == 0)
        try expect(try sandbox.read("out/tsv-manifest.json"), fits: "export")
        let files = try sandbox.files(below: "artifacts")
        let manifest = try #require(files.first { $0.hasPrefix("shards/") && $0.hasSuffix("manifest.json") })
        try expect(try sandbox.read("artifacts/" + manifest), fits: "shards")
        let scores = try #require(files.first { $0.hasSuffix("scores.json") })
        try expect(try sandbox.read("artifacts/" + scores), fits: "scores")
        let weights = try #require(files.first { $0.hasSuffix("model.safetensors") })
        let model = "artifacts/" + weights.dropLast("/model.safetensors".count)
        for options in [[], ["--logits"]] {
            let answers = try sandbox.run(
                Sandbox.command, ["predict", "--model", model, "--format", "jsonl"] + options,
                input: "하나\n둘\n")
            for line in answers.output.split(separator: "\n") { try expect(String(line), fits: "prediction") }
            #expect(answers.output.split(separator: "\n").count == 2)
        }
        let tokens = try sandbox.splitvote("tokenize", "--vocab", model, "--json", input: "하나 둘\n")
        try expect(tokens.output, fits: "tokens")
        let certificate = try sandbox.splitvote("tokenize", "--vocab", model, "--certificate")
        try expect(certificate.output, fits: "certificate")
    }

    /// The checker notices what does not fit.
    @Test(arguments: [
        #"{"event": "stage_skipped", "stage": "a", "why": "b", "time": "2025-11-21T07:16:44.123Z", "more": 1}"#,
        #"{"event": "stage_skipped", "stage": "a", "time": "2025-11-21T07:16:44.123Z"}"#,
        #"{"event": "stage_skipped", "stage": 1, "why": "b", "time": "2025-11-21T07:16:44.123Z"}"#,
        #"{"event": "stage_skipped", "stage": "a", "why": "b", "time": "yesterday"}"#,
        #"{"event": "unheard_of", "time": "2025-11-21T07:16:44.123Z"}"#, "[]", "no JSON",
    ])
    func whatDoesNotFitIsNoticed(text: String) throws {
        #expect(try !JSONSchema("event").problems(of: text).isEmpty)
    }
}
