internal import Diagnostics
internal import StageKit

/// What `splitvote labels` is asked, and the answer.
package struct LabelsQuestion {
    /// How an answer is to be printed.
    package enum Answer: Hashable, Sendable {
        /// Lines for people or programs to read.
        case lines([String])
        /// A text that ends where it should.
        case text(String)
        /// Rows of data, which a file has to get unchanged.
        case rows(String)
    }

    private let words: [String]
    private let json: Bool
    private let list: Bool
    private let format: FlipFormat

    /// - Parameters:
    ///   - words: the subcommand, and what it takes.
    ///   - list: whether a difference names every comment.
    package init(_ words: [String], json: Bool, list: Bool, format: FlipFormat) {
        self.words = words
        self.json = json
        self.list = list
        self.format = format
    }

    /// - Parameters:
    ///   - state: path of the store, which a promotion changes.
    ///   - host: of this machine, for the record.
    /// - Throws: `DiagnosticsError` for words that mean nothing, or sets that are not there.
    package func answer(_ sets: LabelSets, state: String, host: String) throws -> Answer {
        switch (words.first ?? "ls", words.count) {
        case ("ls", 0...1):
            let found = try sets.store.labelSets(pipeline: sets.pipeline)
            if json { return .text(LabelSetText.json(found).prettyText) }
            return .lines(found.isEmpty ? ["no label set so far"] : LabelSetText.list(found))
        case ("show", 2):
            let set = try sets.find(words[1])
            if json { return .text(LabelSetText.json(set).prettyText) }
            return .lines(LabelSetText.lines(set, rows: try sets.placeOfRows(set)))
        case ("diff", 2...3):
            return try difference(
                sets.load(words[1]), sets.load(words.count == 3 ? words[2] : "promoted"), sets)
        case ("agreement", 1...2):
            let agreement = try sets.load(words.count == 2 ? words[1] : "promoted").agreement()
            return .lines(agreement.lines(asJSON: json || format == .json))
        case ("promote", 2):
            let set = try sets.promote(words[1], state: state, host: host)
            return .lines(["\(set.id) is promoted; the next run promotes its own, unless -S changes a rule"])
        default:
            throw DiagnosticsError(
                "'\(words.joined(separator: " "))' is not a subcommand of labels",
                hint: "it takes ls, show SET, diff OLD [NEW], agreement [SET], or promote SET")
        }
    }

    private func difference(
        _ old: LabelSets.Loaded, _ new: LabelSets.Loaded, _ sets: LabelSets
    ) throws -> Answer {
        let difference = try sets.compare(old, new)
        if list {
            let flips = try FlipList(difference, old.table, new.table, sets.store)
            return .rows(try flips.text(json ? .json : format))
        }
        return json ? .text(difference.json()) : .lines(difference.lines)
    }
}
