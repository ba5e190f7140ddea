internal import TextBasics

/// Canonical decomposition and composition (Unicode standard annex 15) over placed scalar values.
enum Normalization {
    /// NFD: decomposes, then orders the marks after each starter by their combining class.
    ///
    /// Marks that change places do not take their places in the text with them: `tokenizers` goes through the
    /// text while it goes through the ordered scalar values, and the offsets follow it.
    static func decomposed(_ text: [PlacedScalar], tables: UnicodeTables) -> [PlacedScalar] {
        decomposed(text, tables: tables, parts: tables.decomposition)
    }

    /// The same with other decompositions.
    /// - Parameter parts: the full decomposition of a scalar value; nil: itself.
    static func decomposed(
        _ text: [PlacedScalar], tables: UnicodeTables, parts decomposition: (UInt32) -> [UInt32]?
    ) -> [PlacedScalar] {
        var result: [PlacedScalar] = []
        result.reserveCapacity(text.count)
        var isLaterPart: [Bool] = []
        for scalar in text {
            let parts = decomposition(scalar.value) ?? [scalar.value]
            for (index, part) in parts.enumerated() {
                result.append(PlacedScalar(part, start: scalar.start, end: scalar.end))
                isLaterPart.append(index > 0)
            }
        }
        let reorderings = CanonicalForm.reorderings(count: result.count) { at in
            tables.combiningClasses[result[at].value]
        }
        for (run, order) in reorderings { reorder(&result, run, order, isLaterPart) }
        return result
    }

    /// NFC of scalar values that are already decomposed and ordered.
    static func composed(_ text: [PlacedScalar], tables: UnicodeTables) -> [PlacedScalar] {
        CanonicalForm.composed(
            text, value: \.value, combiningClass: { tables.combiningClasses[$0] },
            composition: tables.composition,
            join: { scalar, later, whole in
                scalar = PlacedScalar(
                    whole, start: min(scalar.start, later.start), end: max(scalar.end, later.end))
            })
    }

    private static func reorder(
        _ text: inout [PlacedScalar], _ run: Range<Int>, _ order: [Int], _ isLaterPart: [Bool]
    ) {
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
