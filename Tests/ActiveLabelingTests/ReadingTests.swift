import ActiveLabeling
import Testing

struct ReadingMixtureTests {
    private static func counts(_ text: String, total: Int? = nil) throws -> [Int] {
        try ReadingMixture(text, total: total).parts.map(\.count)
    }

    @Test func numbersAreCountsOrProportions() throws {
        #expect(try Self.counts("uncertainty=50,border=30,random=20") == [50, 30, 20])
        #expect(try Self.counts("uncertainty=50,border=30,random=20", total: 7) == [4, 2, 1])
        #expect(try Self.counts("border, random") == [50, 50])
        #expect(try Self.counts("uncertainty,border,random", total: 10) == [4, 3, 3])
        #expect(try Self.counts("uncertainty,border,random", total: 2) == [1, 1, 0])
    }

    @Test(arguments: 1...60)
    func allOfATotalIsGivenOut(total: Int) throws {
        let parts = try ReadingMixture("wrong=7,border=2,random=3", total: total).parts
        #expect(parts.reduce(0) { $0 + $1.count } == total)
        for (part, weight) in zip(parts, [7.0, 2, 3]) {
            #expect(abs(Double(part.count) - Double(total) * weight / 12) < 1)
        }
    }

    @Test(arguments: [
        ("certainty=5", "there is no strategy 'certainty'"), ("border,border", "'border' is named twice"),
        ("border=0", "'border' is to choose '0' comments; 1 ... 100000 are possible"),
        ("border=x", "'border' is to choose 'x' comments; 1 ... 100000 are possible"),
        ("border=5,random", "some strategies have a number and others have none"),
        ("", "there is no strategy ''"),
    ])
    func whatIsNoMixtureIsRefused(text: String, message: String) {
        let error = #expect(throws: ReadingProblem.self) { try ReadingMixture(text, total: nil) }
        #expect(error?.description == message)
    }
}

struct ReadingPickerTests {
    private static let texts: [Int64: String] = [
        1: "정부는 담배값을 올리지 말아야 한다고 생각합니다", 2: "정부는 담배값을 올리지 말아야 한다고 생각합니다!",
        3: "축구 대표팀이 어제 경기에서 크게 이겼다", 4: "오늘은 비가 오고 바람이 많이 분다", 5: "물가가 올라서 장보기가 무섭다",
    ]

    private static func take(_ ids: [Int64]) -> [Int64: [UInt8]] {
        Dictionary(uniqueKeysWithValues: ids.compactMap { id in texts[id].map { (id, Array($0.utf8)) } })
    }

    @Test func aCommentIsTakenOnceAndOfNearCopiesOne() {
        var picker = ReadingPicker()
        #expect(picker.take(2, by: .random, from: [3, 1], texts: Self.take) == 2)
        #expect(picker.take(5, by: .border, from: [1, 2, 3, 4, 6, 5], texts: Self.take) == 2)
        #expect(picker.picks.map(\.comment) == [3, 1, 4, 5])
        #expect(picker.picks.map(\.strategy) == [.random, .random, .border, .border])
        #expect(picker.copies == 1)
    }

    @Test func whatWasReadBeforeDoesNotComeAgain() {
        var picker = ReadingPicker()
        picker.exclude(2, text: Array((Self.texts[2] ?? "").utf8))
        #expect(picker.take(9, by: .wrong, from: [1, 2, 3, 4, 5], texts: Self.take) == 3)
        #expect(picker.picks.map(\.comment) == [3, 4, 5] && picker.copies == 1)
    }

    /// Letters that have no run of three in common with those of other numbers, but by chance.
    private static func unique(_ number: Int64) -> [UInt8] {
        var state = UInt64(bitPattern: number) &+ 0x9E37_79B9_7F4A_7C15
        return (0..<20).map { _ in
            state = (state ^ (state >> 30)) &* 0xBF58_476D_1CE4_E5B9
            return 0x61 + UInt8((state >> 40) % 26)
        }
    }

    @Test func longRankingsAreReadInBlocks() {
        var picker = ReadingPicker()
        var asked: [Int] = []
        let found = picker.take(300, by: .random, from: Array(1...2_000)) { ids in
            asked.append(ids.count)
            return Dictionary(uniqueKeysWithValues: ids.map { ($0, Self.unique($0)) })
        }
        #expect(found == 300 && asked == [256, 256])
        #expect(picker.picks.map(\.comment) == Array(1...300))
    }
}
