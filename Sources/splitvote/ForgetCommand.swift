internal import ArgumentParser
internal import CommentStore
internal import Console
internal import DatasetHistory
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import Presentation
internal import RunStore

/// `splitvote forget`: removes comments for good.
struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "forget",
        abstract: "Remove comments from the store for good, by a list of their IDs.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String

    @Argument(help: "The list of IDs; - for standard input.", completion: .file()) var list: String

    func run() throws {
        let plan = try PipelineLoader(file: file, registry: .all).plan()
        var names = ForgetList(name: list)
        try LineSource(path: list).forEachBlock(of: 10_000) { try names.add($0) }
        let reader = try StoreLocation(plan).openExisting()
        let sources = try reader.ledger.sources().map(\.source)
        try reader.close()
        try names.requireSources(sources)
        let eraser = CommentForgetting(
            plan.store, host: ProcessInfo.processInfo.hostName)
        let outcome = try eraser.forget(names.names)
        print(lines: outcome.lines)
        if !outcome.figures.comments.isEmpty || outcome.removedResults > 0 {
            ErrorReporter.note(
                "now: splitvote run \(file), which writes exports, shards and answers without them")
        }
    }
}
