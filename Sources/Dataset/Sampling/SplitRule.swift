package import VoteModel

/// Puts each group of comments on one side of a split.
///
/// By hash: u is the number made of the first eight bytes, big-endian, of SHA-256(salt ‖ 0x1F ‖ group key),
/// shifted right by 11 bits and divided by 2^53, so 0 ≤ u < 1. The shares are cut in their written order: the
/// side is the first whose cumulative share exceeds u, and the last side takes what rounding leaves over. A group
/// therefore stays on its side however many others come.
///
/// Balanced: groups are placed so that rows and classes come near the shares; see ``BalancedPlacement``.
///
/// By time: the sides follow each other, and each cut is the first moment of the next side.
package struct SplitRule: Hashable, Sendable {
    /// What comments are kept together by.
    package enum Grouping: String, Hashable, Sendable, CaseIterable {
        case article
        case comment
        case author
        /// Articles of whatever source with one address.
        case url
        /// Articles of whatever source with one title.
        case title
    }

    /// How groups are put on sides.
    package enum Method: Hashable, Sendable {
        /// By hash: each side gets its share of the groups. The shares add to 1.
        case hash(shares: [Share])
        /// By rows and classes: each side comes near its share of both. The shares add to 1.
        case balanced(shares: [Share])
        /// By creation time, in seconds since 1970 UTC: one cut fewer than sides, in rising order.
        case time(sides: [Side], cuts: [Int64])
    }

    /// One side and its part of all groups.
    package struct Share: Hashable, Sendable {
        package let side: Side
        /// Above 0, at most 1.
        package let part: Double

        package init(_ side: Side, _ part: Double) {
            self.side = side
            self.part = part
        }
    }

    /// How groups are put on sides.
    package var method: Method
    /// What comments are kept together by.
    package var grouping: Grouping
    /// Another salt gives another split.
    package var salt: String

    package init(method: Method, grouping: Grouping = .article, salt: String) {
        self.method = method
        self.grouping = grouping
        self.salt = salt
    }

    /// The sides, in order.
    package var sides: [Side] {
        switch method {
        case .hash(let shares), .balanced(let shares): shares.map(\.side)
        case .time(let sides, _): sides
        }
    }

    /// The share of each side, in order; empty for sides that follow each other in time.
    package var shares: [Double] {
        switch method {
        case .hash(let shares), .balanced(let shares): shares.map(\.part)
        case .time: []
        }
    }

    /// Makes what puts groups on sides.
    ///
    /// - Throws: the first of ``problems()``.
    package func assignment() throws(SplitProblem) -> SplitAssignment {
        if let problem = problems().first { throw problem }
        return SplitAssignment(self)
    }

    /// Everything that makes this rule one that cannot be meant.
    package func problems() -> [SplitProblem] {
        var problems: [SplitProblem] = []
        var seen: Set<Side> = []
        for side in sides where !seen.insert(side).inserted { problems.append(.repeatedSide(side)) }
        if sides.isEmpty { problems.append(.noSides) }
        switch method {
        case .hash(let shares), .balanced(let shares):
            for share in shares where !(share.part > 0 && share.part <= 1) {
                problems.append(.shareOutOfRange(share.side, share.part))
            }
            let sum = shares.reduce(0) { $0 + $1.part }
            if !shares.isEmpty, !(abs(sum - 1) <= 1e-9) { problems.append(.sharesDoNotAddUp(sum)) }
        case .time(let sides, let cuts):
            if !sides.isEmpty, cuts.count != sides.count - 1 {
                problems.append(.cutsDoNotFit(cuts: cuts.count, sides: sides.count))
            }
            for (one, next) in zip(cuts, cuts.dropFirst()) where one >= next {
                problems.append(.cutsNotRising(one, next))
            }
        }
        return problems
    }
}

/// Why a split rule makes no sense.
package enum SplitProblem: Error, Hashable, Sendable {
    case noSides
    case repeatedSide(Side)
    case shareOutOfRange(Side, Double)
    case sharesDoNotAddUp(Double)
    case cutsDoNotFit(cuts: Int, sides: Int)
    case cutsNotRising(Int64, Int64)
}

extension SplitProblem: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noSides:
            "a split has no sides; name at least one"
        case .repeatedSide(let side):
            "the side '\(side)' is named twice; name each side once"
        case .shareOutOfRange(let side, let part):
            "the share of '\(side)' is \(part); a share is above 0 and at most 1"
        case .sharesDoNotAddUp(let sum):
            "the shares add to \(sum); they must add to 1"
        case .cutsDoNotFit(let cuts, let sides):
            "\(cuts) cut dates for \(sides) sides; give one date fewer than sides"
        case .cutsNotRising(let one, let next):
            "the cut at \(next) is not after the cut at \(one) (seconds since 1970); write cuts in rising order"
        }
    }
}
