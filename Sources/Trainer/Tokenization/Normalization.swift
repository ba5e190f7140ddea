/// Canonical decomposition and composition (Unicode standard annex 15) over placed scalar values.
enum Normalization {
    /// NFD: decomposes, then orders the marks after each starter by their combining class.
    ///
    /// Marks that change places do not take their places in the text with them: `tokenizers` goes through the
    /// text while it goes through the ordered scalar values, and the offsets follow it.
    static func decomposed(_ text: [PlacedScalar], tables: UnicodeTables) -> [PlacedScalar] {
        var result: [PlacedScalar] = []
        result.reserveCapacity(text.count)
        var isLaterPart: [Bool] = []
        for scalar in text {
            let parts = tables.decomposition(of: scalar.value) ?? [scalar.value]
            for (index, part) in parts.enumerated() {
                result.append(PlacedScalar(part, start: scalar.start, end: scalar.end))
                isLaterPart.append(index > 0)
            }
        }
        var at = 0
        while at < result.count {
            var end = at
            while end < result.count, tables.combiningClasses[result[end].value] != 0 { end += 1 }
            if end - at > 1 { order(&result, at..<end, isLaterPart, tables: tables) }
            at = end + 1
        }
        return result
    }

    /// NFC of scalar values that are already decomposed and ordered.
    static func composed(_ text: [PlacedScalar], tables: UnicodeTables) -> [PlacedScalar] {
        var result: [PlacedScalar] = []
        var starter: Int?
        var lastClass: UInt32 = 0
        for scalar in text {
            let combining = tables.combiningClasses[scalar.value]
            if let at = starter, isReachable(at, result.count, lastClass, combining),
                let composed = tables.composition(result[at].value, scalar.value)
            {
                result[at].value = composed
                result[at].start = min(result[at].start, scalar.start)
                result[at].end = max(result[at].end, scalar.end)
                continue
            }
            if combining == 0 { starter = result.count }
            lastClass = combining
            result.append(scalar)
        }
        return result
    }

    /// Whether nothing between a starter and the next scalar value keeps the two from composing.
    private static func isReachable(_ starter: Int, _ count: Int, _ last: UInt32, _ next: UInt32) -> Bool {
        starter == count - 1 || (last != 0 && last < next)
    }

    private static func order(
        _ text: inout [PlacedScalar], _ run: Range<Int>, _ isLaterPart: [Bool], tables: UnicodeTables
    ) {
        func combiningClass(_ at: Int) -> UInt32 { tables.combiningClasses[text[at].value] }
        let order = run.sorted { (combiningClass($0), $0) < (combiningClass($1), $1) }
        guard order != Array(run) else { return }
        let values = order.map { (text[$0].value, isLaterPart[$0]) }
        var places = run.filter { !isLaterPart[$0] }.map { (text[$0].start, text[$0].end) }[...]
        for (at, (value, isLater)) in zip(run, values) {
            text[at].value = value
            if isLater, at > 0 {
                (text[at].start, text[at].end) = (text[at - 1].start, text[at - 1].end)
            } else if let place = places.popFirst() {
                (text[at].start, text[at].end) = place
            }
        }
    }
}
