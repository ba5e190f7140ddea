internal import ArgumentParser
internal import PipelineAccess
internal import PipelineEngine
internal import Presentation

/// `splitvote explain`: a stage's fingerprint now and at its last result, field by field.
struct ExplainCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "explain",
        abstract: "Show what a stage's fingerprint is made of, now and at its last result.")

    @OptionGroup var pipeline: PipelineOptions

    @Argument(help: "The stage.", completion: .stage) var stage: String

    @Flag(help: "As JSON.") var json = false

    func run() async throws {
        let plan = try pipeline.plan()
        _ = try StageNames.known([stage], in: plan, flag: "explain")
        let plans = try await Engine(plan, options: pipeline.engineOptions(plan), sink: NoEvents()).plan()
        guard let explained = plans.first(where: { $0.stage == stage }) else { return }
        let text = Explanation(explained)
        print(asJSON: json, text.json(plan), lines: text.lines)
    }
}
