package import Diagnostics
private import Foundation
internal import ShardFormat
package import StageKit
package import TextCleaning
internal import VoteModel

/// Decides which comments have a text worth judging, and by which rules texts are cleaned from here on.
///
/// The raw text stays in the store; the cleaned one is derived wherever it is needed, by the rules that this stage hands
/// on. Its own result is the list of comments that are left out.
package struct CleanStage: Stage {
    package static let kind = StageKind(
        "clean",
        revision: 2,
        summary: "Choose the rules that clean texts, and leave out comments without one.",
        inputs: [Port("comments", ArtifactType.comments, many: true)],
        outputs: [Port("texts", ArtifactType.texts)],
        figures: CleanFigures.declared(),
        rulesLabels: true,
        headline: CleanFigures.names(
            \.comments, \.droppedEmpty, \.droppedDeleted, \.droppedShort, \.kept),
        report: .clean,
        example: """
            clean: {uses: clean, from: [comments, crawl], with: {rules: kcbert-2022, min_chars: 2}}
            """
    )

    /// The name of rules that harm no text of whatever language: ``CleaningRules/plain``.
    private static let plain = "plain"

    package let rules: CleaningRules
    private let dropsDeleted: Bool
    package let dropsEmpty: Bool

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let name = parameters.choice(
            "rules", default: Self.plain, of: [Self.plain] + CleaningRules.Base.allCases.map(\.rawValue),
            help:
                "plain: only entities, NFC and white space; none leaves every byte unchanged; the others are "
                + "published cleaning for Korean and take the letters of other languages.")
        let base = CleaningRules.Base(rawValue: name) ?? .none
        let cleans = name != CleaningRules.Base.none.rawValue
        var rules = CleaningRules(base)
        rules.readsHTML =
            parameters.choice(
                "html", default: "keep", of: ["keep", "text"],
                help: "Whether texts are HTML: text turns it into plain text with line breaks.") == "text"
        rules.decodesEntities = parameters.bool(
            "html_entities", default: cleans, help: "Whether entities such as &amp; and &#39; are decoded.")
        rules.normalizes = parameters.bool(
            "nfc", default: cleans, help: "Whether texts are put into Unicode's composed form, NFC.")
        rules.collapsesSpace = parameters.bool(
            "white_space", default: cleans,
            help: "Whether each run of white space becomes one blank, with none at either end.")
        if base != .none, !rules.collapsesSpace {
            parameters.reject(
                "white_space", "rules: \(name) makes one blank of each run of white space",
                hint: "leave it out, or set rules: none with what you need")
        }
        rules.removesURLs = parameters.bool(
            "remove_urls", default: rules.removesURLs, help: "Whether http and https addresses are removed.")
        if let repeats = parameters.map(
            "repeats", help: "How repeats of one letter are shortened; by default as in the rules.",
            { reader in
                (
                    from: reader.int(
                        "from", default: 4, in: 2...1_000, unit: "letters",
                        help: "Shortest run that is shortened."),
                    keep: reader.int(
                        "keep", default: 2, in: 1...999, unit: "letters", help: "What is left of such a run.")
                )
            })
        {
            if repeats.keep < repeats.from {
                rules.repeats = RepeatRule(shortestRun: repeats.from, keep: repeats.keep)
            } else {
                parameters.reject(
                    "repeats", "a run of \(repeats.from) letters is not shortened to \(repeats.keep)",
                    hint: "'keep' is less than 'from'")
            }
        }
        rules.minChars = parameters.int(
            "min_chars", default: 1, in: 0...100_000, unit: "characters",
            help: "Minimum length of a cleaned text, in Unicode code points.")
        let drop = parameters.strings(
            "drop", default: ["deleted", "empty"], of: ["deleted", "empty"],
            help: "What to leave out besides short texts.")
        dropsDeleted = drop.contains("deleted")
        dropsEmpty = drop.contains("empty")
        try parameters.finish()
        self.rules = rules
    }

    /// What the parameters ask for, for those who clean elsewhere by the same rules.
    package var choices: (identifier: String, minChars: Int, dropsDeleted: Bool, dropsEmpty: Bool) {
        (rules.identifier, rules.minChars, dropsDeleted, dropsEmpty)
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let inputs = context.inputs.all("comments")
        var facts = try DatasetFacts(inputs, context)
        facts.clean = CleanedTexts.record(rules)
        let (dropped, count, letters) = try look(facts, context)
        for warning in letters.warnings(rules) { context.progress.warn(warning) }
        let path = try write(dropped, facts, inputs, context)
        return StageResult(
            outputs: [
                StageOutput(
                    port: "texts", path: path,
                    contentDigest: try contentDigest(facts, dropped),
                    locator: facts.locator)
            ],
            figures: CleanFigures(
                comments: count, droppedEmpty: dropped.count(.empty), droppedDeleted: dropped.count(.deleted),
                droppedShort: dropped.count(.short), kept: count - dropped.ids.count, rules: rules.identifier,
                lettersTaken: letters.share, letters: letters.counted
            ).json)
    }

    /// - Returns: where the result is: a file, or a folder where rows with labels are handed on beside it.
    private func write(
        _ dropped: DroppedComments, _ facts: DatasetFacts, _ inputs: [InputArtifact], _ context: StageContext
    ) throws -> String {
        guard let joined = try JoinedRows(inputs, facts) else {
            try dropped.write(to: context.outputFolder + "/" + DroppedComments.fileName)
            return DroppedComments.fileName
        }
        let folder = "texts"
        let path = context.outputFolder + "/" + folder
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try dropped.write(to: path + "/" + DroppedComments.fileName)
        if inputs.count == 1 {
            try FileManager.default.copyItem(
                atPath: inputs[0].path + "/" + RowTable.fileName, toPath: path + "/" + RowTable.fileName)
        } else {
            let file = try FileWriter(path: path + "/" + RowTable.fileName)
            try joined.rows.table().write { try file.write($0) }
            try file.finish()
        }
        return folder
    }

    /// Looks at every text, or at those that an earlier result has not seen or that are others since: the cleaned text
    /// depends only on the text.
    private func look(
        _ facts: DatasetFacts, _ context: StageContext
    ) throws -> (dropped: DroppedComments, count: Int, letters: LetterWatch) {
        var dropped = DroppedComments()
        var selection = CommentSelection.all
        var counted: [String: SourceLetters]?
        if let earlier = try context.earlierResult(sameParameters: true)?["texts"],
            let before = try? DatasetFacts(earlier), before.clean == facts.clean,
            let changes = try context.ledger.changes(from: before.cut, to: facts.cut, votes: false)
        {
            dropped = try DroppedComments(earlier)
            try lookAgain(at: changes, &dropped, facts, context)
            counted = CleanFigures(earlier.figures).letters
            selection = .addedAfter(before.cut.position)
        }
        let cleaner = TextCleaner(rules)
        var count = 0
        var letters = LetterWatch(
            rules, try context.ledger.sourceRuns(of: facts.cut), goingOnFrom: counted)
        try context.ledger.scan(facts.cut, fields: .text, selection: selection) { comment in
            count += 1
            letters.look(at: comment)
            if let reason = reason(toDrop: comment, cleaner) { dropped.append(comment.id, reason) }
            if count % 65_536 == 0 {
                try context.checkpoint()
                context.progress.report(count, of: nil, unit: "comments")
            }
        }
        letters.finish()
        return (dropped, try context.ledger.size(of: facts.cut).comments, letters)
    }

    /// Looks at comments that were edited, removed or shown again since.
    private func lookAgain(
        at changes: LedgerChanges, _ dropped: inout DroppedComments, _ facts: DatasetFacts,
        _ context: StageContext
    ) throws {
        dropped.remove(changes.hidden)
        dropped.remove(changes.restated)
        let cleaner = TextCleaner(rules)
        var found: [DroppedComments.Reason: [Int64]] = [:]
        try context.ledger.scan(facts.cut, fields: .text, selection: .ids(changes.restated)) { comment in
            if let reason = reason(toDrop: comment, cleaner) { found[reason, default: []].append(comment.id) }
        }
        for (reason, ids) in found { dropped.merge(ids, reason) }
    }

    private func reason(toDrop comment: CommentRow, _ cleaner: TextCleaner) -> DroppedComments.Reason? {
        if dropsDeleted, comment.isDeleted { return .deleted }
        let cleaned = cleaner.clean(comment.text)
        if dropsEmpty, cleaned.bytes.isEmpty { return .empty }
        return cleaned.isTooShort ? .short : nil
    }

    /// What the result says: which votes and texts, cleaned how, without which comments.
    private func contentDigest(_ facts: DatasetFacts, _ dropped: DroppedComments) throws -> String {
        var digest = ContentDigest()
        var identity: [String: JSONValue] = [
            "ledger": .string(facts.cut.digest), "clean": facts.clean ?? .null,
            "as_of": facts.cut.asOf.map { .integer(Int($0)) } ?? .null,
        ]
        identity["time_zones"] = facts.zonesJSON
        identity["targets"] = facts.targets?.json
        Array(JSONValue.object(identity).canonicalText.utf8).withUnsafeBytes { digest.update($0) }
        dropped.ids.withUnsafeBytes { digest.update($0) }
        dropped.reasons.withUnsafeBytes { digest.update($0) }
        return digest.hexadecimal()
    }
}
