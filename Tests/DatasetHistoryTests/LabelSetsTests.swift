import DatasetHistory
import Diagnostics
import RunStore
import StageKit
import Testing

/// A label set with this id; nothing else in it matters.
func labelSet(
    _ id: String, isPromoted: Bool = false, counts: [String: Int] = [:], asOf: Int64? = nil
) -> LabelSetSummary {
    LabelSetSummary(
        id: id, pipeline: "news", rule: ["min_votes": 20], clean: .null, sources: ["naver", "daum"],
        ledgerPosition: 3, asOf: asOf, counts: counts, run: "r1", createdAt: "2025-11-21T07:16:44.123Z",
        isPromoted: isPromoted)
}

struct LabelSetsTests {
    private static let sets = [labelSet("ab12"), labelSet("ab34", isPromoted: true), labelSet("cd56")]

    private static func find(_ name: String, previous: String? = nil) throws -> String {
        try LabelSets.find(name, in: sets, previous: { previous }).id
    }

    @Test(arguments: [
        ("latest", "ab12"), ("promoted", "ab34"), ("previous", "cd56"), ("cd56", "cd56"), ("cd", "cd56"),
        ("ab1", "ab12"),
    ])
    func aSetIsFoundByItsNameItsIdOrItsBeginning(name: String, id: String) throws {
        #expect(try Self.find(name, previous: "cd56") == id)
    }

    @Test func anIdThatOthersBeginWithIsStillFound() throws {
        let sets = [labelSet("ab"), labelSet("abc")]
        #expect(try LabelSets.find("ab", in: sets, previous: { nil }).id == "ab")
    }

    @Test(arguments: [
        ("ab", "2 label sets begin with 'ab'"), ("x", "there is no label set 'x'"),
        ("", "there is no label set ''"), ("previous", "no label set was promoted before the present one"),
    ])
    func whatIsNotFoundIsSaid(name: String, message: String) {
        let error = #expect(throws: DiagnosticsError.self) { try Self.find(name) }
        #expect(error?.findings.map(\.message) == [message])
    }

    @Test func aStoreWithoutSetsSaysSo() {
        let error = #expect(throws: DiagnosticsError.self) {
            try LabelSets.find("latest", in: [], previous: { nil })
        }
        #expect(error?.findings.first?.hint == "no label stage has run yet")
    }
}

struct LabelSetTextTests {
    private static let counts = ["controversial": 1200, "uncontroversial": 3, "unsure": 4, "in_between": 0]

    @Test func allButTheTwoClassesIsAbstained() {
        let sets = [labelSet("ab12", isPromoted: true, counts: Self.counts)]
        #expect(
            LabelSetText.list(sets) == [
                "set             made              controversial  uncontroversial  abstained  rule",
                #"ab12  promoted  2025-11-21T07:16          1,200                3          4  {"min_votes":20}"#,
            ])
    }

    @Test func countsOfNothingAreLeftOut() {
        #expect(
            LabelSetText.lines(labelSet("ab12", counts: Self.counts, asOf: 0), rows: "/a/labels, packed") == [
                "label set  ab12 of news", "made       2025-11-21T07:16:44.123Z by run r1",
                #"rule       {"min_votes":20}"#, "clean      null",
                "sources    naver, daum at ledger position 3", "as of      1970-01-01T00:00:00Z",
                "           controversial 1,200", "           uncontroversial 3", "           unsure 4",
                "rows       /a/labels, packed",
            ])
    }

    @Test func anotherSetHasItsOwnFormat() {
        #expect(LabelSetText.json(labelSet("ab12"))["format"] == "splitvote-label-set")
        let listed = LabelSetText.json([labelSet("ab12", isPromoted: true)])["label_sets"]?.arrayValue
        #expect(listed?.first?["promoted"] == true && listed?.first?["format"] == nil)
    }
}
