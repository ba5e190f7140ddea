/// What a rule says about one comment: it divided its readers, it did not, or the rule does not say.
package enum Verdict: Hashable, Sendable {
    /// Enough readers voted and they split.
    case controversial
    /// Enough readers voted and they agreed.
    case uncontroversial
    /// No label is given, for the reason named.
    case abstain(Abstention)
}

/// Why a rule gives a comment no label.
package enum Abstention: Hashable, Sendable, CaseIterable {
    /// The agreement ratio is in neither of the two ranges.
    case inBetween
    /// Fewer votes than the rule asks for, or none.
    case tooFewVotes
    /// The ratio is in a range, but the votes leave more doubt than the rule allows.
    case unsure
    /// The comment is young and its votes still grow.
    case unsettled
}

extension Verdict: CaseIterable {
    /// Every verdict, in the order of ``code``.
    package static let allCases: [Verdict] = [
        .uncontroversial, .controversial, .abstain(.inBetween), .abstain(.tooFewVotes), .abstain(.unsure),
        .abstain(.unsettled),
    ]

    /// The number of this verdict in stored formats. Codes never change and are not reused.
    ///
    /// 0 and 1 are also the class indices that a classifier is trained on; see ``classIndex``.
    package var code: UInt8 {
        switch self {
        case .uncontroversial: 0
        case .controversial: 1
        case .abstain(.inBetween): 2
        case .abstain(.tooFewVotes): 3
        case .abstain(.unsure): 4
        case .abstain(.unsettled): 5
        }
    }

    /// The verdict stored under `code`; `nil` for a number without a verdict.
    package init?(code: UInt8) {
        guard code < Self.allCases.count else { return nil }
        self = Self.allCases[Int(code)]
    }

    /// The name of this verdict in tables, reports and the store, in snake_case.
    package var name: String {
        switch self {
        case .uncontroversial: "uncontroversial"
        case .controversial: "controversial"
        case .abstain(.inBetween): "in_between"
        case .abstain(.tooFewVotes): "too_few_votes"
        case .abstain(.unsure): "unsure"
        case .abstain(.unsettled): "unsettled"
        }
    }

    /// The verdict of that name; `nil` for any other text.
    package init?(name: String) {
        guard let verdict = Self.allCases.first(where: { $0.name == name }) else { return nil }
        self = verdict
    }

    /// The class a classifier learns: 1 for controversial, 0 for uncontroversial, `nil` for an abstention.
    package var classIndex: Int? {
        switch self {
        case .uncontroversial: 0
        case .controversial: 1
        case .abstain: nil
        }
    }
}

extension Verdict: CustomStringConvertible {
    package var description: String { name }
}
