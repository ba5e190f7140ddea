import DatasetStages
import Diagnostics
import StageKit
import StageKitTesting
import Testing

struct SaltCheckTests {
    private static func check(_ salt: String, before: String?) throws -> SaltCheck {
        SaltCheck("split", try SplitStage(["salt": .string(salt)]), saltBefore: before)
    }

    @Test(arguments: [nil, "v1"])
    func theFirstSaltAndTheSameOneAreFine(before: String?) throws {
        #expect(try Self.check("v1", before: before).finding(rule: nil) == nil)
    }

    @Test func aNewSaltMakesAnotherSplit() throws {
        #expect(
            try Self.check("v2", before: "v1").finding(rule: nil)
                == .error(
                    "stage 'split': the salt changes from 'v1' to 'v2', which makes another split: comments would "
                        + "move between its sides",
                    hint: "add --new-split if that is meant; the sides under 'v1' are kept"))
    }

    /// Texts that only look the same are different: a separate accent after the letter.
    @Test func saltsAreComparedByTheirBytes() throws {
        #expect(try Self.check("e\u{301}", before: "\u{E9}").finding(rule: nil) != nil)
    }

    @Test func aSaltOfAnotherSplitIsTaken() throws {
        let check = try Self.check("v1", before: nil)
        let finding = check.finding(rule: "{}")
        #expect(
            finding?.message.hasPrefix(
                "stage 'split': the salt 'v1' is already used by another split: {} in the store")
                == true, "\(String(describing: finding))")
        #expect(check.isTaken(by: "{}"))
        #expect(!check.isTaken(by: nil))
    }
}
