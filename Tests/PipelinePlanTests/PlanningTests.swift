import Diagnostics
import Files
import PipelineFile
import PipelinePlan
import StageKit
import Testing

func plan(
    _ text: String, set overrides: [(key: String, value: String)] = [], base: String = "/srv/news",
    date: String = "2025-11-20"
) throws -> PlannedPipeline {
    try PlannedPipeline.plan(
        document: try PipelineDocument(Array(text.utf8), file: "news.yaml"), registry: testRegistry,
        overrides: overrides, baseFolder: base, runDate: date)
}

func report(_ text: String, set overrides: [(key: String, value: String)] = []) -> String {
    do {
        _ = try plan(text, set: overrides)
        return ""
    } catch {
        return (error as? DiagnosticsError)?.rendered() ?? "\(error)"
    }
}

let goodPipeline = """
    splitvote: 1
    pipeline: nightly
    store: {state: state/n.sqlite, artifacts: ../artifacts, keep: {runs: 3}}
    params:
      min_votes: 20
      band: [0.4, 0.6]
      files: data/*.tsv
    secrets: {token: {env: NEWS_TOKEN}}
    stages:
      report: {uses: show, from: [labels, shards], with: {path: "out/{date}.html"}}
      comments:
        uses: read
        with: {paths: $params.files, source: news, day: $run.date, token: $secrets.token, threads: 4}
      clean: {uses: tidy, from: comments, with: {rules: none}}
      labels:
        uses: judge
        from: clean
        with: {min_votes: $params.min_votes, controversial: $params.band, settle: 72h}
        checks:
          - {that: abstain_share, at_most: 95%, else: warn}
          - {that: controversial, at_least: $params.min_votes}
      shards: {uses: pack, from: {data: labels, tokenizer: clean}, needs: comments, when: {weekday: sun}}
    hooks: {failure: {command: [notify, "{run}"]}}

    """

