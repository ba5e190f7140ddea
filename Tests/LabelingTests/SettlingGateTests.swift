import Labeling
import Testing
import VoteModel

struct SettlingGateTests {
    let gate = SettlingGate(age: 72 * 3600)

    func readings(createdAt: Int64? = 1_000, first: Int64 = 2_000, last: Int64 = 3_000, changed: Bool = true)
        -> SettlingGate.Readings
    {
        SettlingGate.Readings(createdAt: createdAt, first: first, last: last, changed: changed)
    }

    @Test func aCommentIsSettledFromTheAgeOn() {
        #expect(!gate.isSettled(readings(), at: 1_000 + 72 * 3600 - 1))
        #expect(gate.isSettled(readings(), at: 1_000 + 72 * 3600))
    }

    @Test func countsThatRestSettleAYoungComment() {
        #expect(gate.isSettled(readings(changed: false), at: 3_000))
        #expect(!gate.isSettled(readings(changed: true), at: 3_000))
    }

    @Test func ageCountsFromTheFirstReadingWhereTheSourceGivesNoDate() {
        let unknown = readings(createdAt: nil)
        #expect(!gate.isSettled(unknown, at: 2_000 + 72 * 3600 - 1))
        #expect(gate.isSettled(unknown, at: 2_000 + 72 * 3600))
        // A date after the first reading is the source's mistake.
        #expect(readings(createdAt: 9_000).birth == 2_000)
    }

    @Test func withoutAMomentTheLastReadingDecides() {
        #expect(!gate.isSettled(readings(last: 1_000 + 72 * 3600 - 1), at: nil))
        #expect(gate.isSettled(readings(last: 1_000 + 72 * 3600), at: nil))
    }

    @Test func aCommentNotYetBornAtTheCutIsYoungAndAnAgeOfNothingSettlesAll() {
        #expect(!gate.isSettled(readings(createdAt: nil, first: 5_000), at: 4_000))
        #expect(!gate.isSettled(readings(createdAt: .max, first: .max), at: .min))
        #expect(gate.isSettled(readings(createdAt: .min), at: .max))
        #expect(SettlingGate(age: 0).isSettled(readings(), at: 3_000))
    }

    @Test func theFirstReadingChangesFromNoVotes() {
        let some = VoteCount(up: 2, down: 1)
        #expect(SettlingGate.changed(from: nil, to: some))
        #expect(!SettlingGate.changed(from: nil, to: VoteCount(up: 0, down: 0)))
        #expect(!SettlingGate.changed(from: some, to: some))
        #expect(
            SettlingGate.changed(from: some, to: VoteCount(up: 1, down: 1)), "fewer votes are a change too")
    }

    @Test func theRuleGivesTooFewVotesBeforeUnsettled() {
        let rule = ControversyRule(minVotes: 10)
        #expect(rule.verdict(for: VoteCount(up: 4, down: 5), settled: false) == .abstain(.tooFewVotes))
        #expect(rule.verdict(for: VoteCount(up: 5, down: 5), settled: false) == .abstain(.unsettled))
    }
}
