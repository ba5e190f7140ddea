/// Canonical ordering and composition of scalar values, for the tables of any version of Unicode.
///
/// Source: Unicode Standard Annex 15.
package enum CanonicalForm {
    /// The runs of marks that are not in canonical order, each with the places of its marks in that order. Marks of the
    /// same class keep their order.
    /// - Parameter combiningClass: that of the scalar value at a place; 0 for a starter.
    package static func reorderings(
        count: Int, combiningClass: (Int) -> UInt32
    ) -> [(run: Range<Int>, order: [Int])] {
        var result: [(run: Range<Int>, order: [Int])] = []
        var start = 0
        while start < count {
            var end = start
            while end < count, combiningClass(end) != 0 { end += 1 }
            if end - start > 1 {
                let order = (start..<end).sorted { (combiningClass($0), $0) < (combiningClass($1), $1) }
                if order != Array(start..<end) { result.append((start..<end, order)) }
            }
            start = end + 1
        }
        return result
    }

    /// NFC of scalar values that are decomposed and in canonical order.
    /// - Parameters:
    ///   - value: the scalar value of an element.
    ///   - combiningClass: that of a scalar value; 0 for a starter.
    ///   - composition: what two scalar values compose to.
    ///   - join: makes an element the composition of itself and a later one.
    package static func composed<Element>(
        _ text: [Element], value: (Element) -> UInt32, combiningClass: (UInt32) -> UInt32,
        composition: (UInt32, UInt32) -> UInt32?,
        join: (_ element: inout Element, _ later: Element, _ whole: UInt32) -> Void
    ) -> [Element] {
        var result: [Element] = []
        var starter: Int?
        var lastClass: UInt32 = 0
        for element in text {
            let ownClass = combiningClass(value(element))
            // Nothing between a starter and a scalar value may keep the two apart.
            if let at = starter, at == result.count - 1 || (lastClass != 0 && lastClass < ownClass),
                let whole = composition(value(result[at]), value(element))
            {
                join(&result[at], element, whole)
                continue
            }
            if ownClass == 0 { starter = result.count }
            lastClass = ownClass
            result.append(element)
        }
        return result
    }
}
