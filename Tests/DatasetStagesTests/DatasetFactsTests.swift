import DatasetStages
import StageKit
import Testing
import VoteModel

struct DatasetFactsTests {
    private func artifact(_ locator: JSONValue) -> InputArtifact {
        InputArtifact(
            stage: "labels", kind: "label", type: "labels-v1", path: "/nowhere", digest: "", locator: locator)
    }

    private let cut = LedgerCut(sources: ["a", "b"], position: 12, digest: "d1", asOf: 1_759_276_800)

    @Test func whatIsHandedOnIsReadBack() throws {
        var facts = DatasetFacts(cut: cut)
        facts.clean = ["rules": "kcbert-2020", "min_chars": 1]
        facts.labelSet = "f00d"
        facts.rule = ["min_votes": 20]
        facts.salt = "v1"
        let read = try DatasetFacts(artifact(facts.locator))
        #expect(read.cut == cut)
        #expect(read.clean == facts.clean && read.rule == facts.rule)
        #expect(read.labelSet == "f00d" && read.salt == "v1")
        #expect(read.cleanRules == "kcbert-2020")
        #expect(read.locator == facts.locator)
    }

    @Test func whatIsNotKnownYetStaysUnknown() throws {
        let read = try DatasetFacts(
            artifact(DatasetFacts(cut: LedgerCut(sources: ["a"], position: 0, digest: "d")).locator))
        #expect(read.cut.asOf == nil && read.clean == nil && read.labelSet == nil && read.rule == nil)
        #expect(read.salt == nil)
        #expect(read.cleanRules == "none")
    }

    @Test func aResultThatDoesNotSayItsCommentsIsRefusedByName() {
        for locator: JSONValue in [.null, ["sources": ["a"]], ["sources": ["a"], "position": 1]] {
            #expect {
                try DatasetFacts(artifact(locator))
            } throws: { error in
                (error as? StageError)?.hint == "run that stage again with --force labels"
            }
        }
    }
}
