/// A scale with round ticks.
///
/// Source: Heckbert, "Nice numbers for graph labels", Graphics Gems (1990), pages 61-63.
package struct Axis {
    package let lower: Double
    package let upper: Double
    package let step: Double
    /// Decimals that tell neighboring ticks apart.
    package let decimals: Int

    /// The smallest axis with round ends that covers the values.
    /// - Parameter ticks: about how many steps are wanted, at least 1.
    package init(covering values: some Sequence<Double>, ticks: Int = 5) {
        let finite = values.filter(\.isFinite)
        var low = finite.min() ?? 0
        var high = finite.max() ?? 1
        if high - low <= max(abs(high) * 1e-12, 1e-200) {
            let pad = abs(high) < 1e-200 ? 1 : abs(high) * 0.1
            low = low >= 0 ? max(0, low - pad) : low - pad
            high += pad
        }
        let step = Axis.niceStep((high - low) / Double(max(1, ticks)))
        self.step = step.value
        decimals = step.decimals
        lower = (low / step.value + 1e-9).rounded(.down) * step.value
        upper = (high / step.value - 1e-9).rounded(.up) * step.value
    }

    package var ticks: [Double] {
        let count = Int(((upper - lower) / step).rounded())
        return (0...max(1, count)).map { lower + Double($0) * step }
    }

    /// 0 ... 1 along the axis.
    package func position(_ value: Double) -> Double { (value - lower) / (upper - lower) }

    package func label(_ tick: Double) -> String {
        let value = abs(tick) < step * 1e-9 ? 0 : tick
        return decimals > 5 ? Numbers.small(value) : Numbers.fixed(value, decimals)
    }

    /// The 1, 2 or 5 times a power of ten nearest above, by ratio, to a rough step.
    private static func niceStep(_ rough: Double) -> (value: Double, decimals: Int) {
        var power = 1.0
        var decimals = 0
        while rough / power >= 10 { power *= 10 }
        while rough / power < 1 {
            decimals += 1
            power = 1 / (0..<decimals).reduce(1.0) { product, _ in product * 10 }
        }
        let fraction = rough / power
        let nice =
            fraction <= 1.0000001 ? 1.0 : fraction <= 2.0000001 ? 2.0 : fraction <= 5.0000001 ? 5.0 : 10.0
        return (nice * power, nice == 10 ? max(0, decimals - 1) : decimals)
    }
}
