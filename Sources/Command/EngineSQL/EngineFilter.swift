internal import Console
package import Diagnostics
internal import StageKit
internal import TextBasics
internal import TextCleaning
internal import VoteModel

/// What a generated project has the program do, line for line: `splitvote engine clean | verdicts | copies`.
///
/// Fields are separated by tabs, with tab, line ends and `%` in a field written `%09`, `%0A`, `%0D` and `%25`.
package struct EngineFilter {
    private enum Work {
        case clean(CleaningRules)
        case verdicts(JSONValue)
        case copies(onePerSide: Bool)
    }

    private let work: Work

    /// - Parameter words: what it is to do, and by which rule, as the generated SQL says it.
    /// - Throws: `DiagnosticsError` for words that are not of this version.
    package init(_ words: [String]) throws(DiagnosticsError) {
        switch (words.first, words.count) {
        case ("clean", 2):
            guard let rules = CleaningRules(identifier: words[1]) else {
                throw DiagnosticsError(
                    "'\(words[1])' names no rules that clean texts",
                    hint: "write the project again with this version: splitvote export --engine")
            }
            work = .clean(rules)
        case ("verdicts", 2):
            guard let rule = try? JSONValue(parsing: words[1]) else {
                throw DiagnosticsError(
                    "the rule is not JSON: \(words[1])",
                    hint: "the SQL that 'splitvote export --engine' writes has it in single quotation marks")
            }
            work = .verdicts(rule)
        case ("copies", 1): work = .copies(onePerSide: false)
        case ("copies", 2) where words[1] == "one_per_side": work = .copies(onePerSide: true)
        default:
            throw DiagnosticsError(
                "splitvote engine takes clean RULES, verdicts RULE or copies [one_per_side]",
                hint:
                    "projects of 'splitvote export --engine' call it; other programs use 'splitvote filter'"
            )
        }
    }

    /// Reads standard input to its end.
    package func run() throws {
        let source = LineSource(path: nil)
        var output = OutputBuffer()
        switch work {
        case .clean(let rules): try clean(source, TextCleaner(rules), &output)
        case .verdicts(let rule): try judge(source, rule, &output)
        case .copies(let onePerSide): try decide(source, CopyFates(onePerSide: onePerSide), &output)
        }
        try output.flush()
    }

    private func clean(
        _ source: LineSource, _ cleaner: TextCleaner, _ output: inout OutputBuffer
    ) throws {
        var number = 0
        try source.forEachLine { line in
            number += 1
            guard let tab = line.firstIndex(of: 0x09) else {
                throw Self.unreadable(number, line, "id and text")
            }
            let text = EngineField.plain(UnsafeRawBufferPointer(rebasing: line[(tab + 1)...]))
            let cleaned = text.withUnsafeBytes { EngineField.bytes(of: cleaner.clean($0).bytes) }
            try output.write(String(decoding: Array(line[...tab]) + cleaned + [0x0A], as: UTF8.self))
        }
    }

    private func judge(_ source: LineSource, _ rule: JSONValue, _ output: inout OutputBuffer) throws {
        var entries: [VerdictTable.Entry] = []
        var number = 0
        try source.forEachLine { line in
            number += 1
            let fields = Self.fields(line)
            guard fields.count == 5, let up = Int32(fields[1]), let down = Int32(fields[2]),
                let comments = Int(fields[4]), up >= 0, down >= 0, comments > 0
            else { throw Self.unreadable(number, line, "source, up, down, settled and comments") }
            entries.append(
                VerdictTable.Entry(
                    source: String(fields[0]), up: up, down: down, isSettled: fields[3] == "1",
                    comments: comments))
        }
        let table = try VerdictTable(parameters: rule, entries)
        for entry in entries {
            let row = table.row(of: entry)
            let fields = [
                entry.source, "\(entry.up)", "\(entry.down)", entry.isSettled ? "1" : "0", row.verdict.name,
                "\(row.probability)", row.weight.map { "\($0)" } ?? "",
                row.flipDistance.map(String.init) ?? "",
            ]
            try output.write(fields.joined(separator: "\t") + "\n")
        }
    }

    private func decide(
        _ source: LineSource, _ start: CopyFates, _ output: inout OutputBuffer
    ) throws {
        var fates = start
        var number = 0
        var last = ""
        try source.forEachLine { line in
            number += 1
            let fields = Self.fields(line)
            guard fields.count == 7 else {
                throw Self.unreadable(number, line, "id, side, frozen, present, text, copies and place")
            }
            let place = String(fields[6])
            guard place > last else {
                throw StageError(
                    "line \(number) has the place \(place), after \(last): copies are decided in their order",
                    hint: "sort the rows by place, in one file")
            }
            last = place
            let fate = fates.fate(
                of: CopyFates.Comment(
                    side: String(fields[1]), isFrozen: fields[2] == "1", isPresent: fields[3] == "1",
                    text: String(fields[4]), copies: fields[5].split(separator: ",")))
            try output.write("\(fields[0])\t\(fate.rawValue)\n")
        }
    }

    private static func fields(_ line: UnsafeRawBufferPointer) -> [Substring] {
        String(decoding: line, as: UTF8.self).split(separator: "\t", omittingEmptySubsequences: false)
    }

    private static func unreadable(
        _ number: Int, _ line: UnsafeRawBufferPointer, _ expected: String
    ) -> StageError {
        let found = line.count { $0 == 0x09 } + 1
        return StageError(
            "line \(number) of standard input has \(found) fields; expected \(expected)",
            hint: "the SQL was written by another version, or changed: write the project again")
    }
}

/// One field of a line, in which nothing separates fields or lines.
package enum EngineField {
    private static let percent = UInt8(ascii: "%")

    /// The text that a field stands for. A `%` that begins none of the four escapes stays as it is.
    package static func plain(_ field: UnsafeRawBufferPointer) -> [UInt8] {
        guard field.contains(percent) else { return Array(field) }
        var text: [UInt8] = []
        text.reserveCapacity(field.count)
        var at = 0
        while at < field.count {
            if field[at] == percent, at + 2 < field.count,
                let byte = escapes[Array(field[(at + 1)...(at + 2)])]
            {
                text.append(byte)
                at += 3
            } else {
                text.append(field[at])
                at += 1
            }
        }
        return text
    }

    /// The field of a text.
    package static func bytes(of text: UnsafeRawBufferPointer) -> [UInt8] {
        guard text.contains(where: { $0 == percent || $0 == 0x09 || $0 == 0x0A || $0 == 0x0D }) else {
            return Array(text)
        }
        var field: [UInt8] = []
        field.reserveCapacity(text.count + 8)
        for byte in text {
            switch byte {
            case percent: field += "%25".utf8
            case 0x09: field += "%09".utf8
            case 0x0A: field += "%0A".utf8
            case 0x0D: field += "%0D".utf8
            default: field.append(byte)
            }
        }
        return field
    }

    private static let escapes: [[UInt8]: UInt8] = [
        Array("25".utf8): percent, Array("09".utf8): 0x09, Array("0A".utf8): 0x0A, Array("0D".utf8): 0x0D,
    ]
}