struct PlanningTests {
    @Test func aGoodFileBecomesAPlanInTheOrderOfItsArrows() throws {
        let plan = try plan(goodPipeline)
        #expect(plan.stages.map(\.name) == ["comments", "clean", "labels", "shards", "report"])
        #expect(plan.store.state == "/srv/news/state/n.sqlite" && plan.store.artifacts == "/srv/artifacts")
        #expect(plan.store.keepRuns == 3 && plan.hooks.failure?.command == ["notify", "{run}"])
        #expect(plan.params["band"] == [0.4, 0.6] && plan.overrides == [:] && plan.warnings == [])
        #expect(plan.secrets == ["token": "NEWS_TOKEN"])

        let comments = try #require(plan["comments"])
        #expect(comments.parameters.canonicalText == #"{"columns":{},"day":"2025-11-20","source":"news"}"#)
        #expect(comments.fileRequests.map(\.values) == [["data/*.tsv"]])

        let labels = try #require(plan["labels"])
        #expect(labels.parameterOrigins == ["min_votes": "params.min_votes", "controversial": "params.band"])
        #expect(
            labels.inputs == [
                PlannedInput(
                    port: "comments",
                    sources: [PlannedSource(stage: "clean", output: "texts", type: "texts-v1")])
            ])
        #expect(
            labels.checks == [
                PlannedCheck(that: "abstain_share", atMost: 0.95, isError: false),
                PlannedCheck(that: "controversial", atLeast: 20),
            ])
        let shards = try #require(plan["shards"])
        #expect(shards.inputs.map(\.port) == ["data", "tokenizer"] && shards.when == [.sun])
        #expect(shards.dependencies == ["comments", "clean", "labels"])
        #expect(plan["report"]?.inputs.first?.stages == ["labels", "shards"])
    }

    @Test func overridesAreTypedByTheDefault() throws {
        let plan = try plan(
            goodPipeline,
            set: [
                ("band", "[0.35, 0.65]"), ("min_votes", "30"), ("files", "[a: $b 'x'.tsv"),
                ("min_votes", "20"),
            ])
        #expect(plan.params["band"] == [0.35, 0.65])
        #expect(plan.params["files"] == "[a: $b 'x'.tsv", "texts are verbatim")
        #expect(plan.overrides.keys.sorted() == ["band", "files"], "min_votes has its default again")
        #expect(plan["labels"]?.parameters["controversial"] == [0.35, 0.65])
    }

    static let refusedOverrides: [(String, String, String)] = [
        (
            "min_vote", "30",
            "error: -S min_vote=30: there is no parameter 'min_vote'\n"
                + "hint: did you mean 'min_votes'? 'params' has: min_votes, band, files"
        ),
        (
            "min_votes", "many",
            "error: -S min_votes=many: 'min_votes' takes a whole number\nhint: its default at line 5 is 20"
        ),
        (
            "min_votes", "2.5",
            "error: -S min_votes=2.5: 'min_votes' takes a whole number\nhint: its default at line 5 is 20"
        ),
        (
            "band", "0.5",
            "error: -S band=0.5: 'band' takes a list of numbers, such as '[0.35, 0.65]'\n"
                + "hint: its default at line 6 is [0.4,0.6]"
        ),
        (
            "band", "[a, b]",
            "error: -S band=[a, b]: 'band' takes a list of numbers, such as '[0.35, 0.65]'\n"
                + "hint: its default at line 6 is [0.4,0.6]"
        ),
        (
            "band", "[0.4, ",
            "error: -S band=[0.4, : 'band' takes a list of numbers, such as '[0.35, 0.65]'\n"
                + "hint: its default at line 6 is [0.4,0.6]"
        ),
        (
            "min_votes", "0",
            """
            news.yaml:18:23: error: 'min_votes' is 0; it takes 1 ... 100000 votes
              18 |     with: {min_votes: $params.min_votes, controversial: $params.band, s…
                 |                       ^~~~~~~~~~~~~~~~~
            hint: the value comes from -S min_votes=0
            """
        ),
    ]

    @Test(arguments: refusedOverrides)
    func refusesOverrides(key: String, value: String, message: String) {
        #expect(
            report(goodPipeline, set: [(key, value)]) == message
                + "\n1 problem in news.yaml; nothing was run.\n")
    }

    static let reports: [(String, String)] = [
        (
            """
            stages:
              a: {uses: raed, with: {paths: x, source: $params.min_vote}}
              b: {uses: tidy, from: aa}
              c: {uses: judge, from: b, with: {min_vote: 3, controversial: $params.bnad, settle: $run.time, cache: $param.x}}
              d: {uses: judge, from: b, with: {controversial: $params.band}, needs: [e]}
              e: {uses: tidy}
            """,
            """
            news.yaml:5:13: error: there is no stage kind 'raed'
               5 |   a: {uses: raed, with: {paths: x, source: $params.min_vote}}
                 |             ^~~~
            hint: did you mean 'read'? kinds: read, tidy, judge, pack, show
            news.yaml:5:44: error: there is no parameter 'min_vote'
               5 |   a: {uses: raed, with: {paths: x, source: $params.min_vote}}
                 |                                            ^~~~~~~~~~~~~~~~
            hint: did you mean $params.min_votes? 'params' has: min_votes, band
            news.yaml:6:25: error: there is no stage 'aa'
               6 |   b: {uses: tidy, from: aa}
                 |                         ^~
            hint: did you mean 'a'? stages: a, b, c, d, e
            news.yaml:7:36: error: stage kind 'judge' has no parameter 'min_vote'
               7 | …{uses: judge, from: b, with: {min_vote: 3, controversial: $params.bnad,…
                 |                                ^~~~~~~~
            hint: did you mean 'min_votes'? 'judge' takes: cache, confidence, controversial, drop, min_votes, per_label, \
            prior, settle, shares, strict, uncontroversial
            news.yaml:7:64: error: there is no parameter 'bnad'
               7 | … {min_vote: 3, controversial: $params.bnad, settle: $run.time, cache: $…
                 |                                ^~~~~~~~~~~~
            hint: did you mean $params.band? 'params' has: min_votes, band
            news.yaml:7:86: error: there is nothing that $run.time refers to
               7 | …ersial: $params.bnad, settle: $run.time, cache: $param.x}}
                 |                                ^~~~~~~~~
            hint: did you mean $run.date? references are $params.NAME, $secrets.NAME and $run.date; write $$ for a text \
            that starts with $
            news.yaml:7:104: error: there is nothing that $param.x refers to
               7 | …ad, settle: $run.time, cache: $param.x}}
                 |                                ^~~~~~~~
            hint: did you mean $params.x? references are $params.NAME, $secrets.NAME and $run.date; write $$ for a text \
            that starts with $
            news.yaml:9:3: error: stage 'e' needs an input 'comments': comments-v1
               9 |   e: {uses: tidy}
                 |   ^
            hint: no stage of this pipeline gives that
            8 problems in news.yaml; nothing was run.

            """
        ),
        (
            """
            stages:
              a: {uses: read, with: {paths: x, source: s}, from: b}
              b: {uses: tidy, from: a}
              c: {uses: judge, from: a}
              d: {uses: judge, from: [b, e]}
              e: {uses: tidy, from: {comments: [a, a2], comment: a}}
              a2: {uses: read, with: {paths: x, source: s}}
              f: {uses: pack, from: {data: b}, when: {weekday: Sunday}}
              g: {uses: judge, from: b, with: {min_votes: $params.min_votes, controversial: $params.band}, \
            checks: [{that: abstained, at_most: 1}, {that: abstain_share, at_least: 1, at_most: low}]}
              h: {uses: tidy, from: a, checks: [{that: rows, at_least: 1}]}
            """,
            """
            news.yaml:5:54: error: stage kind 'read' takes no input
               5 |   a: {uses: read, with: {paths: x, source: s}, from: b}
                 |                                                      ^
            hint: remove 'from'
            news.yaml:5:54: error: stages wait for each other: 'a' → 'b' → 'a'
               5 |   a: {uses: read, with: {paths: x, source: s}, from: b}
                 |                                                      ^
            hint: take one of these out of a 'from' or 'needs'
            news.yaml:7:26: error: stage 'a' gives comments-v1; stage kind 'judge' takes texts-v1
               7 |   c: {uses: judge, from: a}
                 |                          ^
            hint: stages that give it: b, e, h
            news.yaml:8:30: error: 'b' and 'e' both go to input 'comments' of stage kind 'judge', which takes one stage
               8 |   d: {uses: judge, from: [b, e]}
                 |                              ^
            hint: remove one of the two
            news.yaml:9:40: error: input 'comments' of stage kind 'tidy' takes one stage, not 2
               9 |   e: {uses: tidy, from: {comments: [a, a2], comment: a}}
                 |                                        ^~
            news.yaml:9:45: error: stage kind 'tidy' has no input 'comment'
               9 |   e: {uses: tidy, from: {comments: [a, a2], comment: a}}
                 |                                             ^~~~~~~
            hint: did you mean 'comments'? it takes: comments
            news.yaml:11:32: error: stage 'b' gives texts-v1; input 'data' of stage kind 'pack' takes labels-v1
              11 |   f: {uses: pack, from: {data: b}, when: {weekday: Sunday}}
                 |                                ^
            hint: stages that give it: c, d, g
            news.yaml:11:52: error: there is no weekday 'Sunday'
              11 |   f: {uses: pack, from: {data: b}, when: {weekday: Sunday}}
                 |                                                    ^~~~~~
            hint: did you mean 'sun'? weekdays: mon, tue, wed, thu, fri, sat, sun
            news.yaml:12:112: error: stage kind 'judge' has no figure 'abstained'
              12 | …params.band}, checks: [{that: abstained, at_most: 1}, {that: abstain_sh…
                 |                                ^~~~~~~~~
            hint: 'judge' reports: abstain_share, controversial
            news.yaml:12:180: error: 'at_most' is 'low'; it takes a number or a percentage
              12 | …_share, at_least: 1, at_most: low}]}
                 |                                ^~~
            news.yaml:13:44: error: stage kind 'tidy' has no figure 'rows'
              13 |   h: {uses: tidy, from: a, checks: [{that: rows, at_least: 1}]}
                 |                                            ^~~~
            hint: 'tidy' reports no figures
            11 problems in news.yaml; nothing was run.

            """
        ),
        (
            """
            stages:
              a: {uses: tidy, from: c}
              b: {uses: judge, from: a, with: {min_votes: $params.min_votes, controversial: $params.band}}
              c: {uses: read, with: {paths: x, source: s}, needs: b}
              d: {uses: show, from: b, needs: d}
              e: {uses: show, from: b}
            """,
            """
            news.yaml:5:25: error: stages wait for each other: 'a' → 'b' → 'c' → 'a'
               5 |   a: {uses: tidy, from: c}
                 |                         ^
            hint: take one of these out of a 'from' or 'needs'
            news.yaml:8:35: error: stage 'd' waits for itself
               8 |   d: {uses: show, from: b, needs: d}
                 |                                   ^
            hint: take one of these out of a 'from' or 'needs'
            2 problems in news.yaml; nothing was run.

            """
        ),
    ]

    @Test(arguments: reports.indices)
    func reportsEverythingAtOnce(index: Int) {
        let (stages, expected) = Self.reports[index]
        let head = "splitvote: 1\npipeline: x\nparams: {min_votes: 20, band: [0.4, 0.6]}\n"
        #expect(report(head + stages + "\n") == expected)
    }

    /// In a minute; looking for each stage's followers again for each candidate took a quarter of an hour.
    @Test(.timeLimit(.minutes(1)))
    func aLongChainOfStagesThatDoNotFitIsReportedAtOnce() throws {
        let count = 400
        var text = "splitvote: 1\npipeline: x\nstages:\n  s0: {uses: read, with: {paths: x, source: s}}\n"
        for stage in 1...count { text += "  s\(stage): {uses: tidy, from: s\(stage - 1)}\n" }
        let told = report(text)
        #expect(
            told.contains("error: stage 's\(count - 1)' gives texts-v1; stage kind 'tidy' takes comments-v1"))
        #expect(told.hasSuffix("\(count - 1) problems in news.yaml; nothing was run.\n"))
        #expect(told.split(separator: "\n").count { $0 == "hint: stages that give it: s0" } == count - 1)
    }

    /// Stages are in the file from the last to the first; of those that could be next the first of the file comes.
    @Test(.timeLimit(.minutes(1)))
    func aLongChainIsPutInOrder() throws {
        let count = 498
        var text = "splitvote: 1\npipeline: x\nstages:\n"
        for stage in (1...count).reversed() {
            text += "  s\(stage): {uses: read, with: {paths: x, source: s}, needs: s\(stage - 1)}\n"
        }
        text +=
            "  z: {uses: read, with: {paths: x, source: s}}\n  s0: {uses: read, with: {paths: x, source: s}}\n"
        let names = try plan(text).stages.map(\.name)
        #expect(names == ["z"] + (0...count).map { "s\($0)" })
    }

    @Test func anUnusedParameterIsAWarning() throws {
        let plan = try plan(
            "splitvote: 1\npipeline: x\nparams: {spare: 1}\nstages: {a: {uses: read, with: {paths: x, source: s}}}\n"
        )
        #expect(plan.warnings.map(\.message) == ["no stage uses the parameter 'spare'"])
    }

    @Test func movingTheFolderChangesPathsOnly() throws {
        let here = try plan(goodPipeline)
        let there = try plan(goodPipeline, base: "/elsewhere")
        #expect(there.store.state == "/elsewhere/state/n.sqlite")
        for (left, right) in zip(here.stages, there.stages) {
            #expect(
                StageFingerprint.of(left, inputs: [:], files: [:])
                    == StageFingerprint.of(right, inputs: [:], files: [:]))
        }
    }

    @Test(arguments: [
        ("state/x", "/a/b", "/a/b/state/x"), ("../x", "/a/b", "/a/x"), ("/x/./y//z", "/a", "/x/y/z"),
        ("../../../x", "/a", "/x"), (".", "/a/b", "/a/b"),
    ])
    func absolutePath(path: String, folder: String, expected: String) {
        #expect(AbsolutePath.of(path, in: folder) == expected)
    }

    @Test(
        arguments: [
            ("1970-01-01", .thu), ("2025-11-20", .thu), ("2025-11-23", .sun), ("2024-02-29", .thu),
            ("2000-02-29", .tue),
            ("1969-12-31", .wed), ("2025-02-29", nil), ("2025-13-01", nil), ("2025-1-1", nil),
            ("２025-01-01", nil),
        ] as [(String, Weekday?)])
    func weekday(date: String, expected: Weekday?) {
        #expect(Weekday(ofDate: date) == expected)
    }
}

