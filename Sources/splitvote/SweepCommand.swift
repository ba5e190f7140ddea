internal import ArgumentParser
internal import DatasetHistory
internal import Diagnostics
private import Foundation
internal import LabelStudies
internal import PipelineAccess
internal import Reports
internal import RunStore
internal import StageKit
internal import VoteModel

/// `splitvote sweep`: what other thresholds would give.
struct SweepCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sweep",
        abstract: "Show the labels that a grid of thresholds would give, from the stored counts.",
        discussion: """
            For example: splitvote sweep news.yaml --min-votes 5:50:5 --band 0.35-0.65,0.4-0.6 --format svg > map.svg. \
            Everything else of the rule is as in the promoted set, which flips are counted against. No stage runs.
            """)

    enum Format: String, ExpressibleByArgument, CaseIterable { case tsv, json, svg }

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Option(help: "Least votes: numbers and start:end:step, separated by commas.")
    var minVotes = "5:50:5"

    @Option(help: "Ranges of ratios called controversial: low-high, separated by commas.")
    var band = "0.3-0.7,0.35-0.65,0.4-0.6,0.45-0.55"

    @Option(help: ArgumentHelp("Label set to start from and to compare with.", valueName: "id"))
    var labelSet = "promoted"

    @Option(help: "tsv, json or svg.")
    var format = Format.tsv

    func run() throws {
        let axes = try axes()
        let place = try StoreLocation(file: file, state: state)
        let store = try place.openExisting()
        defer { try? store.close() }
        let reference = try LabelSets(store, pipeline: place.pipeline).load(labelSet)
        let surface = try reference.surface(axes)
        switch format {
        case .tsv: print(String(decoding: try surface.tsv(), as: UTF8.self), terminator: "")
        case .json:
            print(
                String(decoding: surface.json(reference: reference.summary.id), as: UTF8.self), terminator: ""
            )
        case .svg:
            guard let svg = SurfaceFigures(surface)?.svg() else {
                throw DiagnosticsError("a surface without cells cannot be drawn", hint: "try more thresholds")
            }
            print(svg)
        }
    }

    private func axes() throws(DiagnosticsError) -> SweepAxes {
        do {
            return try SweepAxes(minVotes: minVotes, bands: band)
        } catch {
            throw DiagnosticsError("\(error)")
        }
    }
}
