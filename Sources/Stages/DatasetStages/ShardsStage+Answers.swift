internal import ShardFormat
internal import StageKit
internal import TextBasics

extension ShardsStage {
    /// How contexts become rows. Without questions the keys mean nothing, and are no part of the fingerprint.
    static func windows(_ parameters: inout ParameterReader) -> WindowSettings {
        WindowSettings(
            step: parameters.optionalInt(
                "doc_stride", in: 1...65_536, unit: "tokens",
                help:
                    "For questions with contexts, of which none is cut: a longer context becomes several rows, each of which begins up to "
                    + "this many tokens after the one before; by default 128. It is the step, as in BERT's own program; "
                    + "tokenizers of Hugging Face call what two rows have in common 'stride'."),
            question: parameters.optionalInt(
                "max_query_tokens", in: 1...65_536, unit: "tokens",
                help:
                    "For questions with contexts. Longer questions are cut at their end; by default 64 tokens."
            ))
    }

    /// - Throws: ``/StageKit/StageError`` for keys that mean nothing for these rows.
    func checkAnswers(_ facts: DatasetFacts) throws(StageError) {
        let hasAnswers = facts.targets?.task.form == .answerPlaces
        if !hasAnswers, windows != WindowSettings() {
            throw StageError(
                "'doc_stride' and 'max_query_tokens' are for questions with contexts, and these rows are others",
                hint: "leave them out")
        }
        if hasAnswers, side == .left {
            throw StageError(
                "truncation_side: left cuts longer texts, and contexts are not cut but divided",
                hint: "leave 'truncation_side' out; 'doc_stride' says how far the parts are from each other")
        }
    }
}

/// How contexts become rows; `nil` for what is usual.
struct WindowSettings: Hashable {
    var step: Int?
    var question: Int?

    /// As manifests have it.
    var record: ShardManifest.Windows { ShardManifest.Windows(step: step ?? 128, question: question ?? 64) }
}

/// What of the answers a model does not get to see, or cannot learn.
struct AnswerWatch {
    private var questions = 0
    /// Of which nothing is left as tokens.
    private var lost = 0
    /// Whose answer no row has whole.
    private var unseen = 0
    /// Whose answer begins or ends inside a token, or was changed by cleaning.
    private var inexact = 0
    /// With several right answers.
    private var several = 0
    private let cutRows: Int

    /// - Parameter cutRows: rows whose question was cut.
    init(
        _ split: DatasetColumns, _ files: [ShardManifest.File], in folder: String, _ vocabularySize: Int,
        cutRows: Int
    ) throws {
        self.cutRows = cutRows
        var met: Set<Int64> = []
        for file in files {
            try MappedFile(path: folder + "/" + file.path).withBytes { bytes in
                let view = try TokenShardView(bytes, vocabularySize: vocabularySize)
                var wanted: Range<Int32>?
                for row in 0..<view.rowCount {
                    guard let answer = view.answer(of: row) else { continue }
                    if met.insert(view.comment(of: row)).inserted {
                        wanted = answer.answers.first
                        if answer.answers.count > 1 { several += 1 }
                        if answer.start == AnswerRow.none { unseen += 1 }
                    }
                    guard let place = wanted, answer.start > 0 else { continue }
                    let (first, last) = (
                        Int(answer.start) - answer.firstToken, Int(answer.end) - answer.firstToken
                    )
                    if answer.places[first].lowerBound != place.lowerBound
                        || answer.places[last].upperBound != place.upperBound
                    {
                        inexact += 1
                    }
                    wanted = nil
                }
            }
        }
        questions = split.ids.count
        lost = split.ids.count { !met.contains($0) }
    }

    var warnings: [String] {
        func of(_ count: Int) -> String {
            "\(Counts.grouped(count)) of \(Counts.text(questions, "question"))"
        }
        var warnings: [String] = []
        if lost > 0 {
            warnings.append(
                "left out: \(of(lost)), of which the tokenizer keeps nothing, or of whose context")
        }
        if unseen > 0 {
            warnings.append(
                "\(of(unseen)) have no row that holds the first answer whole: they are not learned from, and still count in scores"
            )
        }
        if inexact > 0 {
            warnings.append(
                "\(of(inexact)) have a first answer that begins or ends inside a token, or that cleaning changed: the tokens around it "
                    + "are learned, and a model can hardly give it exactly")
        }
        if several > 0 {
            warnings.append("\(of(several)) have several answers: the first is learned, and scores go by all")
        }
        if cutRows > 0 {
            warnings.append(
                "\(Counts.text(cutRows, "row")) have a question that was cut; 'max_query_tokens' says where")
        }
        return warnings
    }
}
