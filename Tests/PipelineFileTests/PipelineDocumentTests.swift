import Diagnostics
import PipelineFile
import Testing

private func document(_ text: String) throws -> PipelineDocument {
    try PipelineDocument(Array(text.utf8), file: "news.yaml")
}

private func report(_ text: String) -> String {
    do {
        let findings = try document(text).findings
        return findings.isEmpty ? "" : DiagnosticsError(file: "news.yaml", findings: findings).rendered()
    } catch {
        return (error as? DiagnosticsError)?.rendered() ?? "\(error)"
    }
}

struct PipelineDocumentTests {
    static let complete = """
        splitvote: 1
        pipeline: nightly-news
        store: {state: state/nightly.sqlite, artifacts: state/artifacts, keep: {runs: 30, max_size: 20GB}}
        params:
          min_votes: 20
          band: [0.4, 0.6]
        secrets:
          token: {env: NEWS_API_TOKEN}
        stages:
          comments:
            uses: ingest.files
            with: {paths: ["data/*.tsv.gz"], source: naver-news}
          clean: {uses: clean, from: comments}
          labels:
            uses: label
            from: clean
            with: {min_votes: $params.min_votes}
            checks:
              - {that: abstain_share, at_most: 0.95, else: warn}
              - {that: controversial, at_least: 1}
          model: {uses: train, from: {data: [clean, labels]}, when: {weekday: [sat, sun]}, needs: [labels, comments]}
        hooks: {failure: {command: [notify, "{run}", "{stage}"]}}

        """

