/// Chooses comments by the hash of their keys, so that a sample can be repeated and grows with the data.
///
/// Comments are ordered by u = SHA-256(seed ‖ 0x1F ‖ key), the seed as decimal text and the key as
/// `source:key`; equal u, should it ever happen, by id. For each label separately, the first ``perArticle``
/// comments of each article are kept, and of these the first ``perLabel``. Both steps are windows, over
/// (label, article, u) and (label, u), so that plain SQL gives the same rows; and an article rich in one label
/// takes nothing from the other.
package struct SampleRule: Hashable, Sendable {
    /// How many comments of each label are wanted.
    package enum Size: Hashable, Sendable {
        /// This many of each label, or all if there are fewer. At least 1.
        case count(Int)
        /// All there are.
        case all
        /// As many of each label as there are of the rarest.
        case balanced
    }

    /// How many comments of each label are wanted.
    package var perLabel: Size
    /// Maximum number of comments per label from one article; at least 1, `nil` for no limit.
    package var perArticle: Int?
    /// Another seed gives another sample.
    package var seed: Int

    package init(perLabel: Size = .all, perArticle: Int? = nil, seed: Int = 1) {
        self.perLabel = perLabel
        self.perArticle = perArticle
        self.seed = seed
    }

    /// Makes the hasher that gives each comment its place in the order.
    package func ranking() -> SampleRanking {
        SampleRanking(seed: seed)
    }

    /// Whether a comment's rank alone decides among those of its label.
    package var looksAtRanksAlone: Bool { perArticle == nil && perLabel != .all }

    /// Upper bound of how many of each label are chosen; `nil` if the counts alone do not determine it.
    /// - Parameter available: comments by label.
    package func limit(available: [UInt8: Int]) -> Int? {
        looksAtRanksAlone ? limit(available) : nil
    }

    /// Chooses among `candidates`; each comment occurs once.
    ///
    /// - Parameter available: by label, how many candidates there are, where `candidates` are only those with the lowest
    ///   ranks, at least ``limit(available:)`` of each label; only where ``looksAtRanksAlone``.
    /// - Returns: the comments chosen, in sample order, and what there was to choose from.
    /// - Complexity: O(n log n) time for n candidates.
    package func choose(
        from candidates: [SampleCandidate], available whole: [UInt8: Int]? = nil
    ) -> Sample {
        pick(from: candidates, available: whole).sample
    }

    /// Chooses as ``choose(from:available:)`` does, and says where among the candidates the chosen ones are.
    package func pick(
        from candidates: [SampleCandidate], available whole: [UInt8: Int]? = nil
    ) -> (sample: Sample, indices: [Int]) {
        var before = ArticleCounts(candidates)
        var available = LabelCounts()
        var admitted = LabelCounts()
        var kept: [Int] = []
        kept.reserveCapacity(candidates.count)
        for place in Self.order(candidates) {
            let candidate = candidates[Int(place.index)]
            available[candidate.label] += 1
            if let perArticle {
                guard before[candidate].takesOne(atMost: perArticle) else { continue }
            }
            admitted[candidate.label] += 1
            kept.append(Int(place.index))
        }
        let limit = limit(whole ?? admitted.byLabel)
        var taken = LabelCounts()
        let indices = kept.filter { taken[candidates[$0].label].takesOne(atMost: limit) }
        let sample = Sample(
            chosen: indices.map { candidates[$0] }, available: whole ?? available.byLabel,
            admitted: whole ?? admitted.byLabel, taken: taken.byLabel)
        return (sample, indices)
    }

    /// A candidate's place in the order, small enough to be sorted quickly.
    private struct Place {
        let prefix: UInt64
        let index: UInt32
    }

    /// The candidates by rank, then by id.
    ///
    /// Ranks are digests, and so spread evenly: dealt by their first bits into as many buckets as there are candidates, most
    /// are in order already.
    private static func order(_ candidates: [SampleCandidate]) -> [Place] {
        func precedes(_ one: Place, _ other: Place) -> Bool {
            if one.prefix != other.prefix { return one.prefix < other.prefix }
            let (one, other) = (candidates[Int(one.index)], candidates[Int(other.index)])
            return (one.rank, one.id) < (other.rank, other.id)
        }
        let shift = UInt64(max(1, candidates.count).leadingZeroBitCount)
        var ends = [Int](repeating: 0, count: 1 << (64 - shift))
        for candidate in candidates { ends[Int(candidate.rank.prefix >> shift)] += 1 }
        var sum = 0
        for bucket in ends.indices {
            sum += ends[bucket]
            ends[bucket] = sum
        }
        var order = [Place](repeating: Place(prefix: 0, index: 0), count: candidates.count)
        for index in candidates.indices.reversed() {
            let prefix = candidates[index].rank.prefix
            let bucket = Int(prefix >> shift)
            ends[bucket] -= 1
            order[ends[bucket]] = Place(prefix: prefix, index: UInt32(index))
        }
        // Now the ends are the starts.
        for bucket in ends.indices {
            let places = ends[bucket]..<(bucket + 1 < ends.count ? ends[bucket + 1] : order.count)
            if places.count > 1 { order[places].sort(by: precedes) }
        }
        return order
    }

    private func limit(_ admitted: [UInt8: Int]) -> Int {
        switch perLabel {
        case .count(let count): count
        case .all: .max
        case .balanced: admitted.values.min() ?? 0
        }
    }
}

