internal import Sampling

/// Takes comments from the rankings of several strategies: each comment once, and of near copies the first.
package struct ReadingPicker {
    /// A comment and why it was taken.
    package struct Pick: Hashable, Sendable {
        package let comment: Int64
        package let strategy: ReadingStrategy
    }

    /// In the order in which they were taken.
    package private(set) var picks: [Pick] = []
    /// Comments that were passed over because their texts are near copies of others taken or read before.
    package private(set) var copies = 0

    private var met: Set<Int64> = []
    private var texts = CopyStream(NearDuplicateRule())

    /// Comments whose texts are asked for at a time.
    private static let blockSize = 256

    package init() {}

    /// Passes over a comment that was read before, and over near copies of its text.
    package mutating func exclude(_ comment: Int64, text: [UInt8]) {
        met.insert(comment)
        text.withUnsafeBytes { _ = texts.add($0) }
    }

    /// Takes the first comments of a ranking that may be taken.
    ///
    /// - Parameters:
    ///   - count: how many are wanted.
    ///   - ranking: the best first.
    ///   - texts: gives the texts of some comments; none for those that are not to be shown.
    /// - Returns: how many were found.
    package mutating func take(
        _ count: Int, by strategy: ReadingStrategy, from ranking: [Int64],
        texts read: ([Int64]) throws -> [Int64: [UInt8]]
    ) rethrows -> Int {
        var found = 0
        var rest = ranking[...]
        while found < count, !rest.isEmpty {
            let block = rest.prefix(Self.blockSize).filter { !met.contains($0) }
            rest = rest.dropFirst(Self.blockSize)
            let read = try read(block)
            for comment in block where found < count {
                guard let text = read[comment] else { continue }
                met.insert(comment)
                if text.withUnsafeBytes({ texts.add($0) }) != nil {
                    copies += 1
                    continue
                }
                picks.append(Pick(comment: comment, strategy: strategy))
                found += 1
            }
        }
        return found
    }
}
