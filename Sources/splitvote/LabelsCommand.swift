internal import ArgumentParser
internal import Console
internal import DatasetHistory
private import Foundation
internal import PipelineAccess

/// `splitvote labels`: label sets as versions.
struct LabelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "labels",
        abstract: "List label sets, show one, compare two or the definitions, or make one the live one.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?
    @Argument(help: "ls, show, diff, agreement or promote, and what these take.", completion: .labelsWords)
    var words: [String] = []
    @Option(help: "The store itself, in place of the pipeline file.", completion: .file()) var state: String?
    @Flag(help: "As JSON.") var json = false
    @Flag(help: "With diff: every comment whose label differs, not only how many.") var list = false
    @Option(help: "With --list: tsv or json.") var format = FlipFormat.tsv

    func validate() throws {
        if list, !words.contains("diff") { throw ValidationError("--list belongs to diff") }
    }

    func run() throws {
        var words = [file].compactMap { $0 } + words
        let place = try StoreLocation(&words, state: state, registry: .all)
        let store = try place.openExisting()
        defer { try? store.close() }
        let question = LabelsQuestion(words, json: json, list: list, format: format)
        let host = ProcessInfo.processInfo.hostName
        switch try question.answer(
            LabelSets(store, pipeline: place.pipeline), state: place.state, host: host)
        {
        case .lines(let lines): print(lines: lines)
        case .text(let text): print(text, terminator: "")
        case .rows(let rows):
            var output = OutputBuffer()
            try output.write(rows)
            try output.flush()
        }
    }
}

extension FlipFormat: ExpressibleByArgument {}
