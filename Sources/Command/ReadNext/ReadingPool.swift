internal import DatasetHistory
internal import DatasetStages
internal import Diagnostics
internal import PipelineAccess
internal import PipelinePlan
internal import PredictionStages
internal import RunStore
internal import StageKit
internal import VoteModel

/// The comments that a person may be asked to read: those that have a label or could have one, as the store shows them now.
/// Forgotten, deleted and withdrawn ones are not among them.
struct ReadingPool {
    struct Row {
        let id: Int64
        /// Places in two random orders that know nothing of each other.
        let ranks: (control: UInt64, blind: UInt64)
        /// Row of the label set; -1 if it is not there.
        var voted: Int32 = -1
        /// Row of the answers; -1 if there is none.
        var answer: Int32 = -1
        /// Place of its label among ``classes``; -1 if it has none.
        var label: Int32 = -1
        /// Place among the names of the sides.
        var side: UInt8?
        /// Whether the model that answers has learned from it.
        var isTrained = false
    }

    /// In the order of the store.
    private(set) var rows: [Row] = []
    let set: LabelSets.Loaded?
    let answers: StoredAnswers?
    let splits: ModelSplits
    /// The labels of votes and of people, of a pipeline that has both.
    private let annotated: DatasetColumns?
    /// Names of the classes of labels, in their order; none if labels are not one class each.
    let classes: [String]
    let cut: LedgerCut
    private(set) var notes: [String] = []

    /// - Parameters:
    ///   - name: the predict stage that is meant; `nil` for the only one.
    ///   - withAnswers: whether more than labels by votes, or those that rows came with, are wanted.
    init(
        _ plan: PlannedPipeline, in store: RunStore, answers name: String?, seed: Int,
        withAnswers: Bool = true
    ) throws {
        let isVoted = plan.stages.contains { $0.stage is LabelStage }
        set = isVoted ? try LabelSets(store, pipeline: plan.name).load("promoted") : nil
        let predict = try withAnswers ? Self.predictStage(name, of: plan) : nil
        var sources = Set(set?.summary.sources ?? [])
        var found: StoredAnswers?
        if let predict {
            do {
                let artifact = try store.latestResult(of: predict.name, type: "predictions-v1", in: plan)
                sources.formUnion(try DatasetFacts(artifact).cut.sources)
                found = try StoredAnswers(pipeline: plan.name, stage: predict.name, in: store.rows)
            } catch let error as StageError where name == nil {
                notes.append("without answers: \(error.message)")
            }
        }
        answers = found
        annotated = try withAnswers ? Self.annotated(plan, in: store) : nil
        let model = predict?.inputs.first { $0.port == "model" }?.sources.first?.stage
        let known = model.map { ModelSplits.before($0, in: plan) }
        if predict != nil, found != nil, known?.isEmpty != false {
            notes.append(
                "which comments the model of stage '\(predict?.name ?? "")' has learned from is not known: it is no stage of "
                    + "\(plan.file); what it says of those is worth little")
        }
        splits = try ModelSplits(known ?? ModelSplits.all(of: plan), of: plan, in: store)
        notes += splits.gaps
        sources.formUnion(splits.sources)
        classes = splits.classes ?? (isVoted ? [Verdict.uncontroversial, .controversial].map(\.name) : [])
        cut = try store.ledger.cut(of: Array(sources), asOf: nil)
        try gather(store, seed: seed, hasModel: known?.isEmpty == false)
    }

    /// What an annotate stage gave last; `nil` if there is none, or it has not run.
    private static func annotated(_ plan: PlannedPipeline, in store: RunStore) throws -> DatasetColumns? {
        guard let stage = plan.stages.first(where: { $0.stage is AnnotateStage }),
            let artifact = try? store.latestResult(of: stage.name, type: "annotated-v1", in: plan)
        else { return nil }
        return try DatasetColumns(path: artifact.path, stage: stage.name)
    }

    private static func predictStage(
        _ name: String?, of plan: PlannedPipeline
    ) throws(DiagnosticsError) -> PlannedStage? {
        let stages = plan.stages.filter { $0.stage is PredictStage }
        let names = stages.map(\.name).joined(separator: ", ")
        guard let name else {
            if stages.count < 2 { return stages.first }
            throw DiagnosticsError(
                "\(plan.file) has several predict stages: \(names)", hint: "name one with --answers")
        }
        if let stage = stages.first(where: { $0.name == name }) { return stage }
        throw DiagnosticsError(
            plan[name] == nil
                ? "\(plan.file) has no stage '\(name)'" : "stage '\(name)' is no predict stage",
            hint: stages.isEmpty
                ? "add a predict stage after the one that trains" : "predict stages: \(names)")
    }

    private mutating func gather(_ store: RunStore, seed: Int, hasModel: Bool) throws {
        let voted = set?.table.comments ?? []
        let answered = answers?.comments ?? []
        let people = annotated?.ids ?? []
        let prefix = Array("read-next\u{1F}\(seed)\u{1F}".utf8)
        var (votedRow, answerRow, annotatedRow) = (0, 0, 0)
        var rows: [Row] = []
        var message: [UInt8] = []
        try store.ledger.scan(cut, fields: .key, selection: .all) { comment in
            if comment.isDeleted { return }
            while votedRow < voted.count, voted[votedRow] < comment.id { votedRow += 1 }
            while answerRow < answered.count, answered[answerRow] < comment.id { answerRow += 1 }
            while annotatedRow < people.count, people[annotatedRow] < comment.id { annotatedRow += 1 }
            let isAnnotated = annotatedRow < people.count && people[annotatedRow] == comment.id
            let isVoted = votedRow < voted.count && voted[votedRow] == comment.id
            let isAnswered = answerRow < answered.count && answered[answerRow] == comment.id
            let side = splits.sides[comment.id]
            guard isVoted || isAnswered || side != nil else { return }
            message.replaceSubrange(0..., with: prefix)
            message += comment.source
            message.append(0x3A)
            message += comment.key
            let digest = message.withUnsafeBytes { ContentDigest.words(of: $0) }
            var row = Row(id: comment.id, ranks: (digest[0], digest[1]))
            if isVoted { row.voted = Int32(votedRow) }
            if isAnswered { row.answer = Int32(answerRow) }
            row.side = side
            row.isTrained = hasModel && side.map(splits.isTrained) ?? false
            if let label = splits.labels[comment.id] {
                row.label = label
            } else if isAnnotated, let code = annotated?.labels[annotatedRow],
                let index = Verdict(code: code)?.classIndex
            {
                row.label = Int32(index)
            } else if isVoted, let table = set?.table,
                let index = Verdict(code: table.labels[votedRow])?.classIndex
            {
                row.label = Int32(index)
            }
            rows.append(row)
        }
        self.rows = rows
    }

    /// A comment of the pool; `nil` if it is not in it.
    func row(of comment: Int64) -> Row? {
        let place = rows.partitioningIndex { $0.id >= comment }
        return place < rows.count && rows[place].id == comment ? rows[place] : nil
    }

    func probabilities(of row: Row) -> ArraySlice<Double>? {
        row.answer < 0 ? nil : answers?.probabilities(of: Int(row.answer))
    }
}
