internal import ArgumentParser
internal import Diagnostics
internal import PipelineAccess
internal import ReadNext

/// `splitvote agreement`: people against the labels of comments, and against each other.
struct AgreementCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "agreement",
        abstract: "Measure how far people agree with the labels of comments and with each other.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String
    @Argument(help: "Tables that people filled in; see read-next.", completion: .file()) var tables: [String]
    @Option(help: "For classes in an order: none, linear or quadratic.") var weights = "none"
    @Option(help: "Resamples of the comments for the intervals; 0 for no intervals.") var resamples = 1_000
    @Option(help: "Another seed draws other resamples.") var seed = 1

    func run() throws {
        let settings = try UsageProblem.reported { () throws(DiagnosticsError) in
            try PeopleAgreement.Settings(weights: weights, resamples: resamples, seed: seed)
        }
        let plan = try PipelineLoader(file: file, registry: .all).plan()
        let store = try StoreLocation(plan).openExisting()
        defer { try? store.close() }
        print(lines: try PeopleAgreement(plan, in: store, tables: tables, settings).lines)
    }
}
