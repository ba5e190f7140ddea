internal import ArgumentParser
internal import EngineSQL
internal import ProcessControl

/// `splitvote verify`: one digest of a split, from this program and from an engine.
struct VerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "verify",
        abstract:
            "Print one SHA-256 of the split's rows: the last run's, and an engine's from the same tables.")

    @OptionGroup var pipeline: PipelineOptions
    @Option(help: "Make the split once more with this engine and compare: duckdb or spark.")
    var engine: SQLEngine?
    @Option(
        help: ArgumentHelp("With --engine: a folder to keep its project and tables in.", valueName: "folder"),
        completion: .directory)
    var out: String?

    func validate() throws {
        if out != nil, engine == nil { throw ValidationError("--out needs --engine, duckdb or spark") }
    }

    func run() async throws {
        let plan = try pipeline.plan()
        let own = try SplitDigest(ofLastRunOf: plan)
        print(own.line(of: "splitvote"))
        guard let engine else { return }
        let project = try EngineProject(plan, for: engine, asOf: pipeline.moment, again: true)
        let run = EngineRun(project, on: engine, program: Machine.program)
        let other = try await run.digest(in: out)
        print(other.line(of: engine.rawValue))
        if other != own { throw SplitDigest.differs(own, other, engine) }
    }
}

/// `splitvote engine`: what projects of `export --engine` call.
struct EngineCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "engine",
        abstract: "Clean, judge or choose rows for a project of 'export --engine', line for line.")

    @Argument(help: "clean RULES, verdicts RULE or copies [one_per_side], as the project says.")
    var words: [String]

    func run() throws { try EngineFilter(words).run() }
}

extension SQLEngine: ExpressibleByArgument {}
