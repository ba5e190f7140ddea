/// Text on its way through the normalizers of a `tokenizer.json`: each scalar value with the bytes that it stands for.
///
/// Which bytes those are follows `tokenizers`: what is put in stands where the scalar value in front of it does, and what is
/// taken out stands nowhere.
///
/// Source: normalizer.rs of huggingface/tokenizers, `NormalizedString`.
struct AlignedText {
    var scalars: [PlacedScalar]

    var values: [UInt32] { scalars.map(\.value) }

    /// Puts other scalar values in place of all.
    /// - Parameter changed: each with how many more there are by it: 1 for one that is put in, -n where n behind it are
    ///   taken out.
    mutating func transform(_ changed: [(value: UInt32, change: Int)]) {
        var result: [PlacedScalar] = []
        result.reserveCapacity(changed.count)
        var at = 0
        for (value, change) in changed {
            if change > 0 {
                let before = at > 0 ? scalars[at - 1] : PlacedScalar(0, start: 0, end: 0)
                result.append(PlacedScalar(value, start: before.start, end: before.end))
            } else {
                result.append(PlacedScalar(value, start: scalars[at].start, end: scalars[at].end))
                at += 1 - change
            }
        }
        scalars = result
    }

    /// Puts scalar values in place of others, at the place of the last of those.
    mutating func replace(_ range: Range<Int>, with values: [UInt32]) {
        guard let last = scalars[range].last else { return }
        scalars.replaceSubrange(
            range, with: values.map { PlacedScalar($0, start: last.start, end: last.end) })
    }

    /// Puts scalar values in front, at the place of the first; nothing in front of nothing.
    mutating func prepend(_ values: [UInt32]) {
        guard let first = scalars.first else { return }
        scalars = values.map { PlacedScalar($0, start: first.start, end: first.end) } + scalars
    }
}
