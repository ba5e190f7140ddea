import Sampling
import Testing
import VoteModel

struct SplitRuleTests {
    static let usual: [SplitRule.Share] = [.init(.train, 0.8), .init(.dev, 0.1), .init(.test, 0.1)]

    // Made with Python: (int.from_bytes(sha256(salt + b"\x1f" + key).digest()[:8], "big") >> 11) / 2**53.
    static let positions: [(String, String, Double)] = [
        ("v1", "naver-news:437/0000459026", 0.48814961982669636),
        ("2025a", "a", 0.7259397886076484),
        ("", "댓글", 0.7172515422039397),
        ("v1", "b", 0.12069611846977546),
    ]

    @Test(arguments: positions)
    func anyoneCanRecomputeThePosition(salt: String, key: String, expected: Double) throws {
        let assignment = try SplitRule(method: .hash(shares: Self.usual), salt: salt).assignment()
        #expect(Array(key.utf8).withUnsafeBytes { assignment.position(ofGroup: $0) } == expected)
    }

    @Test func sidesGetTheirShares() throws {
        let assignment = try SplitRule(method: .hash(shares: Self.usual), salt: "v1").assignment()
        var counts = [0, 0, 0]
        for group in 0..<1000 { counts[assignment.side(ofGroup: "news:\(group)")] += 1 }
        #expect(counts == [807, 85, 108])  // as counted with Python's hashlib
        #expect(assignment.sides == Side.usual)
    }

    @Test func sharesAreCutInTheOrderWritten() throws {
        let other = [SplitRule.Share](Self.usual.reversed())
        let assignment = try SplitRule(method: .hash(shares: other), salt: "v1").assignment()
        let usual = try SplitRule(method: .hash(shares: Self.usual), salt: "v1").assignment()
        for group in 0..<1000 {
            let key = "news:\(group)"
            let position = Array(key.utf8).withUnsafeBytes { usual.position(ofGroup: $0) }
            #expect(assignment.side(ofGroup: key) == (position < 0.1 ? 0 : position < 0.2 ? 1 : 2))
        }
    }

    @Test func anySideMayBeNamed() throws {
        let rule = SplitRule(method: .hash(shares: [.init("all", 1)]), grouping: .author, salt: "x")
        #expect(try rule.assignment().side(ofGroup: "someone") == 0)
        #expect(rule.sides.map(\.name) == ["all"])
    }

    @Test func momentsAreCutAtDates() throws {
        let rule = SplitRule(method: .time(sides: Side.usual, cuts: [100, 200]), salt: "")
        let assignment = try rule.assignment()
        #expect([Int64.min, 99, 100, 199, 200, .max].map { assignment.side(at: $0) } == [0, 0, 1, 1, 2, 2])
        #expect(assignment.isByTime)
    }

    static let problems: [(SplitRule.Method, SplitProblem)] = [
        (.hash(shares: []), .noSides),
        (.hash(shares: [.init(.train, 0.5), .init(.train, 0.5)]), .repeatedSide(.train)),
        (.hash(shares: [.init(.train, 0.8), .init(.test, 0.3)]), .sharesDoNotAddUp(1.1)),
        (.hash(shares: [.init(.train, 0.8), .init(.test, 0.1999)]), .sharesDoNotAddUp(0.9999)),
        (.hash(shares: [.init(.train, 1), .init(.test, 0)]), .shareOutOfRange(.test, 0)),
        (.hash(shares: [.init(.train, 1.5), .init(.test, -0.5)]), .shareOutOfRange(.train, 1.5)),
        (.time(sides: Side.usual, cuts: [1]), .cutsDoNotFit(cuts: 1, sides: 3)),
        (.time(sides: Side.usual, cuts: [2, 2]), .cutsNotRising(2, 2)),
    ]

    @Test(arguments: problems)
    func rulesThatCannotBeMeantAreRefused(method: SplitRule.Method, expected: SplitProblem) {
        #expect(throws: expected) { try SplitRule(method: method, salt: "v1").assignment() }
    }

    @Test func tenTenthsAddUp() throws {
        let shares = (0..<10).map { SplitRule.Share(Side("s\($0)"), 0.1) }
        let assignment = try SplitRule(method: .hash(shares: shares), salt: "v1").assignment()
        #expect((0..<500).allSatisfy { (0..<10).contains(assignment.side(ofGroup: "g\($0)")) })
    }

    @Test func messagesSayWhatIsAllowed() {
        #expect(SplitProblem.sharesDoNotAddUp(0.9).description == "the shares add to 0.9; they must add to 1")
        #expect(
            SplitProblem.repeatedSide(.dev).description
                == "the side 'dev' is named twice; name each side once")
    }
}
