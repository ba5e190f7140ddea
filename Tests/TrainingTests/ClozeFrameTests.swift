import Testing
import Training

/// Texts of rows that are set into a sentence.
struct ClozeFrameTests {
    private func frame(
        before: [Int32] = [10], after: [Int32] = [20, 4, 21], mask: ClozeFrame.MaskPlace = .after(1),
        maxTokens: Int = 10
    ) throws -> ClozeFrame {
        try ClozeFrame(
            opening: 1, closing: 1, before: before, after: after, mask: mask, maxTokens: maxTokens)
    }

    @Test func aTextStandsInItsPlaceBehindTheRowsBefore() throws {
        var ids: [Int32] = [2, 50, 3, 2, 51, 52, 3]
        let mask = try frame().fill(&ids, rowFrom: 3)
        #expect(ids == [2, 50, 3, 2, 10, 51, 52, 20, 4, 21, 3])
        #expect(mask == 8)
    }

    @Test func aMaskedWordCanStandInFrontOfTheText() throws {
        var ids: [Int32] = [2, 51, 52, 3]
        let mask = try frame(before: [10, 4], after: [], mask: .before(1)).fill(&ids, rowFrom: 0)
        #expect(ids == [2, 10, 4, 51, 52, 3])
        #expect(mask == 2)
    }

    /// The sentence, the masked word and the special tokens stay; the text loses what is at its end.
    @Test(arguments: [(4, false), (5, true), (30, true)])
    func aLongTextLosesItsEnd(tokens: Int, isCut: Bool) throws {
        let text = (0..<Int32(tokens)).map { 100 + $0 }
        var ids = [2] + text + [3]
        let frame = try frame()
        #expect(frame.room == 4)
        #expect(frame.cuts(rowOf: ids.count) == isCut)
        let mask = frame.fill(&ids, rowFrom: 0)
        #expect(ids == [2, 10, 100, 101, 102, 103, 20, 4, 21, 3])
        #expect(ids[mask] == 4)
    }

    @Test func anEmptyTextLeavesTheSentence() throws {
        var ids: [Int32] = [2, 3]
        #expect(try frame().fill(&ids, rowFrom: 0) == 3)
        #expect(ids == [2, 10, 20, 4, 21, 3])
    }

    @Test func aSentenceThatLeavesNoTokenIsRefused() throws {
        #expect(try frame(maxTokens: 7).room == 1)
        #expect(throws: TrainingError.self) { try frame(maxTokens: 6) }
    }
}
