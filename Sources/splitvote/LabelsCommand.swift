internal import ArgumentParser
internal import DatasetStages
internal import Diagnostics
private import Foundation
internal import PipelineEngine
internal import RunStore
internal import StageKit
internal import TextBasics
internal import VoteModel

/// `splitvote labels`: label sets as versions.
struct LabelsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "labels",
        abstract: "List label sets, show one, compare two, or make one the live one.",
        usage: """
            splitvote labels FILE [ls] [--json]
            splitvote labels FILE show SET [--json]
            splitvote labels FILE diff OLD [NEW] [--json | --list [--format tsv|json]]
            splitvote labels FILE promote SET
            """,
        discussion: """
            A SET is an id as ls shows it, its beginning, 'promoted', 'previous' (the set promoted before that) or \
            'latest'. The promoted set is what the view labelled_comment shows, and what diff compares with unless NEW \
            is given; the next run promotes its own, unless -S changes a rule. --list names every comment whose label \
            differs, with its votes then and now and why.
            """)

    @Argument(help: "The pipeline file, then ls, show, diff or promote, and what these take.")
    var words: [String] = []

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Flag(help: "As JSON.")
    var json = false

    @Flag(help: "With diff: every comment whose label differs, not only how many.")
    var list = false

    @Option(help: "With --list: tsv or json.")
    var format = FlipList.Format.tsv

    func validate() throws {
        if list, !words.contains("diff") { throw ValidationError("--list belongs to diff") }
    }

    func run() throws {
        var words = words
        let place = try StorePlace(&words, state: state)
        let store = try place.openExisting()
        defer { try? store.close() }
        let sets = LabelSets(store, pipeline: place.pipeline)
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1): try list(sets)
        case ("show", 2): try show(words[1], sets)
        case ("diff", 2...3):
            try diff(sets.load(words[1]), sets.load(words.count == 3 ? words[2] : "promoted"), sets)
        case ("promote", 2): try promote(words[1], sets, place)
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is nothing that labels does",
                hint: "it takes ls, show SET, diff OLD [NEW], or promote SET")
        }
    }

    private func diff(_ old: LabelSets.Loaded, _ new: LabelSets.Loaded, _ sets: LabelSets) throws {
        let difference = try sets.compare(old, new)
        if list {
            let flips = try FlipList(difference, old.table, new.table, sets.store)
            try StandardStream.output.write(json || format == .json ? flips.json : flips.tsv)
        } else if json {
            print(difference.json(), terminator: "")
        } else {
            difference.write()
        }
    }

    private func list(_ sets: LabelSets) throws {
        let found = try sets.store.labelSets(pipeline: sets.pipeline)
        if json {
            let value: JSONValue = [
                "format": "splitvote-label-sets", "version": 1,
                "label_sets": .array(found.map(LabelSetText.json)),
            ]
            return print(value.prettyText, terminator: "")
        }
        if found.isEmpty { return print("no label set so far") }
        var table = TextTable(.left, .left, .left, .right, .right, .right, .left)
        table.add("set", "", "made", "controversial", "uncontroversial", "abstained", "rule")
        for set in found {
            let counts = LabelSetText.counts(set)
            table.add(
                set.id, set.isPromoted ? "promoted" : "", String(set.createdAt.prefix(16)),
                Counts.grouped(counts.controversial), Counts.grouped(counts.uncontroversial),
                Counts.grouped(counts.abstained), set.rule.canonicalText)
        }
        table.write()
    }

    private func show(_ name: String, _ sets: LabelSets) throws {
        let set = try sets.find(name)
        if json {
            var value = LabelSetText.json(set).objectValue ?? [:]
            value["format"] = "splitvote-label-set"
            value["version"] = 1
            return print(JSONValue.object(value).prettyText, terminator: "")
        }
        print("label set  \(set.id)\(set.isPromoted ? ", promoted" : "") of \(set.pipeline)")
        print("made       \(set.createdAt) by run \(set.run)")
        print("rule       \(set.rule.canonicalText)")
        print("clean      \(set.clean.canonicalText)")
        print("sources    \(set.sources.joined(separator: ", ")) at ledger position \(set.ledgerPosition)")
        if let asOf = set.asOf { print("as of      \(Timestamp.text(asOf))") }
        for (label, count) in set.counts.sorted(by: { $0.key < $1.key }) where count > 0 {
            print("           \(label) \(Counts.grouped(count))")
        }
        if let file = try sets.store.labelSetFile(set.id, pipeline: set.pipeline) {
            let isPacked = try PackedResults(root: sets.store.artifacts).holds(file.path)
            print("rows       \(file.path)" + (isPacked ? ", packed" : ""))
        } else {
            print("rows       removed by retention")
        }
    }

    private func promote(_ name: String, _ sets: LabelSets, _ place: StorePlace) throws {
        let loaded = try sets.load(name)
        let clock = StoreClock.system
        let run = "promote-\(RunID.make(clock))"
        let holder = LockHolder(
            run: run, pid: RunID.process, host: ProcessInfo.processInfo.hostName, since: clock.timestamp())
        let lock = try RunLock.take(state: place.state, holder: holder)
        defer { lock.release() }
        let store = try RunStore.open(at: place.state, artifacts: sets.store.artifacts)
        let set = loaded.summary
        try store.promote(
            LabelSetRecord(
                id: set.id, rule: set.rule,
                cut: LedgerCut(
                    sources: set.sources, position: set.ledgerPosition,
                    digest: loaded.file.locator["ledger"]?.stringValue ?? "", asOf: set.asOf),
                clean: set.clean, counts: set.counts, comments: loaded.table.comments,
                labels: loaded.table.labels, ups: loaded.table.ups, downs: loaded.table.downs),
            pipeline: set.pipeline, run: run)
        try store.close()
        print("\(set.id) is promoted; the next run promotes its own, unless -S changes a rule")
    }
}

/// A label set in words and as JSON.
enum LabelSetText {
    static func counts(_ set: LabelSetSummary) -> (controversial: Int, uncontroversial: Int, abstained: Int) {
        let controversial = set.counts["controversial"] ?? 0
        let uncontroversial = set.counts["uncontroversial"] ?? 0
        let all = set.counts.values.reduce(0, +)
        return (controversial, uncontroversial, all - controversial - uncontroversial)
    }

    static func json(_ set: LabelSetSummary) -> JSONValue {
        [
            "label_set": .string(set.id), "pipeline": .string(set.pipeline), "rule": set.rule,
            "clean": set.clean, "sources": .array(set.sources.map(JSONValue.string)),
            "ledger_position": .integer(Int(set.ledgerPosition)),
            "as_of": set.asOf.map { .string(Timestamp.text($0)) } ?? .null,
            "counts": .object(set.counts.mapValues(JSONValue.integer)), "run": .string(set.run),
            "created_at": .string(set.createdAt), "promoted": .bool(set.isPromoted),
        ]
    }
}
