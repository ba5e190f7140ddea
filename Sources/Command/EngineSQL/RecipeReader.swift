internal import DatasetStages
internal import Diagnostics
internal import Labeling
internal import PipelinePlan
internal import Sampling
internal import StageKit
internal import TextBasics
internal import VoteModel

/// Finds in a checked pipeline file what an engine is to do. What cannot be carried over is refused by name and place, all in
/// one report: a project that leaves something out silently would give other rows.
struct RecipeReader {
    private let plan: PlannedPipeline
    private var findings: [Finding] = []
    private var notes: [String] = []

    init(_ plan: PlannedPipeline) {
        self.plan = plan
    }

    /// - Parameter asOf: the moment that labels are to look back to; `nil` for now.
    /// - Throws: `DiagnosticsError` with all that cannot be carried over.
    mutating func recipe(asOf: Int64?) throws(DiagnosticsError) -> EngineRecipe {
        guard let split = single("split", hint: "name the stage that is meant in a separate file") else {
            throw refusal
        }
        let chain = stages(before: split)
        for stage in chain { refuseKind(stage) }
        guard let sample = chain.first(where: { $0.kind.name == "sample" }),
            let label = chain.first(where: { $0.kind.name == "label" }),
            let clean = chain.first(where: { $0.kind.name == "clean" })
        else {
            refuse(
                split, nil, "the rows of '\(split.name)' do not come from clean, label and sample stages",
                hint: "an engine makes splits of comments that their votes label; rows with labels need none")
            throw refusal
        }
        let tables = chain.filter { $0.kind.name == "ingest.files" }.compactMap { table($0) }
        let recipe = EngineRecipe(
            pipeline: plan.name, file: plan.file, tables: tables, clean: self.clean(clean),
            label: self.label(label), sample: self.sample(sample), split: self.split(split),
            columns: columns(after: split), asOf: asOf, notes: notes(chain + [split]))
        if tables.count > 1, Set(tables.map(\.source)).count < tables.count {
            refuse(
                split, nil, "two ingest stages have one source",
                hint: "give each its own 'source', or put their files into one stage")
        }
        if !findings.isEmpty { throw refusal }
        return recipe
    }

    private var refusal: DiagnosticsError { DiagnosticsError(file: plan.file, findings: findings) }

    private mutating func refuse(
        _ stage: PlannedStage?, _ key: String?, _ message: String, hint: String? = nil
    ) {
        let span = key.flatMap { stage?.spans[$0] } ?? stage?.span
        findings.append(.error(message, at: span, hint: hint))
    }

    /// Refuses a parameter that is set to something that an engine does not do.
    private mutating func refuse(_ stage: PlannedStage, key: String, hint: String) {
        let value = stage.parameters[key].map { " \($0.canonicalText)" } ?? ""
        refuse(stage, key, "'\(key):\(value)' of '\(stage.name)' has no SQL of its own", hint: hint)
    }

    private mutating func single(_ kind: String, hint: String) -> PlannedStage? {
        let found = plan.stages.filter { $0.kind.name == kind }
        if found.count != 1 {
            refuse(
                found.last, nil,
                found.isEmpty
                    ? "\(plan.file) has no stage of kind '\(kind)'"
                    : "there are \(found.count) stages of kind '\(kind)': \(found.map(\.name).joined(separator: ", "))",
                hint: found.isEmpty ? "its data stages end with a split" : hint)
        }
        return found.count == 1 ? found[0] : nil
    }

    /// All stages that a stage's rows come through, in the order of the plan.
    private func stages(before stage: PlannedStage) -> [PlannedStage] {
        var names: Set<String> = []
        var open = [stage]
        while let next = open.popLast() {
            for source in next.inputs.flatMap(\.stages) where names.insert(source).inserted {
                if let found = plan[source] { open.append(found) }
            }
        }
        return plan.stages.filter { names.contains($0.name) }
    }

    private mutating func refuseKind(_ stage: PlannedStage) {
        if ["ingest.files", "clean", "label", "sample"].contains(stage.kind.name) { return }
        refuse(
            stage, nil, "stage kind '\(stage.kind.name)' has no SQL of its own",
            hint: "engines read tables: ingest.files, then clean, label, sample, split and export")
    }

    /// What is not carried over and changes no row.
    private func notes(_ carried: [PlannedStage]) -> [String] {
        let names = carried.map(\.name)
        let rest = plan.stages.filter { !names.contains($0.name) && $0.kind.name != "export" }
        let checks = carried.filter { !$0.checks.isEmpty }.map(\.name)
        var sentences = notes
        if !rest.isEmpty {
            sentences.append("stages that stay in splitvote: \(rest.map(\.name).joined(separator: ", "))")
        }
        if !checks.isEmpty {
            sentences.append("checks that only splitvote makes: those of \(checks.joined(separator: ", "))")
        }
        return sentences
    }
}

