internal import Diagnostics
import StageKit

/// Stages without work, for plans: `read` → `tidy` → `judge` → `show`, and `pack`, which takes two inputs.
let testRegistry = StageRegistry([
    ReadStage.self, TidyStage.self, JudgeStage.self, PackStage.self, ShowStage.self,
])

private protocol IdleStage: Stage {}

extension IdleStage {
    func run(in context: StageContext) async throws -> StageResult { StageResult(outputs: []) }
}

struct ReadStage: IdleStage {
    static let kind = StageKind(
        "read", revision: 1, summary: "Read comments from files.", outputs: [Port("comments", "comments-v1")],
        figures: [Figure("rows", "rows read")], accumulates: true)

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.filePatterns("paths", help: "Files to read.")
        _ = parameters.requiredString("source", help: "Where the comments are from.")
        _ = parameters.columns("columns", allowed: ["text", "up", "down", "article"], required: [])
        _ = parameters.optionalString("day", help: "Date of the files.")
        _ = parameters.secret("token", required: false)
        _ = parameters.unfingerprintedInt("threads", default: 1, in: 1...64)
        try parameters.finish()
    }
}

struct TidyStage: IdleStage {
    static let kind = StageKind(
        "tidy", revision: 1, summary: "Clean the texts.", inputs: [Port("comments", "comments-v1")],
        outputs: [Port("texts", "texts-v1")], rulesLabels: true)

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.choice("rules", default: "none", of: ["kcbert-2020", "none"])
        try parameters.finish()
    }
}

struct JudgeStage: IdleStage {
    static let kind = StageKind(
        "judge", revision: 2, summary: "Label the comments.", inputs: [Port("comments", "texts-v1")],
        outputs: [Port("labels", "labels-v1")],
        figures: [Figure("abstain_share", "share without a label"), Figure("controversial", "comments")],
        rulesLabels: true)

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.int("min_votes", default: 20, in: 1...100_000, unit: "votes", help: "Fewest votes.")
        _ = parameters.range("controversial", default: 0.4...0.6, in: 0...1)
        _ = parameters.outerRange("uncontroversial", default: (atMost: 0.2, atLeast: 0.8), in: 0...1)
        _ = parameters.duration("settle", default: nil)
        _ = parameters.size("cache", default: 1_000_000)
        _ = parameters.shares("shares", default: [("train", 1)])
        _ = parameters.intOrWord(
            "per_label", default: .word("all"), in: 1...1000, words: ["all", "balanced"])
        _ = parameters.strings("drop", default: ["empty"], of: ["empty", "deleted"])
        _ = parameters.optionalNumber("confidence", in: 0.5...0.999)
        _ = parameters.bool("strict", default: false)
        _ = parameters.map("prior") { prior in prior.number("alpha", default: 1, in: 0.01...1000) }
        try parameters.finish()
    }
}

struct PackStage: IdleStage {
    static let kind = StageKind(
        "pack", revision: 1, summary: "Write shards.",
        inputs: [Port("data", "labels-v1"), Port("tokenizer", "texts-v1", optional: true)],
        outputs: [Port("shards", "shards-v1")])

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.folder("init", required: false)
        try parameters.finish()
    }
}

struct ShowStage: IdleStage {
    static let kind = StageKind(
        "show", revision: 1, summary: "Write a report.",
        inputs: [Port("facts", "labels-v1", "shards-v1", "texts-v1", many: true)],
        outputs: [Port("report", "report-v1")], readsUpstreamFigures: true)

    init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        _ = parameters.outputPath("path", default: "report.html", placeholders: ["date", "run"])
        _ = parameters.file("logo", required: false)
        try parameters.finish()
    }
}
