internal import ActiveLabeling
internal import DatasetHistory
internal import Diagnostics
internal import PredictionStages
internal import TextBasics
internal import VoteModel

/// The comments of a pool in the order in which each strategy wants them read, and why.
struct ReadingRankings {
    private let pool: ReadingPool
    private let measure: UncertaintyMeasure
    /// Of each comment of the label set; empty where there is none.
    private let borders: [BorderDistance?]
    /// The place among the model's classes of each class of labels; `nil` if they are not the same classes.
    private let places: [Int]?
    /// `nil` until it is asked for.
    private(set) var unlike: UnlikeLabeled?

    init(_ pool: ReadingPool, _ measure: UncertaintyMeasure) {
        self.pool = pool
        self.measure = measure
        borders = pool.set?.borderDistances() ?? []
        places = Self.places(of: pool.classes, among: pool.answers)
    }

    private static func places(of classes: [String], among answers: StoredAnswers?) -> [Int]? {
        guard let answers, answers.rule.form == .oneClass, !classes.isEmpty,
            classes.count == answers.rule.labels.count
        else { return nil }
        let own = classes.compactMap { answers.rule.labels.firstIndex(of: $0) }
        if Set(own).count == classes.count { return own }
        // A folder without names for its classes numbers them.
        let numbered = classes.indices.allSatisfy { answers.rule.labels[$0] == "LABEL_\($0)" }
        return numbered ? Array(classes.indices) : nil
    }

    /// Looks for comments that are unlike any labeled one.
    mutating func findUnlike(count: Int, texts: ([Int64]) throws -> [Int64: [UInt8]]) throws {
        unlike = try UnlikeLabeled(pool, count: count, texts: texts)
    }

    /// What the pool has enough of, in proportions for a person who did not ask for others.
    var usual: [ReadingMixture.Part] {
        var parts: [ReadingMixture.Part] = []
        let hasClasses = pool.answers.map { $0.rule.form != .numbers } ?? false
        if hasClasses { parts.append(.init(.uncertainty, 4)) }
        if places != nil { parts.append(.init(.wrong, 2)) }
        if pool.set != nil { parts.append(.init(.border, 2)) }
        return parts + [.init(.random, 2)]
    }

    /// The comments that a strategy may choose, the best first.
    /// - Throws: `DiagnosticsError` where it has nothing to go by.
    func ranking(by strategy: ReadingStrategy) throws(DiagnosticsError) -> [Int64] {
        switch strategy {
        case .random: return pool.rows.sorted { $0.ranks.control < $1.ranks.control }.map(\.id)
        case .uncertainty: return try uncertain()
        case .wrong: return try wrong()
        case .border: return try nearBorder()
        case .unlike: return unlike?.order ?? []
        }
    }

    private func uncertain() throws(DiagnosticsError) -> [Int64] {
        let answers = try answers(for: .uncertainty)
        guard answers.rule.form != .numbers else {
            throw DiagnosticsError(
                "uncertainty: the model gives scores, which do not say how sure it is",
                hint: "leave uncertainty out of --by")
        }
        var found: [(certainty: Double, id: Int64)] = []
        for row in pool.rows where row.label < 0 && !row.isTrained {
            if let value = uncertainty(of: row) {
                found.append((measure.certainty(ofValue: value), row.id))
            }
        }
        return found.sorted { $0 < $1 }.map(\.id)
    }

    private func uncertainty(of row: ReadingPool.Row) -> Double? {
        guard let probabilities = pool.probabilities(of: row) else { return nil }
        return pool.answers?.rule.form == .anyClasses
            ? measure.value(ofDecisions: probabilities) : measure.value(of: probabilities)
    }

    private func answers(for strategy: ReadingStrategy) throws(DiagnosticsError) -> StoredAnswers {
        if let answers = pool.answers { return answers }
        throw DiagnosticsError(
            "\(strategy.rawValue) needs a model's answers, and no predict stage of the pipeline has given any",
            hint: "add a predict stage and run the pipeline, or leave \(strategy.rawValue) out of --by")
    }

    private func wrong() throws(DiagnosticsError) -> [Int64] {
        let answers = try answers(for: .wrong)
        guard places != nil else {
            throw DiagnosticsError(
                "wrong compares answers with labels, and the model's classes "
                    + "(\(answers.rule.labels.joined(separator: ", "))) are not those of the labels"
                    + (pool.classes.isEmpty ? "" : " (\(pool.classes.joined(separator: ", ")))"),
                hint: "choose a model that was trained on these labels, or leave wrong out of --by")
        }
        let labeled = pool.rows.filter { $0.label >= 0 && $0.answer >= 0 }
        let unseen = labeled.filter { !$0.isTrained }
        // What a model gives rows that it has learned says little of how sure it is elsewhere.
        let measured = unseen.isEmpty ? labeled : unseen
        let rule = ConfidentLearning(
            labels: measured.map { Int($0.label) }, probabilities: measured.flatMap(inOrderOfLabels),
            classCount: pool.classes.count)
        let doubted = labeled.compactMap { row -> (isTrained: Int, margin: Double, id: Int64)? in
            let probabilities = inOrderOfLabels(row)
            guard rule.doubts(label: Int(row.label), of: probabilities) else { return nil }
            let margin = ConfidentLearning.normalizedMargin(label: Int(row.label), of: probabilities)
            return (row.isTrained ? 1 : 0, margin, row.id)
        }
        return doubted.sorted { $0 < $1 }.map(\.id)
    }

    private func inOrderOfLabels(_ row: ReadingPool.Row) -> [Double] {
        guard let places, let probabilities = pool.probabilities(of: row) else { return [] }
        return places.map { probabilities[probabilities.startIndex + $0] }
    }

    private func nearBorder() throws(DiagnosticsError) -> [Int64] {
        guard let table = pool.set?.table else {
            throw DiagnosticsError(
                "border looks at votes, and the pipeline has no label stage",
                hint: "leave border out of --by")
        }
        var found: [(votes: Int, fewer: Int, id: Int64)] = []
        for row in pool.rows where row.voted >= 0 {
            guard let distance = borders[Int(row.voted)] else { continue }
            let all = Int(table.ups[Int(row.voted)]) + Int(table.downs[Int(row.voted)])
            found.append((distance.votes, -all, row.id))
        }
        return found.sorted { $0 < $1 }.map(\.id)
    }

    // MARK: Words

    /// Why a strategy chose a comment.
    func reason(_ strategy: ReadingStrategy, _ row: ReadingPool.Row) -> String {
        switch strategy {
        case .random: return "control: drawn at random"
        case .uncertainty:
            return
                "\(measure.rawValue) \(Self.number(uncertainty(of: row) ?? 0)) between classes, no label so far"
        case .wrong:
            let probability = inOrderOfLabels(row)[Int(row.label)]
            return "the model gives its label \(Self.number(probability))"
                + (row.isTrained ? ", though it has learned it" : "")
        case .border: return borders[Int(row.voted)]?.words ?? ""
        case .unlike:
            return
                "cosine \(Self.number(unlike?.similarities[row.id] ?? 0)) to the nearest comment with a label or before it"
        }
    }

    static func number(_ value: Double) -> String { Decimals.text(value, places: 3) }
}