// MARK: Tables

extension RecipeReader {
    private mutating func table(_ stage: PlannedStage) -> EngineRecipe.CommentTable? {
        let given = stage.parameters
        let source = given["source"]?.stringValue ?? ""
        let paths = stage.fileRequests.first { $0.key == "paths" }?.values ?? []
        if let odd = paths.first(where: { path in path.contains { "[]{}'`\\".contains($0) } }) {
            refuse(
                stage, "paths", "engines read '\(odd)' as another pattern",
                hint: "use * and ? in names without brackets, quotation marks and backslashes")
        }
        let format = format(stage, paths)
        for (key, standard) in Self.standards where given[key] != nil && given[key] != standard {
            refuse(stage, key: key, hint: "leave it out; 'splitvote run' reads such tables")
        }
        let known = Set(Self.standards.map(\.0)).union(Self.carried)
        for key in (given.objectValue ?? [:]).keys.sorted() where !known.contains(key) {
            refuse(stage, key: key, hint: "leave it out; 'splitvote run' reads such tables")
        }
        let columns = (given["columns"]?.objectValue ?? [:]).mapValues { names in
            names.arrayValue?.compactMap(\.stringValue) ?? []
        }
        for role in ["label", "labels", "score", "text_pair", "split", "id", "group"]
        where columns[role] != nil {
            refuse(
                stage, "columns", "'\(stage.name)' reads rows with labels: they have the column '\(role)'",
                hint: "an engine labels comments by their votes; rows with labels need none")
        }
        let zone = given["time_zone"]?.stringValue ?? "Z"
        guard let seconds = Moment.zoneSeconds(zone) else {
            refuse(
                stage, "time_zone", "the time zone '\(zone)' changes its offset in the course of a year",
                hint: "engines take one offset, such as +09:00")
            return nil
        }
        if columns["observed_at"] == nil {
            notes.append(
                "'\(stage.name)' has no column observed_at: all its rows count as seen on \(plan.runDate), the run's date"
            )
        }
        return EngineRecipe.CommentTable(
            stage: stage.name, source: source,
            paths: paths.map { AbsolutePath.of($0, in: plan.baseFolder) }, format: format,
            columns: columns, zoneSeconds: seconds,
            numbersAreOfArticles: given["key_scope"]?.stringValue == "article",
            observedAt: (Self.seconds(plan.runDate) ?? 0) - seconds)
    }

    /// Parameters that engines take with these values only.
    private static let standards: [(String, JSONValue)] = [
        ("escapes", "none"), ("header", []), ("nulls", []), ("text_format", "plain"),
    ]

    /// Parameters that are carried over, or change nothing of what the tables say.
    private static let carried: Set<String> = [
        "columns", "delimiter", "encoding", "format", "key_scope", "quote", "replaced", "source", "time_zone",
    ]

    private mutating func format(_ stage: PlannedStage, _ paths: [String]) -> EngineRecipe.TableForm {
        let given = stage.parameters
        let encoding = given["encoding"]?.stringValue ?? "auto"
        if !["auto", "utf-8"].contains(encoding.lowercased()) {
            refuse(stage, key: "encoding", hint: "write the tables in UTF-8")
        }
        func isNamed(_ ending: String) -> Bool {
            paths.allSatisfy {
                $0.hasSuffix("." + ending) || ending != "parquet" && $0.hasSuffix(".\(ending).gz")
            }
        }
        var format = given["format"]?.stringValue ?? "auto"
        if format == "auto" { format = ["tsv", "csv", "parquet"].first(where: isNamed) ?? "auto" }
        if format == "parquet" { return .parquet }
        guard ["tsv", "csv"].contains(format) else {
            refuse(
                stage, given["format"] == nil ? "paths" : "format",
                format == "auto"
                    ? "the names of the files of '\(stage.name)' do not tell their format"
                    : "'format: \(format)' of '\(stage.name)' has no SQL of its own",
                hint:
                    "engines read Parquet, and TSV and CSV, plain or with gzip; set format: parquet, tsv or csv"
            )
            return .parquet
        }
        let quote = given["quote"]?.stringValue ?? "auto"
        let delimiter = given["delimiter"]?.stringValue ?? "auto"
        let usual = format == "csv" ? "," : "\t"
        let isTab = ["tab", "\\t"].contains(delimiter)
        return .delimited(
            by: delimiter == "auto" ? usual : isTab ? "\t" : delimiter,
            isQuoted: quote == "csv" || quote == "auto" && format == "csv")
    }

    /// Midnight in UTC, seconds since 1970.
    private static func seconds(_ date: String) -> Int64? {
        Array(date.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: 0) }
    }
}

// MARK: Clean, label, sample

