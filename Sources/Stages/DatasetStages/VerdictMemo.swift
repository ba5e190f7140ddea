internal import Labeling
internal import VoteModel

/// The verdicts of one rule. Where a verdict costs more than a division, those of small counts, which nearly all
/// comments have, are worked out once.
struct VerdictMemo {
    let rule: ControversyRule
    /// Counts below this, up and down.
    private static let side = 256
    private static let unknown = UInt8.max
    /// By up-votes, then down-votes; empty for a rule that is quick.
    private var codes: [UInt8]

    init(_ rule: ControversyRule) {
        self.rule = rule
        let isQuick = rule.scoring == nil && rule.confidence == nil
        codes = isQuick ? [] : [UInt8](repeating: Self.unknown, count: Self.side * Self.side)
    }

    /// The code of the verdict on a comment with these votes, which have come to rest.
    mutating func code(up: Int32, down: Int32) -> UInt8 {
        let votes = VoteCount(up: Int(up), down: Int(down))
        guard !codes.isEmpty, up < Self.side, down < Self.side else { return rule.verdict(for: votes).code }
        let place = votes.up * Self.side + votes.down
        if codes[place] == Self.unknown { codes[place] = rule.verdict(for: votes).code }
        return codes[place]
    }
}

/// The verdicts of several rules, asked for by comments whose neighbors mostly have the same.
struct VerdictMemos {
    private var memos: [VerdictMemo] = []
    private var placeOf: [BetaPrior: Int] = [:]
    private var last = 0
    /// A memo of each takes 64 KiB; further rules, such as those of articles, are asked each time.
    private static let most = 64

    /// The code of a rule's verdict on a comment with these votes, which have come to rest. The rules differ in nothing
    /// but their priors.
    mutating func code(of rule: ControversyRule, up: Int32, down: Int32) -> UInt8 {
        if last >= memos.count || memos[last].rule != rule {
            guard let place = placeOf[rule.prior] ?? (memos.count < Self.most ? memos.count : nil) else {
                return rule.verdict(for: VoteCount(up: Int(up), down: Int(down))).code
            }
            if place == memos.count {
                memos.append(VerdictMemo(rule))
                placeOf[rule.prior] = place
            }
            last = place
        }
        return memos[last].code(up: up, down: down)
    }
}
