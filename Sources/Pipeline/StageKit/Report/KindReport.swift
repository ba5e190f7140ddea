package import Charts

/// What the stages of a kind add to a report: sentences, numbers and sections made of their figures. Every part may be
/// left out.
package struct KindReport: Sendable {
    /// Tells it from others. Kinds that share one, as those that bring comments do, add one part for all their stages.
    package let name: String
    /// A sentence or two for the summary.
    package var sentence: (@Sendable (ReportView) -> String?)?
    /// Numbers set apart below the summary.
    package var tiles: (@Sendable (ReportView) -> [ReportTile])?
    /// What came of it all.
    package var verdict: (@Sendable (ReportView) -> ReportVerdict?)?
    /// What its stages leave of what there was, added to the steps before.
    package var funnel: (@Sendable (ReportView, inout [FunnelStep]) -> Void)?
    package var sections: [ReportPart]
    /// Figures that say what was done rather than what came out.
    package var identities: [ReportIdentity]
    /// A table of what was made, beside the identities.
    package var products: (@Sendable (ReportView) -> Markup?)?

    package init(
        _ name: String, sentence: (@Sendable (ReportView) -> String?)? = nil,
        tiles: (@Sendable (ReportView) -> [ReportTile])? = nil,
        verdict: (@Sendable (ReportView) -> ReportVerdict?)? = nil,
        funnel: (@Sendable (ReportView, inout [FunnelStep]) -> Void)? = nil, sections: [ReportPart] = [],
        identities: [ReportIdentity] = [], products: (@Sendable (ReportView) -> Markup?)? = nil
    ) {
        self.name = name
        self.sentence = sentence
        self.tiles = tiles
        self.verdict = verdict
        self.funnel = funnel
        self.sections = sections
        self.identities = identities
        self.products = products
    }
}

/// A section of the page, or a sentence instead.
package struct ReportPart: Sendable {
    /// `nil` if the figures do not give one.
    package let section: @Sendable (ReportView) -> ReportSection?
    /// Shown at the end of the page if there is no section; empty for nothing.
    package let absence: String

    package init(absence: String = "", _ section: @escaping @Sendable (ReportView) -> ReportSection?) {
        self.section = section
        self.absence = absence
    }
}

/// A number with what it is.
package struct ReportTile: Sendable {
    package let value: String
    package let label: String
    package let note: String

    package init(value: String, label: String, note: String = "") {
        self.value = value
        self.label = label
        self.note = note
    }
}

/// A result and its assessment.
package struct ReportVerdict: Sendable {
    package let result: String
    /// `nil` if there is nothing to compare with.
    package let verdict: String?
    package let isGood: Bool

    package init(result: String, verdict: String?, isGood: Bool) {
        self.result = result
        self.verdict = verdict
        self.isGood = isGood
    }
}

/// How many remain at a step on the way from rows to examples.
package struct FunnelStep: Sendable {
    package let name: String
    package let count: Int
    /// What is missing since the step before, and why.
    package let lost: [(count: Int, why: String)]

    /// - Parameter lost: what was left out; counts below 1 are skipped.
    package init(_ name: String, _ count: Int, lost: [(count: Int, why: String)] = []) {
        self.name = name
        self.count = count
        self.lost = lost.filter { $0.count > 0 }
    }
}
