internal import ActiveLabeling
internal import CommentStore
internal import Console
package import Diagnostics
package import PipelinePlan
package import RunStore
internal import StageKit
internal import TextBasics
internal import VoteModel

/// How far people who read comments agree with the labels that these have, and with each other.
package struct PeopleAgreement {
    /// What is measured, and how sure it is to be.
    package struct Settings: Hashable, Sendable {
        let weights: CohenKappa.Weights
        let resamples: Int
        let seed: UInt64

        /// - Parameter weights: name of what a kappa weighs pairs of classes by.
        /// - Throws: `DiagnosticsError` for what is out of range.
        package init(weights name: String, resamples: Int, seed: Int) throws(DiagnosticsError) {
            guard let weights = CohenKappa.Weights(rawValue: name) else {
                throw DiagnosticsError("--weights is '\(name)'; it takes none, linear, quadratic")
            }
            guard 0...100_000 ~= resamples else {
                throw DiagnosticsError("--resamples is \(resamples); it takes 0 ... 100000")
            }
            guard seed >= 0 else { throw DiagnosticsError("--seed is \(seed); it takes 0 or more") }
            self.weights = weights
            self.resamples = resamples
            self.seed = UInt64(seed)
        }
    }

    private let settings: Settings
    private let classes: [String]
    /// The class that each comment has by its votes or came with.
    private var given: [Int64: Int] = [:]
    private var opinions = Opinions()
    /// What people say of comments that were drawn at random.
    private var control = Opinions()
    private var unknown = 0
    private var unfilled = 0

    /// - Parameter paths: tables that people filled in.
    /// - Throws: `DiagnosticsError` naming file and line of what cannot be meant.
    package init(
        _ plan: PlannedPipeline, in store: RunStore, tables paths: [String], _ settings: Settings
    ) throws {
        self.settings = settings
        let pool = try ReadingPool(plan, in: store, answers: nil, seed: 0, withAnswers: false)
        classes = pool.classes
        guard classes.count > 1 else {
            throw DiagnosticsError(
                "the comments of \(plan.file) have no classes that people could agree with",
                hint: "agreement is of labels by votes, or of rows that came with one class each")
        }
        for row in pool.rows where row.label >= 0 { given[row.id] = Int(row.label) }
        let shown = Set(pool.rows.map(\.id))
        var table = AnnotationTable()
        for path in paths {
            let source = LineSource(path: path)
            do {
                try table.add(source.name) { take in try source.forEachChunk { try take($0) } }
            } catch let problem as ReadingProblem {
                throw DiagnosticsError("\(problem)", hint: problem.hint)
            }
        }
        unfilled = table.unfilled
        try take(table, shown, store)
    }

    private mutating func take(_ table: AnnotationTable, _ shown: Set<Int64>, _ store: RunStore) throws {
        for row in table.rows {
            let label = classes.firstIndex(of: row.label)
            guard label != nil || row.label == Self.unsure else {
                throw DiagnosticsError(
                    "\(row.place): '\(row.label)' is no label",
                    hint: "people can say \((classes + [Self.unsure]).joined(separator: ", "))")
            }
            guard let comment = try store.ledger.comment(withID: row.comment), shown.contains(comment.id)
            else {
                unknown += 1
                continue
            }
            opinions.add(comment.id, by: row.annotator, label: label, at: row.moment)
            if row.isControl { control.add(comment.id, by: row.annotator, label: label, at: row.moment) }
        }
    }

    private static let unsure = Verdict.abstain(.unsure).name

    // MARK: Words

    /// A table for people, and what is worth knowing.
    package var lines: [String] {
        var table = TextTable(.left, .right, .right, .right, .left)
        table.add([
            "", "comments", "agree",
            settings.weights == .none ? "kappa" : "\(settings.weights.rawValue) kappa", "95 % interval",
        ])
        table.add(row("people and labels", pairs(opinions)))
        if !control.comments.isEmpty { table.add(row("of these, drawn at random", pairs(control))) }
        let people = opinions.annotators
        for (place, name) in people.enumerated() where people.count > 1 {
            table.add(
                row(
                    "\(name) and labels",
                    opinions.comments.compactMap { comment in
                        opinions.label(of: comment, by: place).flatMap { one in
                            given[comment].map { (one, $0) }
                        }
                    }))
        }
        for one in people.indices {
            for other in people.indices.dropFirst(one + 1) {
                table.add(row("\(people[one]) and \(people[other])", pairs(one, other)))
            }
        }
        return table.lines + among
    }

    private func pairs(_ opinions: Opinions) -> [(one: Int, other: Int)] {
        opinions.comments.compactMap { comment -> (one: Int, other: Int)? in
            guard case .label(let label) = opinions.consensus(on: comment), let given = given[comment] else {
                return nil
            }
            return (label, given)
        }
    }

    private func pairs(_ one: Int, _ other: Int) -> [(one: Int, other: Int)] {
        opinions.comments.compactMap { comment -> (one: Int, other: Int)? in
            guard let left = opinions.label(of: comment, by: one),
                let right = opinions.label(of: comment, by: other)
            else { return nil }
            return (left, right)
        }
    }

    private func row(_ name: String, _ pairs: [(one: Int, other: Int)]) -> [String] {
        let agreeing = pairs.count { $0.one == $0.other }
        let share = pairs.isEmpty ? nil : Double(agreeing) / Double(pairs.count)
        let interval = ResampledInterval(
            rows: pairs.count, resamples: settings.resamples, seed: settings.seed
        ) {
            kappa($0.map { pairs[$0] })
        }
        return [
            name, Counts.grouped(pairs.count), share.map { Decimals.text(100 * $0, places: 1) + " %" } ?? "–",
            Self.text(kappa(pairs)), Self.text(interval),
        ]
    }

    private func kappa(_ pairs: [(one: Int, other: Int)]) -> Double? {
        CohenKappa.value(of: pairs, classCount: classes.count, weights: settings.weights)
    }

    /// How far people agree among each other, and what was left out.
    private var among: [String] {
        var lines: [String] = []
        let rows = opinions.comments.map { opinions.labels(of: $0) }.filter { $0.count > 1 }
        if !rows.isEmpty {
            let level: KrippendorffAlpha.Level = settings.weights == .none ? .nominal : .ordinal
            let measure = { (rows: [[Int]]) in
                KrippendorffAlpha.value(of: rows, classCount: classes.count, level: level)
            }
            let interval = ResampledInterval(
                rows: rows.count, resamples: settings.resamples, seed: settings.seed
            ) { measure($0.map { rows[$0] }) }
            lines.append(
                "people among each other: \(level.rawValue) alpha \(Self.text(measure(rows))) \(Self.text(interval)), of "
                    + "\(Counts.text(rows.count, "comment")) that two or more of \(opinions.annotators.count) labeled"
            )
        }
        let states = opinions.comments.map { opinions.consensus(on: $0) }
        let counts = [
            (states.count { $0 == .tied }, "on which as many say the one as the other"),
            (states.count { $0 == .unsure }, "that everybody was unsure of"),
            (
                states.count { if case .label = $0 { true } else { false } } - pairs(opinions).count,
                "without a label to compare with"
            ),
        ]
        lines += counts.filter { $0.0 > 0 }.map { "not compared: \(Counts.text($0.0, "comment")) \($0.1)" }
        if unknown > 0 {
            lines.append(
                "not in the dataset: \(Counts.text(unknown, "label")), of comments that were forgotten or deleted, or that it never had"
            )
        }
        if unfilled > 0 { lines.append("not filled in: \(Counts.text(unfilled, "row"))") }
        if opinions.revised > 0 {
            lines.append(
                "replaced by a later one of the same person: \(Counts.text(opinions.revised, "label"))")
        }
        return lines
    }

    private static func text(_ value: Double?) -> String {
        value.map { Decimals.text($0, places: 3) } ?? "–"
    }

    private static func text(_ interval: ResampledInterval?) -> String {
        interval.map { "\(text($0.low)) ... \(text($0.high))" } ?? ""
    }
}