/// Counts by article and label.
private struct ArticleCounts {
    private struct ArticleLabel: Hashable {
        let article: Int64
        let label: UInt8
    }

    /// Of each article from the lowest on, one count for each label that occurs; empty if their numbers are too far
    /// apart for that.
    private var table: [Int] = []
    private var apart: [ArticleLabel: Int] = [:]
    private let lowest: Int64
    /// Place of each label in the table.
    private var places = [Int](repeating: 0, count: 256)
    private var labels = 0

    init(_ candidates: [SampleCandidate]) {
        var (lowest, highest) = (Int64.max, Int64.min)
        var occurs = [Bool](repeating: false, count: 256)
        for candidate in candidates {
            (lowest, highest) = (min(lowest, candidate.article), max(highest, candidate.article))
            occurs[Int(candidate.label)] = true
        }
        self.lowest = lowest
        for label in occurs.indices where occurs[label] {
            places[label] = labels
            labels += 1
        }
        let (span, overflows) = highest.subtractingReportingOverflow(lowest)
        if candidates.isEmpty || overflows || span > 4 * candidates.count { return }
        table = [Int](repeating: 0, count: (Int(span) + 1) * labels)
    }

    subscript(candidate: SampleCandidate) -> Int {
        get {
            if table.isEmpty { return apart[key(candidate), default: 0] }
            return table[place(candidate)]
        }
        _modify {
            if table.isEmpty {
                yield &apart[key(candidate), default: 0]
            } else {
                yield &table[place(candidate)]
            }
        }
    }

    private func key(_ candidate: SampleCandidate) -> ArticleLabel {
        ArticleLabel(article: candidate.article, label: candidate.label)
    }

    private func place(_ candidate: SampleCandidate) -> Int {
        Int(candidate.article - lowest) * labels + places[Int(candidate.label)]
    }
}

/// Counts by label.
private struct LabelCounts {
    private var counts = [Int](repeating: 0, count: 256)

    subscript(label: UInt8) -> Int {
        get { counts[Int(label)] }
        set { counts[Int(label)] = newValue }
    }

    /// Without labels that did not occur.
    var byLabel: [UInt8: Int] {
        var found: [UInt8: Int] = [:]
        for (label, count) in counts.enumerated() where count > 0 { found[UInt8(label)] = count }
        return found
    }
}

extension Int {
    /// Counts one more, unless that were too many.
    fileprivate mutating func takesOne(atMost limit: Int) -> Bool {
        if self >= limit { return false }
        self += 1
        return true
    }
}

/// One comment that may be chosen.
package struct SampleCandidate: Hashable, Sendable {
    /// Number of the comment, for the caller.
    package let id: Int64
    /// Number of its article.
    package let article: Int64
    /// Code of its label.
    package let label: UInt8
    /// Its place in the order.
    package let rank: SampleRank

    package init(id: Int64, article: Int64, label: UInt8, rank: SampleRank) {
        self.id = id
        self.article = article
        self.label = label
        self.rank = rank
    }
}

/// What was chosen, and from how many.
package struct Sample: Hashable, Sendable {
    /// The comments chosen, in sample order.
    package let chosen: [SampleCandidate]
    /// For each label, how many candidates had it.
    package let available: [UInt8: Int]
    /// For each label, how many the limit of each article left.
    package let admitted: [UInt8: Int]
    /// For each label, how many were chosen.
    package let taken: [UInt8: Int]
}

/// A comment's place in the order of a sample: SHA-256 of seed and key, compared as bytes.
package struct SampleRank: Hashable, Comparable, Sendable {
    let digest: KeyHash.Digest

    package static func < (one: SampleRank, other: SampleRank) -> Bool { one.digest < other.digest }

    /// The first eight bytes of the digest as a number, big-endian: enough to order by in SQL.
    package var prefix: UInt64 { digest.words.0 }

    /// The digest as four numbers, big-endian, first bytes first.
    package var words: (UInt64, UInt64, UInt64, UInt64) { digest.words }

    init(digest: KeyHash.Digest) {
        self.digest = digest
    }

    /// A place whose ``words`` were kept.
    package init(words: (UInt64, UInt64, UInt64, UInt64)) {
        digest = KeyHash.Digest(words: words)
    }
}

/// Gives comments their places in the order of a sample.
package struct SampleRanking: Sendable {
    private let hash: KeyHash

    init(seed: Int) {
        hash = KeyHash(prefix: String(seed))
    }

    /// The place of the comment with this key, `source:key` as UTF-8.
    package func rank(of key: UnsafeRawBufferPointer) -> SampleRank {
        SampleRank(digest: hash.digest(of: key))
    }

    /// The place of the comment with this key, `source:key`.
    package func rank(of key: String) -> SampleRank {
        var key = key
        return key.withUTF8 { rank(of: UnsafeRawBufferPointer($0)) }
    }
}