struct StageSelectionTests {
    static let selections: [(StageSelection, [String])] = [
        (StageSelection(), ["clean", "comments", "labels", "report", "shards"]),
        (StageSelection(select: ["labels"]), ["labels"]),
        (StageSelection(select: ["labels+"]), ["labels", "report", "shards"]),
        (StageSelection(select: ["+labels"]), ["clean", "comments", "labels"]),
        (StageSelection(select: ["+shards+"]), ["clean", "comments", "labels", "report", "shards"]),
        (StageSelection(select: ["clean,labels"]), ["clean", "labels"]),
        (StageSelection(select: ["clean labels", "report"]), ["clean", "labels", "report"]),
        (StageSelection(select: ["labels+"], exclude: ["report"]), ["labels", "shards"]),
        (StageSelection(from: ["labels"], until: ["shards"]), ["labels", "shards"]),
        (StageSelection(until: ["clean"]), ["clean", "comments"]),
    ]

    @Test(arguments: selections)
    func selects(selection: StageSelection, expected: [String]) throws {
        #expect(try selection.stages(of: plan(goodPipeline)).sorted() == expected)
    }

    @Test func unknownNamesAndEmptySelectionsAreRefused() throws {
        let plan = try plan(goodPipeline)
        #expect(
            throws: DiagnosticsError(
                file: nil,
                findings: [
                    .error(
                        "-s: there is no stage 'lables'",
                        hint: "did you mean 'labels'? stages: comments, clean, labels, shards, report")
                ])
        ) { try StageSelection(select: ["lables+"]).stages(of: plan) }
        #expect(
            throws: DiagnosticsError(
                file: nil,
                findings: [
                    .error(
                        "the selection leaves no stage",
                        hint: "stages: comments, clean, labels, shards, report")
                ])
        ) { try StageSelection(select: ["clean"], exclude: ["clean"]).stages(of: plan) }
    }
}
