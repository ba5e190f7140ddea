/// The shingles of a text: its runs of n code points, each as one number.
struct Shingles {
    /// Code points in a shingle.
    let length: Int

    /// Calls `body` with each shingle, repeated ones repeatedly.
    ///
    /// Up to three code points are packed into the number as they are, so that equal numbers are equal
    /// shingles; more are hashed to 64 bits.
    ///
    /// - Returns: whether the text was long enough to have any.
    @inline(__always)
    func forEach(in text: UnsafeRawBufferPointer, _ body: (UInt64) -> Void) -> Bool {
        var window = (UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0), UInt64(0))
        return withUnsafeMutableBytes(of: &window) { raw in
            let ring = raw.bindMemory(to: UInt64.self)
            var count = 0
            var packed: UInt64 = 0
            let mask: UInt64 = length == 3 ? ~0 >> 1 : length == 2 ? 1 << 42 - 1 : 1 << 21 - 1
            for scalar in CodePoints(text) {
                count += 1
                if length <= 3 {
                    packed = (packed << 21 | UInt64(scalar)) & mask
                    if count >= length { body(packed) }
                } else {
                    ring[(count - 1) & 7] = UInt64(scalar)
                    guard count >= length else { continue }
                    var hash: UInt64 = 0
                    for back in 0..<length { hash = mixed(hash ^ ring[(count - 1 - back) & 7]) }
                    body(hash)
                }
            }
            return count >= length
        }
    }

    /// The set of a text's shingles as a rising list.
    func set(of text: UnsafeRawBufferPointer) -> [UInt64] {
        var all: [UInt64] = []
        all.reserveCapacity(text.count)
        _ = forEach(in: text) { all.append($0) }
        all.sort()
        var kept = 0
        for at in all.indices where at == 0 || all[at] != all[at - 1] {
            all[kept] = all[at]
            kept += 1
        }
        all.removeLast(all.count - kept)
        return all
    }

    /// The Jaccard index of two rising lists; 0 for two empty ones.
    static func similarity(_ one: [UInt64], _ other: [UInt64]) -> Double {
        var shared = 0
        var left = 0
        var right = 0
        while left < one.count, right < other.count {
            let a = one[left]
            let b = other[right]
            if a == b { shared += 1 }
            left += a <= b ? 1 : 0
            right += b <= a ? 1 : 0
        }
        let union = one.count + other.count - shared
        return union == 0 ? 0 : Double(shared) / Double(union)
    }
}
