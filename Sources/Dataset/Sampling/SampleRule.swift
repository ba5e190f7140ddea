/// Chooses comments by the hash of their keys, so that a sample can be repeated and grows with the data.
///
/// Comments are ordered by u = SHA-256(seed ‖ 0x1F ‖ key), the seed as decimal text and the key as
/// `source:key`; equal u, should it ever happen, by id. For each label by itself, the first ``perArticle``
/// comments of each article are kept, and of these the first ``perLabel``. Both steps are windows, over
/// (label, article, u) and (label, u), so that plain SQL gives the same rows; and an article rich in one label
/// takes nothing from the other.
public struct SampleRule: Hashable, Sendable {
    /// How many comments of each label are wanted.
    public enum Size: Hashable, Sendable {
        /// So many of each label, or all there are where there are fewer. At least 1.
        case count(Int)
        /// All there are.
        case all
        /// As many of each label as there are of the rarest.
        case balanced
    }

    /// How many comments of each label are wanted.
    public var perLabel: Size
    /// At most so many comments of each label from one article; at least 1, `nil` for no limit.
    public var perArticle: Int?
    /// Another seed gives another sample.
    public var seed: Int

    public init(perLabel: Size = .all, perArticle: Int? = nil, seed: Int = 1) {
        self.perLabel = perLabel
        self.perArticle = perArticle
        self.seed = seed
    }

    /// Makes the hasher that gives each comment its place in the order.
    public func ranking() -> SampleRanking {
        SampleRanking(seed: seed)
    }

    /// Chooses among `candidates`; each comment occurs once.
    ///
    /// - Returns: the comments chosen, in sample order, and what there was to choose from.
    /// - Complexity: O(n log n) time for n candidates, sorted in place.
    public func choose(from candidates: inout [SampleCandidate]) -> Sample {
        candidates.sort { ($0.rank, $0.id) < ($1.rank, $1.id) }
        var before: [ArticleLabel: Int] = [:]
        var available: [UInt8: Int] = [:]
        var admitted: [UInt8: Int] = [:]
        var kept: [SampleCandidate] = []
        kept.reserveCapacity(candidates.count)
        for candidate in candidates {
            available[candidate.label, default: 0] += 1
            if let perArticle {
                let here = ArticleLabel(article: candidate.article, label: candidate.label)
                guard before[here, default: 0] < perArticle else { continue }
                before[here, default: 0] += 1
            }
            admitted[candidate.label, default: 0] += 1
            kept.append(candidate)
        }
        let limit = limit(admitted)
        var chosen: [UInt8: Int] = [:]
        kept.removeAll { candidate in
            let taken = chosen[candidate.label, default: 0]
            if taken < limit { chosen[candidate.label] = taken + 1 }
            return taken >= limit
        }
        return Sample(chosen: kept, available: available, admitted: admitted, taken: chosen)
    }

    private struct ArticleLabel: Hashable {
        let article: Int64
        let label: UInt8
    }

    private func limit(_ admitted: [UInt8: Int]) -> Int {
        switch perLabel {
        case .count(let count): count
        case .all: .max
        case .balanced: admitted.values.min() ?? 0
        }
    }
}

/// One comment that may be chosen.
public struct SampleCandidate: Hashable, Sendable {
    /// Number of the comment, for the caller.
    public let id: Int64
    /// Number of its article.
    public let article: Int64
    /// Code of its label.
    public let label: UInt8
    /// Its place in the order.
    public let rank: SampleRank

    public init(id: Int64, article: Int64, label: UInt8, rank: SampleRank) {
        self.id = id
        self.article = article
        self.label = label
        self.rank = rank
    }
}

/// What was chosen, and from how many.
public struct Sample: Hashable, Sendable {
    /// The comments chosen, in sample order.
    public let chosen: [SampleCandidate]
    /// For each label, how many candidates had it.
    public let available: [UInt8: Int]
    /// For each label, how many the limit of each article left.
    public let admitted: [UInt8: Int]
    /// For each label, how many were chosen.
    public let taken: [UInt8: Int]
}

/// A comment's place in the order of a sample: SHA-256 of seed and key, compared as bytes.
public struct SampleRank: Hashable, Comparable, Sendable {
    let digest: KeyHash.Digest

    public static func < (one: SampleRank, other: SampleRank) -> Bool { one.digest < other.digest }

    /// The first eight bytes of the digest as a number, big-endian: enough to order by in SQL.
    public var prefix: UInt64 { digest.words.0 }

    /// The digest as four numbers, big-endian, first bytes first.
    public var words: (UInt64, UInt64, UInt64, UInt64) { digest.words }

    init(digest: KeyHash.Digest) {
        self.digest = digest
    }

    /// A place whose ``words`` were kept.
    public init(words: (UInt64, UInt64, UInt64, UInt64)) {
        digest = KeyHash.Digest(words: words)
    }
}

/// Gives comments their places in the order of a sample.
public struct SampleRanking: Sendable {
    private let hash: KeyHash

    init(seed: Int) {
        hash = KeyHash(prefix: String(seed))
    }

    /// The place of the comment with this key, `source:key` as UTF-8.
    public func rank(of key: UnsafeRawBufferPointer) -> SampleRank {
        SampleRank(digest: hash.digest(of: key))
    }

    /// The place of the comment with this key, `source:key`.
    public func rank(of key: String) -> SampleRank {
        var key = key
        return key.withUTF8 { rank(of: UnsafeRawBufferPointer($0)) }
    }
}
