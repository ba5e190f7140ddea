import Diagnostics
import PipelinePlan
import StageKit
import Testing

/// `-S stage.key=value`
struct StageOverrideTests {
    private func changed(_ settings: (key: String, value: String)...) throws -> PlannedPipeline {
        try plan(goodPipeline, set: settings)
    }

    private static let reached:
        [(key: String, value: String, stage: String, parameter: [String], JSONValue)] = [
            ("labels.min_votes", "30", "labels", ["min_votes"], 30),
            ("labels.controversial", "[0.3, 0.7]", "labels", ["controversial"], [0.3, 0.7]),
            // What the file does not say.
            ("labels.strict", "true", "labels", ["strict"], true),
            ("labels.per_label", "12", "labels", ["per_label"], 12),
            ("labels.per_label", "balanced", "labels", ["per_label"], "balanced"),
            ("labels.prior.alpha", "2.5", "labels", ["prior", "alpha"], 2.5),
            ("labels.prior", "{alpha: 3}", "labels", ["prior", "alpha"], 3.0),
            ("labels.uncontroversial.at_most", "0.1", "labels", ["uncontroversial", "at_most"], 0.1),
            ("labels.drop", "deleted", "labels", ["drop"], ["deleted"]),
            ("labels.drop", "[empty, deleted]", "labels", ["drop"], ["deleted", "empty"]),
            // Texts are taken as they are, whatever else they could be read as.
            ("comments.source", "1e3", "comments", ["source"], "1e3"),
            ("comments.source", "$params.files", "comments", ["source"], "$params.files"),
            ("comments.columns.text", "123", "comments", ["columns", "text"], "123"),
            ("clean.rules", "kcbert-2020", "clean", ["rules"], "kcbert-2020"),
        ]

    @Test(arguments: reached) func itReachesWhatAStageSays(
        key: String, value: String, stage: String, parameter: [String], expected: JSONValue
    ) throws {
        let plan = try changed((key, value))
        var found = plan[stage]?.parameters
        for part in parameter { found = found?[part] }
        if case .array(let items) = found, items.count == 1, case .array = expected {
            #expect(items == expected.arrayValue)
        } else if parameter == ["drop"] {
            #expect(Set(found?.arrayValue ?? []) == Set(expected.arrayValue ?? []))
        } else if parameter == ["columns", "text"] {
            #expect(found == expected || found == .array([expected]))
        } else {
            #expect(found == expected)
        }
        #expect(plan.overrides.keys.map(\.self) == [key])
    }

    @Test func filesAndOtherValuesOutsideTheFingerprintAreReachedToo() throws {
        let plan = try changed(
            ("comments.paths", "other/*.csv"), ("comments.threads", "9"), ("report.path", "page-{run}.html"),
            ("shards.init", "models/a"))
        #expect(plan["comments"]?.fileRequests.map(\.values) == [["other/*.csv"]])
        #expect(plan["shards"]?.fileRequests.map(\.values) == [["models/a"]])
        #expect(plan.overrides["report.path"] == "page-{run}.html")
        #expect(plan.overriddenParameters(of: "comments") == ["paths", "threads"])
        #expect(plan.overriddenParameters(of: "shards") == ["init"])
        #expect(plan.overriddenParameters(of: "clean") == [])
    }

    @Test func itemsOfListsAreReachedByTheirPlace() throws {
        let text = goodPipeline.replacing("settle: 72h", with: "settle: 72h, drop: [empty, empty]")
        let plan = try plan(text, set: [("labels.drop.1", "deleted")])
        #expect(plan["labels"]?.parameters["drop"]?.arrayValue?.count == 2)
        #expect(plan.overrides == ["labels.drop.1": "deleted"])
        let refusal = report(text, set: [("labels.drop.2", "deleted")])
        #expect(refusal.contains("'2' is not an index of a list of 2"))
        #expect(refusal.contains("places are 0 ... 1"))
    }

    @Test func limitsOfChecksAreReached() throws {
        let plan = try changed(
            ("labels.checks.abstain_share.at_most", "80%"), ("labels.checks.controversial.at_least", "3"),
            ("labels.checks.controversial.at_most", "5e3"))
        #expect(
            plan["labels"]?.checks == [
                PlannedCheck(that: "abstain_share", atMost: 0.8, isError: false),
                PlannedCheck(that: "controversial", atMost: 5000, atLeast: 3),
            ])
        #expect(plan.overrides["labels.checks.controversial.at_least"] == 3)
    }

    @Test func bothWaysNameAParameterAndTheStagesOwnCounts() throws {
        let plan = try changed(("params.min_votes", "40"), ("labels.controversial", "[0.4, 0.6]"))
        #expect(plan["labels"]?.parameters["min_votes"] == 40)
        #expect(plan.overrides == ["min_votes": 40, "labels.controversial": [0.4, 0.6]])
        #expect(plan.overriddenParameters(of: "labels") == ["min_votes", "controversial"])
        let same = try changed(("comments.source", "news"))
        #expect(same.overrides == [:])
        let later = try changed(("clean.rules", "kcbert-2020"), ("clean.rules", "none"))
        #expect(later.overrides == [:])
    }

    static let refused: [(key: String, value: String, words: [String])] = [
        (
            "label.min_votes", "3",
            ["error: -S label.min_votes=3: there is no stage 'label'", "did you mean 'labels'?"]
        ),
        (
            "labels.min_vote", "3",
            [
                "news.yaml:15:3: error: -S labels.min_vote=3: stage kind 'judge' has no parameter 'min_vote'",
                "did you mean 'min_votes'? it takes: cache, confidence",
            ]
        ),
        (
            "labels.min_votes", "many",
            ["'min_votes' is 'many'", "the value comes from -S labels.min_votes=many"]
        ),
        ("labels.min_votes", "0", ["'min_votes' is 0", "the value comes from -S labels.min_votes=0"]),
        ("labels.prior.beta", "1", ["'prior' has no parameter 'beta'", "it takes: alpha"]),
        ("labels.controversial.2", "1", ["its value is $params.band", "give -S band=VALUE"]),
        ("labels.settle.hours", "1", ["there is '72h' and no map that could hold 'hours'"]),
        ("labels.", "1", ["'labels.' names no parameter", "write stage.parameter=value"]),
        ("comments.token", "hush", ["-S comments.token: never put a secret on a command line"]),
        ("labels.strict", "$params.band", ["is a reference; -S gives a value itself"]),
        ("labels.controversial", "[0.4, ", ["'[0.4, ' is not a value"]),
        (
            "labels.checks.abstain_shar.at_most", "1",
            ["stage 'labels' has no check of 'abstain_shar'", "did you mean 'abstain_share'?"]
        ),
        ("labels.checks.abstain_share.that", "1", ["'that' is not a limit of a check"]),
        ("labels.checks.abstain_share.at_most", "few", ["'at_most' is 'few'"]),
        ("clean.checks.rows.at_most", "1", ["stage 'clean' has no check of 'rows'", "it has no checks"]),
        (
            "strict", "true",
            ["there is no parameter 'strict'", "a stage's own is changed with -S labels.strict=true"]
        ),
    ]

    @Test(arguments: refused) func mistakesAreNamed(key: String, value: String, words: [String]) {
        let text = report(goodPipeline, set: [(key, value)])
        for word in words { #expect(text.contains(word), "\(text)") }
        #expect(!text.contains("hush"))
    }
}
