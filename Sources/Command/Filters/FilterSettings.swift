package import Console
internal import DatasetStages
package import Diagnostics
package import Models
package import PipelinePlan
package import Prediction
internal import PredictionStages
internal import Sampling
internal import StageKit
internal import TextCleaning
internal import Tokenization

/// What a filter does.
package enum FilterKind: String, CaseIterable, Sendable {
    case clean, copies, tokenize, predict

    /// The kind of stage that its settings may come from.
    var stageKind: String {
        switch self {
        case .clean: CleanStage.kind.name
        case .copies: SplitStage.kind.name
        case .tokenize: ShardsStage.kind.name
        case .predict: PredictStage.kind.name
        }
    }
}

/// What a filter goes by, from flags or from a stage of a pipeline file.
package struct FilterSettings {
    /// Identifier of cleaning rules, such as `kcbert-2022` or `kcbert-2020+entities+nfc`.
    package var rules: String?
    /// Fewest characters of a cleaned text.
    package var minChars: Int?
    /// Folder of the tokenizer.
    package var vocab: String?
    package var maxTokens: Int?
    /// Folder of the model.
    package var model: String?
    package var precision = Precision.fp32
    package var threads = 1
    /// How scores become answers instead of as the model's folder says.
    package var answers: AnswerOverrides?
    package var shingle: Int?
    package var similarity: Double?
    private var dropsEmpty = true
    private var mode = WordPieceMode.hfFast
    /// Stages of the pipeline that mask texts.
    private var masking: [String] = []
    private var stageRules: CleaningRules?
    private var predictStage: PredictStage?

    package init() {}

    /// Flags that mean something for some of the filters only, by whether they were given.
    private var given: [(flag: String, isGiven: Bool, kinds: Set<FilterKind>)] {
        [
            ("--rules", rules != nil, [.clean]), ("--min-chars", minChars != nil, [.clean]),
            ("--shingle", shingle != nil, [.copies]), ("--similarity", similarity != nil, [.copies]),
            ("--vocab", vocab != nil, [.tokenize]), ("--max-tokens", maxTokens != nil, [.tokenize]),
            ("--model", model != nil, [.predict]),
        ]
    }

    /// - Throws: `DiagnosticsError` for flags that mean nothing for a filter, or are out of range.
    package func check(_ kind: FilterKind, _ rows: FilterRows) throws(DiagnosticsError) {
        for (flag, isGiven, kinds) in given where isGiven && !kinds.contains(kind) {
            let names = FilterKind.allCases.filter(kinds.contains).map(\.rawValue).joined(separator: ", ")
            throw DiagnosticsError("\(flag) is for 'filter \(names)'")
        }
        if rows.drops, kind == .tokenize || kind == .predict {
            throw DiagnosticsError(
                "--drop is for 'filter clean' and 'filter copies'; a row has its answer in any case")
        }
        if let minChars, minChars < 0 {
            throw DiagnosticsError("--min-chars is \(minChars); it is 0 or more")
        }
        if let maxTokens, maxTokens < 3 {
            throw DiagnosticsError(
                "--max-tokens is \(maxTokens); a text has at least 3 tokens, [CLS] and [SEP] included")
        }
        if case .number(let number) = rows.column, number < 1 {
            throw DiagnosticsError("--column is \(number); fields are counted from 1")
        }
    }

    /// Takes what a stage of a pipeline says, where no flag says otherwise.
    /// - Throws: `DiagnosticsError` for a stage that is not there or of another kind, and for one whose folder comes from
    ///   another stage.
    package mutating func take(
        _ stage: String?, of plan: PlannedPipeline, for kind: FilterKind
    ) throws(DiagnosticsError) {
        let stage = try Self.stage(stage, of: plan, for: kind)
        switch kind {
        case .clean:
            guard let clean = stage.stage as? CleanStage else { return }
            stageRules = clean.rules
            dropsEmpty = clean.dropsEmpty
            masking = plan.stages.filter { $0.kind.name == MaskStage.kind.name }.map(\.name)
        case .copies:
            guard let split = stage.stage as? SplitStage else { return }
            shingle = shingle ?? split.nearCopies.shingle
            similarity = similarity ?? split.nearCopies.threshold
        case .tokenize:
            guard let shards = stage.stage as? ShardsStage else { return }
            maxTokens = maxTokens ?? shards.maxTokens
            mode = shards.mode
            if vocab == nil { vocab = try Self.folder("tokenizer", of: stage, plan, flag: "--vocab") }
        case .predict:
            predictStage = stage.stage as? PredictStage
            if model == nil { model = try Self.folder("model", of: stage, plan, flag: "--model") }
        }
    }

    private static func stage(
        _ name: String?, of plan: PlannedPipeline, for kind: FilterKind
    ) throws(DiagnosticsError) -> PlannedStage {
        let fitting = plan.stages.filter { $0.kind.name == kind.stageKind }
        let names = fitting.map(\.name).joined(separator: ", ")
        guard let name else {
            if let only = fitting.first, fitting.count == 1 { return only }
            throw DiagnosticsError(
                fitting.isEmpty
                    ? "\(plan.file) has no stage of kind '\(kind.stageKind)'"
                    : "\(plan.file) has several stages of kind '\(kind.stageKind)': \(names)",
                hint: fitting.isEmpty ? "give the settings as flags" : "say which: --stage NAME")
        }
        guard let stage = plan[name], stage.kind.name == kind.stageKind else {
            throw DiagnosticsError(
                "--stage \(name): \(plan.file) has no stage of kind '\(kind.stageKind)' by that name",
                hint: fitting.isEmpty ? "give the settings as flags" : "of that kind are: \(names)")
        }
        return stage
    }

    /// The folder that a stage names.
    private static func folder(
        _ key: String, of stage: PlannedStage, _ plan: PlannedPipeline, flag: String
    ) throws(DiagnosticsError) -> String {
        guard let path = stage.fileRequests.first(where: { $0.key == key })?.values.first else {
            throw DiagnosticsError(
                "stage '\(stage.name)' takes its \(key) from another stage",
                hint:
                    "name the folder that this stage has published, or that 'splitvote status' shows: \(flag) FOLDER"
            )
        }
        return path.hasPrefix("/") ? path : plan.baseFolder + "/" + path
    }

    func filter(
        _ kind: FilterKind, beside names: [String], note: (String) -> Void
    ) throws -> any TextFilter {
        switch kind {
        case .clean:
            if !masking.isEmpty {
                note(
                    "the pipeline masks names after cleaning (\(masking.joined(separator: ", "))); a filter only cleans, and "
                        + "names stay in the texts")
            }
            return CleanFilter(try cleaningRules(), dropsEmpty: dropsEmpty)
        case .copies:
            let rule = NearDuplicateRule(
                shingle: shingle ?? NearDuplicateRule().shingle,
                threshold: similarity ?? NearDuplicateRule().threshold)
            if let problem = rule.problems.first {
                throw DiagnosticsError("--shingle or --similarity: \(problem)")
            }
            return CopiesFilter(rule)
        case .tokenize:
            guard let vocab else {
                throw DiagnosticsError(
                    "'filter tokenize' needs a tokenizer", hint: "--vocab FOLDER, or --pipeline FILE")
            }
            let tokenizer = try ModelFiles.tokenizer(in: vocab, flag: "--vocab", mode: mode)
            for remark in tokenizer.remarks { note(remark) }
            return TokenizeFilter(tokenizer, maxTokens: maxTokens)
        case .predict:
            guard let model else {
                throw DiagnosticsError(
                    "'filter predict' needs a model", hint: "--model FOLDER, or --pipeline FILE")
            }
            var scorer = try TextScorer(folder: model, precision: precision, threads: threads, note: note)
            if let remark = scorer.remark(shownAs: model) { note(remark) }
            if scorer.textPair != nil {
                throw DiagnosticsError(
                    "\(model) reads pairs of texts, and a filter's rows have one text",
                    hint: "use splitvote predict with --title-column or --pair-column")
            }
            try predictStage?.apply(to: &scorer.answers)
            try answers?.apply(to: &scorer.answers)
            return PredictFilter(scorer, beside: names)
        }
    }

    private func cleaningRules() throws(DiagnosticsError) -> CleaningRules {
        var cleaning = stageRules ?? .plain
        if stageRules == nil { cleaning.minChars = 1 }
        if let rules {
            let known = rules == "plain" ? CleaningRules.plain : CleaningRules(identifier: rules)
            guard var known else {
                throw DiagnosticsError(
                    "--rules is '\(rules)', which names no rules",
                    hint: "plain, none, kcbert-2020 or kcbert-2022, and what is added to them, as in "
                        + "kcbert-2020+entities+nfc")
            }
            known.minChars = cleaning.minChars
            cleaning = known
        }
        if let minChars { cleaning.minChars = minChars }
        return cleaning
    }
}

extension FilterSettings {
    /// Reads rows, filters them and writes them, until the input ends.
    /// - Parameter note: called with what is worth knowing.
    /// - Throws: `DiagnosticsError` for settings, `StageError` for rows that cannot be read, and for an output that takes no more.
    package func run(
        _ kind: FilterKind, _ rows: FilterRows, from source: LineSource, note: (String) -> Void
    ) throws {
        var names: [String] = []
        if case .name(let name) = rows.column { names = [name] }
        var output = OutputBuffer()
        let filter = try filter(kind, beside: names, note: note)
        func put(_ bytes: [UInt8]) throws {
            try output.write(bytes)
            try output.flush()
        }
        try withoutActuallyEscaping(put) { write in
            var stream = FilterStream(rows, filter, to: write)
            var cutter = RowCutter()
            try source.forEachChunk(whenIdle: { try stream.flush() }) { piece in
                try cutter.add(piece) { try stream.add($0) }
            }
            try cutter.finish { try stream.add($0) }
            try stream.flush()
            stream.remarks.forEach(note)
        }
    }
}
