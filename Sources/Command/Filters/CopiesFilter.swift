package import Sampling
internal import TextBasics

/// Names for each row the earlier row that it repeats: `copy_of`, counted from 1, or nothing.
package struct CopiesFilter: TextFilter {
    private var stream: CopyStream
    private var copies = 0

    package init(_ rule: NearDuplicateRule) { stream = CopyStream(rule) }

    package var columns: [String] { ["copy_of"] }

    package mutating func results(of texts: [[UInt8]?]) -> [FilterResult] {
        texts.map { text in
            guard let text else {
                stream.skip()
                return FilterResult(fields: [nil])
            }
            guard let original = text.withUnsafeBytes({ stream.add($0) }) else {
                return FilterResult(fields: [nil])
            }
            copies += 1
            return FilterResult(fields: [Array("\(original)".utf8)], isDropped: true)
        }
    }

    package var remarks: [String] {
        copies == 0 ? [] : ["repeating an earlier one: \(Counts.text(copies, "row")) of \(stream.count)"]
    }
}
