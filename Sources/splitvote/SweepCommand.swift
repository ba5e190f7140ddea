internal import ArgumentParser
internal import DatasetHistory
internal import LabelStudies
internal import PipelineAccess

/// `splitvote sweep`: what other thresholds would give.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "sweep",
        abstract: "Show the labels that a grid of thresholds would give, from the stored counts.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Option(help: "Minimum votes: numbers and start:end:step, separated by commas.") var minVotes = "5:50:5"
    @Option(help: "Ranges of ratios called controversial: low-high, separated by commas.")
    var band = "0.3-0.7,0.35-0.65,0.4-0.6,0.45-0.55"
    @Option(
        help: ArgumentHelp("Label set to start from and to compare with.", valueName: "id"),
        completion: .labelSet)
    var labelSet = "promoted"
    @Option(help: "tsv, json or svg.") var format = SurfaceFormat.tsv

    func run() throws {
        let axes = try SweepAxes.given(minVotes: minVotes, bands: band)
        let place = try StoreLocation(file: file, state: state, registry: .all)
        let store = try place.openExisting()
        defer { try? store.close() }
        let reference = try LabelSets(store, pipeline: place.pipeline).load(labelSet)
        let surface = try reference.surface(axes)
        print(try format.text(of: surface, reference: reference.summary.id), terminator: "")
    }
}

extension SurfaceFormat: ExpressibleByArgument {}
