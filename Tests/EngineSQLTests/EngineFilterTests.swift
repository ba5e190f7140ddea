import Diagnostics
import EngineSQL
import Labeling
import StageKit
import Testing
import VoteModel

struct EngineFilterTests {
    @Test(arguments: ["", "plain", "100 % %25 %09", "a\tb\nc\rd", "%", "끝%0A"])
    func fieldsHoldAnyText(text: String) {
        let field = Array(text.utf8).withUnsafeBytes { EngineField.bytes(of: $0) }
        #expect(!field.contains { [0x09, 0x0A, 0x0D].contains($0) })
        let back = field.withUnsafeBytes { EngineField.plain($0) }
        #expect(String(decoding: back, as: UTF8.self) == text)
    }

    @Test func wordsOfOtherVersionsAreRefused() {
        func message(_ words: String...) -> String {
            do {
                _ = try EngineFilter(words)
                return "taken"
            } catch {
                return error.findings[0].plain
            }
        }
        #expect(message("clean", "kcbert-2020+entities+nfc") == "taken")
        #expect(
            message("clean", "kcbert-1999") == """
                'kcbert-1999' names no rules that clean texts
                hint: write the project again with this version: splitvote export --engine
                """)
        #expect(
            message("copies", "two_per_side").hasPrefix("splitvote engine takes clean RULES, verdicts RULE"))
    }

    private func entry(_ source: String, _ up: Int32, _ down: Int32, settled: Bool = true)
        -> VerdictTable.Entry
    {
        VerdictTable.Entry(source: source, up: up, down: down, isSettled: settled, comments: 40)
    }

    @Test func verdictsAreThoseOfTheRule() throws {
        let rule: JSONValue = [
            "min_votes": 10, "controversial": [.number(0.4), .number(0.6)], "confidence": .number(0.5),
            "uncontroversial": ["at_most": .number(0.2), "at_least": .number(0.8)],
        ]
        let table = try VerdictTable(parameters: rule, [])
        #expect(table.row(of: entry("a", 4, 4)).verdict == .abstain(.tooFewVotes))
        #expect(table.row(of: entry("a", 30, 30)).verdict == .controversial)
        #expect(table.row(of: entry("a", 30, 30, settled: false)).verdict == .abstain(.unsettled))
        #expect(table.row(of: entry("a", 6, 4)).verdict == .abstain(.unsure))
        let row = table.row(of: entry("a", 95, 5))
        #expect(row.verdict == .uncontroversial && row.weight ?? 0 > 0.99 && row.probability < 0.001)
    }

    @Test func priorsAreFittedToEachSource() throws {
        let rule: JSONValue = [
            "min_votes": 10, "controversial": [.number(0.4), .number(0.6)], "confidence": .number(0.5),
            "uncontroversial": ["at_most": .number(0.2), "at_least": .number(0.8)],
            "prior": ["per": "source"],
        ]
        let even = (0..<20).map { entry("even", 10 + $0 % 2, 10) }
        let agreed = (0..<20).map { entry("agreed", 20, $0 % 2) }
        let table = try VerdictTable(parameters: rule, even + agreed)
        #expect(table.row(of: entry("even", 6, 4)).probability > 0.9)
        #expect(table.row(of: entry("agreed", 6, 4)).probability < 0.5)
        #expect(table.row(of: entry("unknown", 6, 4)).probability > 0.3)
    }

    @Test func aShareOfTheTopIsOneOfAllSettledComments() throws {
        let rule: JSONValue = [
            "min_votes": 10, "by": "minority", "top": .number(0.25),
            "uncontroversial": ["at_most": .number(0.2), "at_least": .number(0.8)],
        ]
        let entries = [
            entry("a", 20, 10), entry("a", 20, 9), entry("a", 20, 8), entry("a", 20, 7),
            entry("a", 90, 80, settled: false),
        ]
        let table = try VerdictTable(parameters: rule, entries)
        #expect(
            entries.map { table.row(of: $0).verdict == .controversial } == [true, false, false, false, false])
    }
}
