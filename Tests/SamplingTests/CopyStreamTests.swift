import Sampling
import Testing

struct CopyStreamTests {
    private func originals(_ texts: [String], rule: NearDuplicateRule = NearDuplicateRule()) -> [Int?] {
        var stream = CopyStream(rule)
        return texts.map { text in Array(text.utf8).withUnsafeBytes { stream.add($0) } }
    }

    @Test func aCopyIsNamedByTheFirstTextThatItRepeats() {
        #expect(
            originals(["둘로 나뉜 Comment", "other", "둘로나뉜 comment", "둘로 나뉜 Comment", "OTHER", "third"])
                == [nil, nil, 1, 1, 2, nil])
    }

    @Test func nearCopiesAreCopies() {
        let text = "이 기사에 대한 의견은 모두가 같을 수는 없다고 생각합니다"
        #expect(originals([text, text + "!", "이 기사는 모두가 읽어야 할 만한 기사라고 생각합니다"]) == [nil, 1, nil])
    }

    @Test func aRowWithoutATextCounts() {
        var stream = CopyStream(NearDuplicateRule())
        func add(_ text: String) -> Int? { Array(text.utf8).withUnsafeBytes { stream.add($0) } }
        #expect(add("one text") == nil)
        stream.skip()
        #expect(add("another") == nil && add("another") == 3)
        #expect(stream.count == 4)
    }

    /// What the stream calls copies are copies when all texts are known, and each cluster has a copy in the stream.
    @Test(arguments: 0..<30 as Range<UInt64>)
    func itAgreesWithTheFinderOfAllTexts(seed: UInt64) {
        var random = SplitMix64(seed: seed)
        let words = (0..<6).map { _ in
            String((0..<8).map { _ in "가나다라마바사아".randomElement(using: &random) ?? "가" })
        }
        let texts = (0..<60).map { _ in
            (0..<4).map { _ in words.randomElement(using: &random) ?? "" }.joined(separator: " ")
                + (Bool.random(using: &random) ? "" : "!")
        }
        let found = originals(texts)
        let clusters = CopyFinderTests.clusters(texts.enumerated().map { (Int64($0 + 1), $1) })
        var clusterOf: [Int: Int64] = [:]
        for (name, members) in clusters { for member in members { clusterOf[Int(member)] = name } }
        for (index, original) in found.enumerated() {
            if let original {
                #expect(
                    clusterOf[index + 1] != nil && clusterOf[index + 1] == clusterOf[original],
                    "seed \(seed), row \(index + 1)")
            }
        }
        for (_, members) in clusters {
            let later = members.map(Int.init).sorted().dropFirst()
            #expect(later.contains { found[$0 - 1] != nil }, "seed \(seed)")
        }
    }
}
