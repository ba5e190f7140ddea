import Charts
import Testing

struct NumbersTests {
    @Test(arguments: [
        (0, "0"), (999, "999"), (1_000, "1,000"), (634_031, "634,031"), (-1_234, "−1,234"),
        (12_345_678, "12,345,678"),
    ])
    func countsAreGrouped(value: Int, expected: String) {
        #expect(Numbers.grouped(value) == expected)
    }

    @Test(arguments: [
        (0.8885, 3, "0.889"), (0.5, 0, "1"), (1_234.5, 1, "1,234.5"), (-0.04, 1, "0.0"), (-0.05, 1, "−0.1"),
        (0.05, 3, "0.050"), (.nan, 2, "–"), (.infinity, 2, "–"), (0.9996, 3, "1.000"),
    ])
    func decimalsAreFixed(value: Double, decimals: Int, expected: String) {
        #expect(Numbers.fixed(value, decimals) == expected)
    }

    @Test(arguments: [
        (0.0, "0%"), (1.0, "100%"), (0.4, "40.0%"), (0.0001, "<0.1%"), (0.9999, ">99.9%"), (0.602, "60.2%"),
        (.nan, "–"),
    ])
    func sharesNeverRoundToAllOrNothing(share: Double, expected: String) {
        #expect(Numbers.percent(share) == expected)
    }

    @Test(arguments: [
        (0.4, "40%"), (0.125, "12.5%"), (1.0 / 3, "33.333%"), (0.6, "60%"), (0.0, "0%"), (1.0, "100%"),
    ])
    func boundsKeepTheirDecimals(bound: Double, expected: String) {
        #expect(Numbers.percentBound(bound) == expected)
    }

    @Test(arguments: [
        (3e-5, "3e−5"), (5e-4, "5e−4"), (0.01, "0.01"), (0.0, "0"), (1.25e-7, "1.25e−7"), (-2e-5, "−2e−5"),
    ])
    func smallNumbersHaveAPower(value: Double, expected: String) {
        #expect(Numbers.small(value) == expected)
    }

    @Test func countsAreSpoken() {
        #expect(Numbers.spoken(1_184_002) == "1.2 million")
        #expect(Numbers.spoken(108_919_298) == "108.9 million")
        #expect(Numbers.spoken(2_000_000) == "2 million")
        #expect(Numbers.spoken(845_312) == "845,000")
        #expect(Numbers.spoken(312) == "312")
    }
}

struct AxisTests {
    @Test(arguments: [
        ([0.0, 1.0], 10, "0.0 0.1 0.2 0.3 0.4 0.5 0.6 0.7 0.8 0.9 1.0"),
        ([0.0, 271.0], 5, "0 100 200 300"), ([0.44, 0.88], 5, "0.4 0.5 0.6 0.7 0.8 0.9"),
        ([0.0, 480.0], 8, "0 100 200 300 400 500"), ([3.0, 3.0], 5, "2.6 2.8 3.0 3.2 3.4"),
        ([-0.3, 0.3], 3, "−0.4 −0.2 0.0 0.2 0.4"), ([0.0, 0.0], 2, "0.0 0.5 1.0"), ([], 2, "0.0 0.5 1.0"),
        ([0.0, 634_031.0], 5, "0 200,000 400,000 600,000 800,000"),
    ])
    func ticksAreRound(values: [Double], ticks: Int, expected: String) {
        let axis = Axis(covering: values, ticks: ticks)
        #expect(axis.ticks.map(axis.label).joined(separator: " ") == expected)
    }

    @Test(arguments: 0..<300 as Range<UInt64>)
    func axisCoversItsValuesWithDistinctTicks(seed: UInt64) {
        var random = Repeatable(state: seed)
        let size = [1e-6, 0.01, 1, 37, 1e5][Int(seed % 5)]
        let values = (0..<4).map { _ in (random.unit() - 0.3) * size }
        let axis = Axis(covering: values, ticks: 5)
        let slack = axis.step * 1e-6
        #expect(values.allSatisfy { $0 >= axis.lower - slack && $0 <= axis.upper + slack }, "seed \(seed)")
        #expect(Set(axis.ticks.map(axis.label)).count == axis.ticks.count, "seed \(seed): \(axis.ticks)")
        #expect((2...12).contains(axis.ticks.count), "seed \(seed): \(axis.ticks.count) ticks")
    }
}

struct TextLayoutTests {
    @Test(arguments: 0..<100 as Range<UInt64>)
    func shownLabelsNeverTouch(seed: UInt64) {
        var random = Repeatable(state: seed)
        let places = (0..<40).map { _ in random.unit() * 500 }.sorted()
        let labels = places.map { (at: $0, text: "에폭 \(Int($0))") }
        let shown = TextLayout.withoutOverlap(labels, size: 12)
        for (left, right) in zip(shown, shown.dropFirst()) {
            let end = left.at + TextLayout.width(left.text, size: 12) / 2
            #expect(end < right.at - TextLayout.width(right.text, size: 12) / 2, "seed \(seed)")
        }
        #expect(shown.first?.at == places.first)
    }

    @Test func tooLongTextsAreCutToTheirRoom() {
        let text = String(repeating: "긴 이름 ", count: 30)
        let cut = TextLayout.fitting(text, width: 100, size: 12)
        #expect(TextLayout.width(cut, size: 12) <= 100)
        #expect(cut.hasSuffix("…"))
        #expect(TextLayout.fitting("short", width: 100, size: 12) == "short")
        #expect(TextLayout.fitting("x", width: 0, size: 12) == "…")
    }
}

/// Numbers that are the same each time.
struct Repeatable {
    var state: UInt64

    mutating func unit() -> Double {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return Double((state ^ (state >> 29)) >> 11) * 0x1p-53
    }
}
