/// A set of comments written down as the differences of their rising ids, in runs: first id and length of each run of
/// consecutive ids, as variable-length integers of seven bits a byte, low bits first. The new comments of a file have
/// consecutive ids, so that a file of any size takes a few bytes for them.
package struct CommentSet {
    package private(set) var runs: [ClosedRange<Int64>] = []

    package init() {}

    /// - Parameter ids: rising; repetitions are passed over.
    package init(_ ids: some Sequence<Int64>) {
        for id in ids { append(id...id) }
    }

    /// Adds ids that are not below those that are there.
    package mutating func append(_ run: ClosedRange<Int64>) {
        if let last = runs.last, run.lowerBound <= last.upperBound + 1 {
            runs[runs.count - 1] = last.lowerBound...max(last.upperBound, run.upperBound)
        } else {
            runs.append(run)
        }
    }

    /// Reads what ``bytes`` wrote; `nil` where it is something else.
    package init?(bytes: some Sequence<UInt8>) {
        var numbers: [Int64] = []
        var (value, shift): (UInt64, UInt64) = (0, 0)
        for byte in bytes {
            guard shift < 63 else { return nil }
            value |= UInt64(byte & 0x7F) << shift
            shift += 7
            if byte & 0x80 == 0 {
                numbers.append(Int64(value))
                (value, shift) = (0, 0)
            }
        }
        guard shift == 0, numbers.count.isMultiple(of: 2) else { return nil }
        var last: Int64 = 0
        for index in stride(from: 0, to: numbers.count, by: 2) {
            let first = last &+ numbers[index]
            let end = first &+ numbers[index + 1]
            guard first > last || (last == 0 && first > 0), end >= first else { return nil }
            runs.append(first...end)
            last = end
        }
    }

    package var bytes: [UInt8] {
        var bytes: [UInt8] = []
        func add(_ number: Int64) {
            var rest = UInt64(number)
            while rest >= 0x80 {
                bytes.append(UInt8(rest & 0x7F) | 0x80)
                rest >>= 7
            }
            bytes.append(UInt8(rest))
        }
        var last: Int64 = 0
        for run in runs {
            add(run.lowerBound - last)
            add(run.upperBound - run.lowerBound)
            last = run.upperBound
        }
        return bytes
    }

    package var ids: some Sequence<Int64> { runs.lazy.flatMap { $0 } }

    package func contains(_ id: Int64) -> Bool {
        var (low, high) = (0, runs.count)
        while low < high {
            let middle = (low + high) / 2
            if runs[middle].upperBound < id { low = middle + 1 } else { high = middle }
        }
        return low < runs.count && runs[low].contains(id)
    }

    /// Whether the two share a comment.
    package func overlaps(_ other: CommentSet) -> Bool {
        var rest = other.runs[...]
        for run in runs {
            while let first = rest.first, first.upperBound < run.lowerBound { rest.removeFirst() }
            if let first = rest.first, first.overlaps(run) { return true }
        }
        return false
    }
}
