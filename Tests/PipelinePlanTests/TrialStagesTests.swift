import PipelinePlan
import Testing

/// Which values of the command line make labels ones that are only tried.
struct TrialStagesTests {
    private func trials(_ overrides: (String, String)..., in text: String = goodPipeline) throws -> [String] {
        try plan(text, set: overrides.map { (key: $0.0, value: $0.1) }).trialStages.sorted()
    }

    @Test func rulesOfLabelsAndTextsDoWithAllThatComesAfter() throws {
        #expect(try trials() == [])
        #expect(try trials(("min_votes", "30")) == ["labels", "report", "shards"])
        #expect(try trials(("band", "[0.35, 0.6]")) == ["labels", "report", "shards"])
        let text = goodPipeline.replacing("rules: none", with: "rules: $params.rules")
            .replacing("  min_votes: 20", with: "  min_votes: 20\n  rules: none")
        #expect(try trials(("rules", "kcbert-2020"), in: text) == ["clean", "labels", "report", "shards"])
    }

    @Test func otherInputsAndEqualValuesDoNot() throws {
        #expect(try trials(("files", "other/*.tsv")) == [])
        #expect(try trials(("min_votes", "20"), ("band", "[0.4, 0.6]")) == [])
        #expect(try trials(("files", "x"), ("min_votes", "30")) == ["labels", "report", "shards"])
        // Read by a limit of the label stage's checks, and by nothing that makes labels.
        let text = goodPipeline.replacing("at_least: $params.min_votes", with: "at_least: $params.limit")
            .replacing("  min_votes: 20", with: "  min_votes: 20\n  limit: 5")
        #expect(try trials(("limit", "9"), in: text) == [])
    }

    /// If the file gives no rule, that of the command line is the only one.
    @Test func aRuleThatTheFileLeavesOpenIsNotATrial() throws {
        let text = goodPipeline.replacing("min_votes: 20\n", with: "min_votes: 0\n")
            .replacing("at_least: $params.min_votes", with: "at_least: 1")
        #expect(report(text).contains("min_votes"))
        #expect(try trials(("min_votes", "30"), in: text) == [])
    }
}
