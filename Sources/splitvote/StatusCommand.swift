internal import ArgumentParser
private import Foundation
internal import PipelineAccess
internal import Presentation

/// `splitvote status`: the last run, its stages, and what the store holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the last run and what the store holds. Never waits for a run.")

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Flag(help: "As JSON.")
    var json = false

    func validate() throws {
        if (file == nil) == (state == nil) { throw ValidationError("give a pipeline file, or --state PATH") }
    }

    func run() throws {
        let place = try StoreLocation(file: file, state: state)
        guard let store = try place.open() else {
            if json { return print(StoreStatus.json(nil, state: place.state).prettyText, terminator: "") }
            return print("\(place.state): no run so far")
        }
        defer { try? store.close() }
        let status = try StoreStatus(store, state: place.state, plan: place.plan)
        if json {
            print(StoreStatus.json(status, state: place.state).prettyText, terminator: "")
        } else {
            print(lines: status.lines(here: FileManager.default.currentDirectoryPath, .all))
        }
    }
}
