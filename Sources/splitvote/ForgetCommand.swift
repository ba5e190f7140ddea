internal import ArgumentParser
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import RunStore
internal import TextBasics

/// `splitvote forget`: takes comments out for good.
struct ForgetCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "forget",
        abstract: "Take comments out of the store for good, by a list of their ids.",
        discussion: """
            The list has an id a line, source:key as exports show it; lines that begin with # are passed over. Texts and \
            votes are overwritten, results that hold texts are removed, and no source brings a forgotten comment back. \
            The next run writes exports and shards without them; until then published files are as they were. Models that \
            were trained on them are left.
            """)

    @Argument(help: "The pipeline file.")
    var file: String

    @Argument(help: "The list of ids; - for standard input.")
    var list: String

    func run() throws {
        let plan = try PipelineLoader(file: file).plan()
        let names = try names()
        let place = StorePlace(plan)
        let reader = try place.openExisting()
        let sources = try reader.sources().map(\.source)
        try reader.close()
        for name in names where !sources.contains(name.source) {
            throw DiagnosticsError(
                "\(list): there is no source '\(name.source)' in the store",
                hint: "an id is source:key; the sources are \(sources.joined(separator: ", "))")
        }
        let eraser = CommentForgetting(
            plan.store, host: ProcessInfo.processInfo.hostName)
        let outcome = try eraser.forget(names)
        print(
            "\(Counts.text(outcome.figures.comments.count, "comment")) forgotten"
                + (outcome.figures.unknown == 0
                    ? "" : ", \(Counts.grouped(outcome.figures.unknown)) not known and never to be taken")
                + (outcome.figures.alreadyForgotten == 0
                    ? "" : ", \(Counts.grouped(outcome.figures.alreadyForgotten)) forgotten before"))
        for (label, count) in outcome.labels.sorted(by: { $0.key < $1.key }) {
            print("  \(label) \(Counts.grouped(count)) in the promoted label set")
        }
        if outcome.removedResults > 0 {
            print(
                "\(Counts.text(outcome.removedResults, "result")) with texts removed, \(Bytes.text(outcome.removedBytes))"
            )
        }
        if !outcome.figures.comments.isEmpty {
            ErrorText.note("now: splitvote run \(file), which writes exports and shards without them")
        }
    }

    private func names() throws -> [(source: String, key: String)] {
        var names: [(source: String, key: String)] = []
        var number = 0
        try LineSource(path: list).forEachBlock(of: 10_000) { lines in
            for line in lines {
                number += 1
                let text = String(decoding: line, as: UTF8.self).trimmingCharacters(in: .whitespaces)
                if text.isEmpty || text.hasPrefix("#") { continue }
                guard let colon = text.firstIndex(of: ":"), colon != text.startIndex,
                    text.index(after: colon) != text.endIndex
                else {
                    throw DiagnosticsError(
                        "\(list), line \(number): '\(text)' is no id of a comment",
                        hint: "an id is source:key, as the column id of exports shows it")
                }
                names.append((String(text[..<colon]), String(text[text.index(after: colon)...])))
            }
        }
        return names
    }
}
