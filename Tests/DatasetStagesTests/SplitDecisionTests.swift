import DatasetStages
import Diagnostics
import StageKit
import StageKitTesting
import Testing

struct SplitDecisionTests {
    private static func decision(_ salt: String) throws -> any StandingDecision {
        try #require(try SplitStage(["salt": .string(salt)]).standingDecision)
    }

    /// What is wrong with a salt where the store has no split under it.
    private static func problem(_ salt: String, before: String?) throws -> StageProblem? {
        try decision(salt).problem(standing: nil, parameters: before.map { ["salt": .string($0)] })
    }

    @Test(arguments: [nil, "v1"])
    func theFirstSaltAndTheSameOneAreFine(before: String?) throws {
        #expect(try Self.problem("v1", before: before) == nil)
    }

    @Test func aNewSaltMakesAnotherSplit() throws {
        #expect(
            try Self.problem("v2", before: "v1")
                == StageProblem(
                    "salt",
                    "the salt changes from 'v1' to 'v2', which makes another split: comments would move between its "
                        + "sides",
                    hint: "add --new-split if that is meant; the sides under 'v1' are kept"))
    }

    /// Texts that only look the same are different: a separate accent after the letter.
    @Test func saltsAreComparedByTheirBytes() throws {
        #expect(try Self.problem("e\u{301}", before: "\u{E9}") != nil)
    }

    @Test func aSaltOfAnotherSplitIsTaken() throws {
        let decision = try Self.decision("v1")
        #expect(decision.name == "v1")
        let problem = decision.problem(standing: "{}", parameters: nil)
        #expect(
            problem?.message.hasPrefix(
                "the salt 'v1' is already used by another split: {} in the store") == true,
            "\(String(describing: problem))")
        #expect(decision.contradicts("{}"))
    }

    @Test func whatFollowsFromTheRowsStandsUnderNoSalt() throws {
        let decision = try #require(try SplitStage(["method": "given"]).standingDecision)
        #expect(!decision.contradicts("{}"))
        #expect(decision.problem(standing: "{}", parameters: nil) == nil)
    }

    @Test func onlyASplitDecidesForGood() throws {
        #expect(try SampleStage([:]).standingDecision == nil)
    }
}
