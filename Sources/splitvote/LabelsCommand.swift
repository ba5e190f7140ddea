internal import ArgumentParser
internal import Console
internal import DatasetHistory
internal import Diagnostics
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
        let sets = LabelSets(store, pipeline: place.pipeline)
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1): try list(sets)
        case ("show", 2): try show(words[1], sets)
        case ("diff", 2...3):
            try diff(sets.load(words[1]), sets.load(words.count == 3 ? words[2] : "promoted"), sets)
        case ("agreement", 1...2):
            let agreement = try sets.load(words.count == 2 ? words[1] : "promoted").agreement()
            print(lines: agreement.lines(asJSON: json || format == .json))
        case ("promote", 2): try promote(words[1], sets, place)
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is not a subcommand of labels",
                hint: "it takes ls, show SET, diff OLD [NEW], agreement [SET], or promote SET")
        }
    }

    private func diff(_ old: LabelSets.Loaded, _ new: LabelSets.Loaded, _ sets: LabelSets) throws {
        let difference = try sets.compare(old, new)
        if list {
            let flips = try FlipList(difference, old.table, new.table, sets.store)
            var output = OutputBuffer()
            try output.write(flips.text(json ? .json : format))
            try output.flush()
        } else if json {
            print(difference.json(), terminator: "")
        } else {
            print(lines: difference.lines)
        }
    }

    private func list(_ sets: LabelSets) throws {
        let found = try sets.store.labelSets(pipeline: sets.pipeline)
        print(
            asJSON: json, LabelSetText.json(found),
            lines: found.isEmpty ? ["no label set so far"] : LabelSetText.list(found))
    }

    private func show(_ name: String, _ sets: LabelSets) throws {
        let set = try sets.find(name)
        try print(
            asJSON: json, LabelSetText.json(set), lines: LabelSetText.lines(set, rows: sets.placeOfRows(set)))
    }

    private func promote(_ name: String, _ sets: LabelSets, _ place: StoreLocation) throws {
        let host = ProcessInfo.processInfo.hostName
        let set = try sets.promote(name, state: place.state, host: host)
        print("\(set.id) is promoted; the next run promotes its own, unless -S changes a rule")
    }
}

extension FlipFormat: ExpressibleByArgument {}
