internal import ArgumentParser
private import Foundation
internal import PipelineAccess
internal import Presentation

/// `splitvote status`: the last run, its stages, and what the store holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "status", abstract: "Show the last run and what the store holds. Never waits for a run.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Flag(help: "As JSON.") var json = false

    func validate() throws {
        if (file == nil) == (state == nil) { throw ValidationError("give a pipeline file, or --state PATH") }
    }

    func run() throws {
        let place = try StoreLocation(file: file, state: state, registry: .all)
        guard let store = try place.open() else {
            return print(
                asJSON: json, StoreStatus.json(nil, state: place.state),
                lines: ["\(place.state): no run so far"])
        }
        defer { try? store.close() }
        let status = try StoreStatus(store, state: place.state, plan: place.plan)
        print(
            asJSON: json, StoreStatus.json(status, state: place.state),
            lines: status.lines(here: FileManager.default.currentDirectoryPath, .all))
    }
}
