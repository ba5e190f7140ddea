internal import TextBasics

/// What a worker of many does: it puts what a source says into batches of a spool, which a run takes in.
package struct Gathering: Hashable, Sendable {
    /// The spool's folder. Absolute.
    package var spool: String
    /// What of the source this worker reads.
    package var share: WorkShare
    /// A folder for what the worker has to remember. Absolute.
    package var memory: String

    package init(spool: String, share: WorkShare, memory: String) {
        self.spool = spool
        self.share = share
        self.memory = memory
    }
}

/// One worker's part of what several read: of files by their names, of articles by their keys. Who reads what follows from
/// the name alone, so that workers need not know of each other.
package struct WorkShare: Hashable, Sendable, CustomStringConvertible {
    /// From 1 to ``count``.
    package let number: Int
    package let count: Int

    /// All of it.
    package static let whole = WorkShare(number: 1, count: 1)

    private init(number: Int, count: Int) {
        self.number = number
        self.count = count
    }

    /// - Parameter text: as in `2/5`, the second of five.
    package init?(_ text: String) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
        guard parts.count == 2, let number = parts[0], let count = parts[1], 1...10_000 ~= count,
            1...count ~= number
        else { return nil }
        self.init(number: number, count: count)
    }

    package var description: String { "\(number)/\(count)" }

    /// Whether a name is in this share: the first eight bytes of its SHA-256, big-endian, divided by ``count``, leave
    /// ``number`` - 1.
    package func contains(_ name: String) -> Bool {
        let word = Array(name.utf8).withUnsafeBytes { ContentDigest.words(of: $0)[0] }
        return word % UInt64(count) == UInt64(number - 1)
    }
}
