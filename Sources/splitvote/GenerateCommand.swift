internal import ArgumentParser
internal import ModelCommands
internal import ProcessControl

/// `splitvote generate`: texts and what a model has follow.
struct GenerateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "generate", abstract: "Continue texts by a model that tells the next token, such as GPT-2.")

    @OptionGroup var flags: GenerateFlags
    func validate() throws { _ = try UsageProblem.reported(flags.settings) }

    func run() throws {
        try TextGeneration(flags, threads: Machine.threads, note: ErrorReporter.note).run(flags.texts)
    }
}
