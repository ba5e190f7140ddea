internal import Charts
internal import DatasetHistory
internal import DatasetStages
internal import Diagnostics
internal import LabelStudies
internal import RunStore
internal import StageKit
internal import TextBasics
internal import VoteModel

/// The comments that are new, settled or labeled otherwise than by the label set before.
struct ChangedComments {
    private let pipeline: String
    private let live: LabelSets.Loaded
    private let store: RunStore
    private let quotes: QuotedComments
    /// Whether the list of all flips is wanted as a file.
    private let withFiles: Bool

    private static let mostExamples = 12

    init(
        _ pipeline: String, _ live: LabelSets.Loaded, _ store: RunStore, _ quotes: QuotedComments,
        withFiles: Bool
    ) {
        self.pipeline = pipeline
        self.live = live
        self.store = store
        self.quotes = quotes
        self.withFiles = withFiles
    }

    /// `nil` if no set was promoted before this one.
    func section() throws -> ReportSection? {
        guard let id = try store.previousLabelSet(pipeline: pipeline) else { return nil }
        let sets = LabelSets(store, pipeline: pipeline)
        let parts: [Markup]
        do {
            parts = try changes(since: sets.load(id), sets)
        } catch let error as DiagnosticsError {
            let words = error.findings.first?.message ?? "it cannot be read"
            parts = [ReportSection.paragraph("What changed since label set \(id) is not known: \(words).")]
        } catch let error as StageError {
            parts = [
                ReportSection.paragraph("What changed since label set \(id) is not known: \(error.message).")
            ]
        }
        return ReportSection(id: "changed", title: "New, settled and flipped comments", parts: parts)
    }

    private func changes(since old: LabelSets.Loaded, _ sets: LabelSets) throws -> [Markup] {
        let difference = try sets.compare(old, live)
        let flips = difference.comparison.flips
        var parts = [ReportSection.paragraph(sentence(old, difference.comparison))]
        let shown = Self.examples(flips)
        let names = try quotes.names(of: shown.map(\.comment))
        let rows = zip(shown, names).map { flip, name in
            (
                name: name,
                cells: [
                    Table.Cell.text("\(flip.old.name) → \(flip.new.name)"),
                    .text(FlipSection.words(flip.cause.rawValue)), Self.votes(flip.oldVotes),
                    Self.votes(flip.newVotes),
                ]
            )
        }
        let caption =
            shown.count == flips.count
            ? "Flipped comments" : "\(shown.count) of \(Numbers.grouped(flips.count)) flipped comments"
        let table = try quotes.table(caption, ["Label", "Because", "Votes before", "Votes now"], rows)
        if let table { parts.append(table) }
        if !flips.isEmpty {
            let list = try withFiles ? FlipList(difference, old.table, live.table, store).text(.tsv) : nil
            parts.append(
                ReportSection.paragraph(
                    "All of them: splitvote labels FILE diff previous promoted --list; with --files also flips.tsv "
                        + "beside this page.")
                    + Markup(
                        trusted: "", files: list.map { [ReportFile(name: "flips.tsv", text: $0)] } ?? []))
        }
        return parts
    }

    private func sentence(_ old: LabelSets.Loaded, _ comparison: LabelComparison) -> String {
        let new = comparison.newComments.reduce(0, +)
        let labeledNew = comparison.newComments.prefix(2).reduce(0, +)
        let settled = settledCount(since: old)
        var text =
            "Since label set \(old.summary.id) of \(old.summary.createdAt.prefix(10)), which was live before: "
            + "\(Counts.text(new, "new comment")), \(Numbers.grouped(labeledNew)) of them labeled; "
        text +=
            "\(Numbers.grouped(settled)) came of age, so that \(settled == 1 ? "it is" : "they are") judged now; "
            + "\(Counts.text(comparison.flips.count, "comment")) flipped"
        let causes = FlipCause.allCases.compactMap { cause in
            comparison.causes[cause].map {
                "\(FlipSection.words(cause.rawValue)) \(Numbers.grouped($0))"
            }
        }
        return text + (causes.isEmpty ? "." : ": \(causes.joined(separator: ", ")).")
    }

    /// Comments that were too young to be judged, and are not any more.
    private func settledCount(since old: LabelSets.Loaded) -> Int {
        let unsettled = Verdict.abstain(.unsettled)
        let before = old.table.verdicts(of: live.table.comments)
        return zip(before, live.table.labels).count { $0 == unsettled && $1 != unsettled.code }
    }

    /// Those that turned into the opposite first, then those with the most votes.
    private static func examples(_ flips: [LabelFlip]) -> [LabelFlip] {
        func isOpposite(_ flip: LabelFlip) -> Bool {
            Set([flip.old, flip.new]) == [.controversial, .uncontroversial]
        }
        func votes(_ flip: LabelFlip) -> Int { (flip.newVotes ?? flip.oldVotes)?.total ?? 0 }
        let ranked = flips.sorted {
            (isOpposite($0) ? 0 : 1, -votes($0), $0.comment) < (
                isOpposite($1) ? 0 : 1, -votes($1), $1.comment
            )
        }
        return Array(ranked.prefix(mostExamples))
    }

    private static func votes(_ votes: VoteCount?) -> Table.Cell {
        votes.map { QuotedComments.votes($0.up, $0.down) } ?? .text("")
    }
}