    @Test func readsEverySection() throws {
        let document = try document(Self.complete)
        #expect(document.findings == [])
        #expect(document.name.text == "nightly-news")
        #expect(
            [document.store.state, document.store.artifacts] == ["state/nightly.sqlite", "state/artifacts"])
        #expect(document.store.keepRuns == 30 && document.store.keepMaxSize == 20_000_000_000)
        #expect(document.params.map(\.key) == ["min_votes", "band"])
        #expect(document.secrets.map(\.variable) == ["NEWS_API_TOKEN"])
        #expect(document.stages.map(\.name.text) == ["comments", "clean", "labels", "model"])
        #expect(document.stages[1].from.stages.map(\.text) == ["comments"])
        #expect(document.stages[2].checks.map(\.isError) == [false, true])
        #expect(document.stages[3].when?.map(\.text) == ["sat", "sun"])
        #expect(document.stages[3].needs.map(\.text) == ["labels", "comments"])
        guard case .ports(let ports) = document.stages[3].from else {
            Issue.record("'from' with ports was not read as such")
            return
        }
        #expect(ports[0].port.text == "data" && ports[0].stages.map(\.text) == ["clean", "labels"])
        #expect(
            document.hooks.failure?.command?.map(\.text) == ["notify", "{run}", "{stage}"]
                && document.hooks.success == nil)
    }

    @Test func theStoreHasADefaultPlaceIfTheFileNamesNone() throws {
        let store = try document("splitvote: 1\npipeline: x\nstages: {a: {uses: clean}}\n").store
        #expect([store.state, store.artifacts] == ["state/x.sqlite", "state/x-artifacts"])
    }

    static let reports: [(String, String)] = [
        (
            "splitvote: 2\npipeline: x\n",
            """
            news.yaml:1:12: error: this pipeline file has format 2; this program reads format 1
               1 | splitvote: 2
                 |            ^
            hint: use a newer splitvote
            1 problem in news.yaml; nothing was run.

            """
        ),
        (
            "splitvote: one\n",
            """
            news.yaml:1:12: error: 'splitvote' is 'one'; it takes the number of the file format, 1
               1 | splitvote: one
                 |            ^~~
            hint: write 'splitvote: 1'
            1 problem in news.yaml; nothing was run.

            """
        ),
        (
            "pipeline: x\nspitvote: 1\n",
            """
            news.yaml:2:1: error: the key 'splitvote' is missing: it gives the format version of the pipeline file
               2 | spitvote: 1
                 | ^~~~~~~~
            hint: start the file with 'splitvote: 1'
            1 problem in news.yaml; nothing was run.

            """
        ),
        (
            "oid\taid\tcontents\n001\t2\tx\n",
            """
            news.yaml:1:1: error: a pipeline file is a map of keys, not a text
               1 | oid\taid\tcontents
                 | ^~~~~~~~~~~~~~~~
            hint: a pipeline file starts with 'splitvote: 1' and has 'pipeline' and 'stages'
            1 problem in news.yaml; nothing was run.

            """
        ),
        (
            "- a\n",
            """
            news.yaml:1:1: error: a pipeline file is a map of keys, not a list
               1 | - a
                 | ^
            hint: a pipeline file starts with 'splitvote: 1' and has 'pipeline' and 'stages'
            1 problem in news.yaml; nothing was run.

            """
        ),
        (
            "splitvote: 1\n",
            """
            news.yaml:1:1: error: the key 'pipeline' is missing: the pipeline's name
               1 | splitvote: 1
                 | ^~~~~~~~~
            hint: add 'pipeline: my-pipeline'
            news.yaml:1:1: error: the key 'stages' is missing: what the pipeline does
               1 | splitvote: 1
                 | ^~~~~~~~~
            hint: add a map of stages
            2 problems in news.yaml; nothing was run.

            """
        ),
        (
            """
            splitvote: 1
            pipeline: ../x
            stage:
              a: {uses: clean}
            store: {state: 5, keep: {runs: 0, max_size: 20}}
            params: {min votes: 20, x: $params.y}
            secrets: {token: hunter2, other: {env: 5}}
            stages:
              a:
                uses: $params.x
                min_votes: 20
                checks: [{that: rows}, {at_most: 1, else: stop}, 5]
                when: sunday
              A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
              b:
            hooks: {failure: notify, success: {command: []}, done: {}}

            """,
            """
            news.yaml:2:11: error: '../x' is not a valid name for a pipeline
               2 | pipeline: ../x
                 |           ^~~~
            hint: a name has letters, digits, _ and -, no - at its start, and at most 100 bytes
            news.yaml:3:1: error: a pipeline file has no key 'stage'
               3 | stage:
                 | ^~~~~
            hint: did you mean 'stages'? it takes: splitvote, pipeline, store, params, secrets, stages, hooks
            news.yaml:5:16: error: 'store.state' is 5; it takes a path
               5 | store: {state: 5, keep: {runs: 0, max_size: 20}}
                 |                ^
            hint: put it in quotes: '5'
            news.yaml:5:32: error: 'store.keep.runs' is 0; it takes a whole number, 1 ... 1000000 runs
               5 | store: {state: 5, keep: {runs: 0, max_size: 20}}
                 |                                ^
            news.yaml:5:45: error: 'store.keep.max_size' is 20; it takes a whole number with a unit, kB MB GB TB or \
            KiB MiB GiB TiB, such as 20GB
               5 | store: {state: 5, keep: {runs: 0, max_size: 20}}
                 |                                             ^~
            news.yaml:6:10: error: 'min votes' is not a valid name for a parameter
               6 | params: {min votes: 20, x: $params.y}
                 |          ^~~~~~~~~
            hint: a name has letters a-z and A-Z, digits, _ and -, and starts with a letter or _
            news.yaml:6:28: error: a default is a literal, not $params.y
               6 | params: {min votes: 20, x: $params.y}
                 |                            ^~~~~~~~~
            hint: references are allowed under 'with'; write $$ for a text that starts with $
            news.yaml:7:18: error: 'secrets.token' takes {env: NAME}, the environment variable that holds the secret
               7 | secrets: {token: hunter2, other: {env: 5}}
                 |                  ^~~~~~~
            hint: never write a secret itself into a pipeline file
            news.yaml:7:40: error: 'secrets.other'.env is 5; it takes the name of an environment variable
               7 | secrets: {token: hunter2, other: {env: 5}}
                 |                                        ^
            hint: put it in quotes: '5'
            news.yaml:10:11: error: 'uses' of stage 'a' is $params.x; it takes the name of a stage kind
              10 |     uses: $params.x
                 |           ^~~~~~~~~
            hint: references are allowed only under 'with', in the limits of checks and as a webhook
            news.yaml:11:5: error: stage 'a' has no key 'min_votes'
              11 |     min_votes: 20
                 |     ^~~~~~~~~
            hint: it takes: uses, from, with, checks, when, needs; parameters go under 'with'
            news.yaml:12:14: error: the check of 'rows' has no limit
              12 |     checks: [{that: rows}, {at_most: 1, else: stop}, 5]
                 |              ^~~~~~~~~~~~
            hint: add at_most, at_least or both
            news.yaml:12:28: error: a check of stage 'a' does not say 'that', the figure it looks at
              12 |     checks: [{that: rows}, {at_most: 1, else: stop}, 5]
                 |                            ^~~~~~~~~~~~~~~~~~~~~~~~
            news.yaml:12:47: error: 'else' in a check of stage 'a' is 'stop'; it takes warn or error
              12 |     checks: [{that: rows}, {at_most: 1, else: stop}, 5]
                 |                                               ^~~~
            news.yaml:12:54: error: a check of stage 'a' is 5; it takes a map of that, at_most, at_least, else
              12 |     checks: [{that: rows}, {at_most: 1, else: stop}, 5]
                 |                                                      ^
            news.yaml:13:11: error: 'when' of stage 'a' is 'sunday'; it takes a map, such as {weekday: sun}
              13 |     when: sunday
                 |           ^~~~~~
            news.yaml:14:3: error: stages 'a' and 'A' differ only in upper and lower case
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |   ^
            hint: their files would collide on case-insensitive file systems; rename one
            news.yaml:14:3: error: stage 'A' does not say its kind
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |   ^
            hint: add 'uses: KIND'
            news.yaml:14:17: error: 'from' of stage 'A' names 'b' twice
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |                 ^
            news.yaml:14:21: error: 'when' of stage 'A' needs 'weekday'
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |                     ^~~~
            hint: such as {weekday: sun}
            news.yaml:14:28: error: 'when' of stage 'A' has no key 'day'
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |                            ^~~
            hint: it takes: weekday
            news.yaml:14:45: error: 'with' of stage 'A' is a list of 0; it takes a map of parameters
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |                                             ^~
            news.yaml:14:56: error: 'needs' of stage 'A' is 1; it takes the name of a stage, or a list of them
              14 |   A: {from: [b, b], when: {day: sun}, with: [], needs: 1}
                 |                                                        ^
            hint: put it in quotes: '1'
            news.yaml:15:3: error: stage 'b' has no value; it takes a map of uses, from, with, checks, when, needs
              15 |   b:
                 |   ^
            news.yaml:16:18: error: 'hooks.failure' is 'notify'; it takes a map of command, mail, webhook
              16 | hooks: {failure: notify, success: {command: []}, done: {}}
                 |                  ^~~~~~
            news.yaml:16:45: error: 'hooks.success'.command is a list of 0; it takes a list: the program and its \
            arguments
              16 | hooks: {failure: notify, success: {command: []}, done: {}}
                 |                                             ^~
            news.yaml:16:50: error: 'hooks' has no key 'done'
              16 | hooks: {failure: notify, success: {command: []}, done: {}}
                 |                                                  ^~~~
            hint: it takes: success, warning, failure
            27 problems in news.yaml; nothing was run.

            """
        ),
    ]

    @Test(arguments: reports.indices)
    func reportsEverythingAtOnce(index: Int) {
        let (text, expected) = Self.reports[index]
        #expect(report(text) == expected)
    }

    @Test(arguments: ["labels", "모델-2", "a_b", "x1"])
    func stageNamesMayBeInAnyScript(name: String) throws {
        #expect(try document("splitvote: 1\npipeline: x\nstages: {\(name): {uses: clean}}\n").findings == [])
    }

    @Test(arguments: ["a/b", "..", "-a", "a b", "a.b", "a+", "\"\"", "\"a\\nb\"", "\"a\\0\""])
    func stageNamesThatCannotBeFolderNamesAreRefused(name: String) throws {
        let findings = try document("splitvote: 1\npipeline: x\nstages: {\(name): {uses: clean}}\n").findings
        #expect(findings.count == 1 && findings[0].message.hasSuffix("is not a valid name for a stage"))
    }
}