extension RecipeReader {
    private func clean(_ stage: PlannedStage) -> EngineRecipe.CleanStep {
        let rules = (stage.stage as? CleanStage)?.choices
        return EngineRecipe.CleanStep(
            stage: stage.name, rules: rules?.identifier ?? "none", minChars: rules?.minChars ?? 0,
            dropsDeleted: rules?.dropsDeleted ?? true, dropsEmpty: rules?.dropsEmpty ?? true)
    }

    private mutating func label(_ stage: PlannedStage) -> EngineRecipe.LabelStep {
        let given = stage.parameters
        let level = given["prior"]?["per"]?.stringValue
        if let level, level != "source" {
            refuse(
                stage, "prior.per", "priors of each \(level) have no SQL of their own",
                hint: "engines take per: source, or alpha and beta")
        }
        let rule: ControversyRule
        do {
            rule = try ControversyRule(parameters: given)
        } catch {
            refuse(stage, nil, error.message, hint: error.hint)
            rule = ControversyRule()
        }
        return EngineRecipe.LabelStep(
            stage: stage.name, rule: rule, parameters: given, hasFittedPriors: level == "source",
            settle: given["settle"]?.intValue.map(Int64.init))
    }

    private func sample(_ stage: PlannedStage) -> EngineRecipe.SampleStep {
        let given = stage.parameters
        let size: SampleRule.Size =
            switch (given["per_label"]?.intValue, given["per_label"]?.stringValue) {
            case (let count?, _): .count(count)
            case (_, "balanced"): .balanced
            default: .all
            }
        return EngineRecipe.SampleStep(
            stage: stage.name,
            rule: SampleRule(
                perLabel: size, perArticle: given["per_article"]?.intValue, seed: given["seed"]?.intValue ?? 1
            ))
    }
}

// MARK: Split and export

extension RecipeReader {
    private mutating func split(_ stage: PlannedStage) -> EngineRecipe.SplitStep {
        let given = stage.parameters
        let grouping = given["group_by"]?.stringValue ?? "article"
        if !["article", "comment"].contains(grouping) {
            refuse(stage, key: "group_by", hint: "engines group by article or comment")
        }
        let (sides, method) = method(stage)
        let near = given["dedupe"]
        return EngineRecipe.SplitStep(
            stage: stage.name, salt: given["salt"]?.stringValue ?? "v1", sides: sides, method: method,
            keepsArticles: grouping == "article",
            zoneSeconds: Moment.zoneSeconds(given["time_zone"]?.stringValue ?? "Z") ?? 0,
            copies: EngineRecipe.Copies(rawValue: given["copies"]?.stringValue ?? "drop") ?? .drop,
            near: NearDuplicateRule(
                shingle: near?["shingle"]?.intValue ?? 3, threshold: near?["threshold"]?.doubleValue ?? 0.85))
    }

    private mutating func method(_ stage: PlannedStage) -> ([String], EngineRecipe.Method) {
        let given = stage.parameters
        func pairs(_ key: String) -> [(name: String, value: JSONValue)] {
            (given[key]?.arrayValue ?? []).compactMap { pair in
                guard let pair = pair.arrayValue, let name = pair.first?.stringValue else { return nil }
                return (name, pair.last ?? .null)
            }
        }
        switch given["method"]?.stringValue ?? "hash" {
        case "hash":
            let shares = pairs("shares")
            var sum = 0.0
            let bounds = shares.map { share in
                sum += share.value.doubleValue ?? 0
                return sum
            }
            return (shares.map(\.name), .hash(bounds: Array(bounds.dropLast())))
        case "time":
            let cuts = pairs("cuts")
            return (
                cuts.map(\.name), .time(cuts: cuts.compactMap { $0.value.intValue.map(Int64.init) })
            )
        case "folds":
            return (
                ["train", "dev", "test"],
                .fold(
                    given["fold"]?.intValue ?? 1, of: given["folds"]?.intValue ?? 2,
                    dev: given["dev"]?.doubleValue ?? 0)
            )
        default:
            refuse(stage, key: "method", hint: "engines split by hash, time and folds")
            return ([], .hash(bounds: []))
        }
    }

    /// The columns of the exports; of several all, each once.
    private mutating func columns(after split: PlannedStage) -> [String] {
        let exports = plan.stages.filter { stage in
            stage.kind.name == "export" && stage.inputs.contains { $0.stages.contains(split.name) }
        }
        var names: [String] = []
        for stage in exports {
            for name in stage.parameters["columns"]?.arrayValue?.compactMap(\.stringValue) ?? [] {
                if Self.columns.contains(name) {
                    if !names.contains(name) { names.append(name) }
                } else {
                    refuse(
                        stage, "columns", "the column '\(name)' has no SQL of its own",
                        hint: "engines give \(Self.columns.joined(separator: ", "))")
                }
            }
        }
        return names.isEmpty ? ["id", "text", "label"] : names
    }

    private static let columns = [
        "id", "text", "label", "p_controversial", "up", "down", "ratio", "article", "created_at", "split",
        "weight", "flip_distance",
    ]
}
