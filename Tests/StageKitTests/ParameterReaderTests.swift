import Diagnostics
import StageKit
import Testing

/// Values as if they were in a file, one key per line: the key in column 3, the value after it.
private func entries(_ values: KeyValuePairs<String, LocatedValue.Content>) -> [LocatedValue.Entry] {
    values.enumerated().map { index, pair in
        let text = "  \(pair.key): …"
        let key = SourceSpan(
            file: "p.yaml", line: index + 2, column: 3, length: pair.key.unicodeScalars.count, lineText: text)
        let value = SourceSpan(
            file: "p.yaml", line: index + 2, column: pair.key.unicodeScalars.count + 5, lineText: text)
        return LocatedValue.Entry(key: pair.key, keySpan: key, value: LocatedValue(pair.value, at: value))
    }
}

private func value(_ content: LocatedValue.Content) -> LocatedValue {
    LocatedValue(content, at: SourceSpan(file: "p.yaml", line: 2, column: 9))
}

private let stage = SourceSpan(file: "p.yaml", line: 1, column: 1, length: 6, lineText: "labels:")

private func reader(_ values: KeyValuePairs<String, LocatedValue.Content>) -> ParameterReader {
    ParameterReader(entries(values), kind: "label", at: stage)
}

/// The messages, each with its hint, without places.
private func problems(_ reader: ParameterReader) -> [String] {
    do {
        try reader.finish()
        return []
    } catch {
        return error.findings.map { finding in
            finding.hint.map { "\(finding.message) | \($0)" } ?? finding.message
        }
    }
}

struct ParameterReaderTests {
    @Test func everythingWrongIsReportedAtOnceAndInFileOrder() {
        var reader = reader(["min_vote": .integer(20), "mode": .string("fast"), "settle": .integer(72)])
        #expect(reader.int("min_votes", default: 20, in: 1...100_000, unit: "votes") == 20)
        #expect(reader.choice("mode", default: "exact", of: ["exact", "fats"]) == "exact")
        #expect(reader.duration("settle", default: nil) == nil)
        #expect(reader.requiredString("source") == "")
        #expect(throws: DiagnosticsError.self) { try reader.finish() }
        do {
            try reader.finish()
        } catch {
            #expect(
                error.rendered() == """
                    p.yaml:1:1: error: stage kind 'label' needs 'source': a text
                       1 | labels:
                         | ^~~~~~
                    hint: add 'source' under 'with'
                    p.yaml:2:3: error: stage kind 'label' has no parameter 'min_vote'
                       2 |   min_vote: …
                         |   ^~~~~~~~
                    hint: did you mean 'min_votes'? 'label' takes: min_votes, mode, settle, source
                    p.yaml:3:9: error: 'mode' is 'fast'; it takes one of: exact, fats
                       3 |   mode: …
                         |         ^
                    hint: did you mean 'fats'?
                    p.yaml:4:11: error: 'settle' is 72; it takes a whole number with a unit, s m h d or w, such as 72h
                       4 |   settle: …
                         |           ^
                    4 problems in p.yaml; nothing was run.

                    """)
        }
    }

    static let ints: [(LocatedValue.Content, Int, String?)] = [
        (.integer(1), 1, nil),
        (.integer(100), 100, nil),
        (.integer(0), 20, "'n' is 0; it takes 1 ... 100 votes"),
        (.integer(101), 20, "'n' is 101; it takes 1 ... 100 votes"),
        (.number(20.0), 20, "'n' is 20.0; it takes a whole number, 1 ... 100 votes"),
        (.string("20"), 20, "'n' is '20'; it takes a whole number, 1 ... 100 votes"),
        (.bool(true), 20, "'n' is true; it takes a whole number, 1 ... 100 votes"),
        (.list([]), 20, "'n' is a list of 0; it takes a whole number, 1 ... 100 votes"),
        (
            .null, 20,
            "'n' has no value; it takes a whole number, 1 ... 100 votes | give it a value, or remove the line"
        ),
    ]

    @Test(arguments: ints)
    func intOnBothSidesOfItsLimits(content: LocatedValue.Content, expected: Int, problem: String?) {
        var reader = reader(["n": content])
        #expect(reader.int("n", default: 20, in: 1...100, unit: "votes") == expected)
        #expect(problems(reader) == [problem].compactMap { $0 })
    }

    static let numbers: [(LocatedValue.Content, Double, String?)] = [
        (.number(0), 0, nil),
        (.integer(1), 1, nil),
        (.number(1.0000001), 0.5, "'n' is 1.0000001; it takes 0 ... 1"),
        (.string("12.5%"), 0.125, nil),
        (.string("101%"), 0.5, "'n' is '101%'; it takes 0 ... 1"),
        (.string("ten"), 0.5, "'n' is 'ten'; it takes a number, 0 ... 1"),
        (.number(.infinity), 0.5, "'n' is inf; it takes a number, 0 ... 1"),
    ]

    @Test(arguments: numbers)
    func numberTakesPercentagesWithinOne(content: LocatedValue.Content, expected: Double, problem: String?) {
        var reader = reader(["n": content])
        #expect(reader.number("n", default: 0.5, in: 0...1) == expected)
        #expect(problems(reader) == [problem].compactMap { $0 })
    }

    @Test func aTextThatLooksLikeANumberNeedsQuotes() {
        var reader = reader(["salt": .integer(1)])
        #expect(reader.string("salt", default: "v1") == "v1")
        #expect(problems(reader) == ["'salt' is 1; it takes a text | put it in quotes: '1'"])
    }

    static let ranges: [(LocatedValue.Content, ClosedRange<Double>, String?)] = [
        (.list([value(.number(0.35)), value(.integer(1))]), 0.35...1, nil),
        (.list([value(.number(0.5)), value(.number(0.5))]), 0.5...0.5, nil),
        (.list([value(.string("40%")), value(.string("60%"))]), 0.4...0.6, nil),
        (
            .list([value(.number(0.4)), value(.integer(60))]), 0...1,
            "'band' ends at 60; a ratio lies in 0 ... 1"
        ),
        (
            .list([value(.number(0.6)), value(.number(0.4))]), 0...1,
            "'band' starts at 0.6 and ends at 0.4; the lower bound comes first"
        ),
        (
            .list([value(.string("x")), value(.number(0.4))]), 0...1,
            "'band' starts at 'x'; a number is needed, 0 ... 1"
        ),
        (
            .list([value(.number(0.4))]), 0...1,
            "'band' is a list of 1; it takes a list of two numbers, [lower, upper]"
        ),
        (.number(0.5), 0...1, "'band' is 0.5; it takes a list of two numbers, [lower, upper]"),
    ]

    @Test(arguments: ranges)
    func range(content: LocatedValue.Content, expected: ClosedRange<Double>, problem: String?) {
        var reader = reader(["band": content])
        #expect(reader.range("band", default: 0...1, in: 0...1) == expected)
        #expect(problems(reader) == [problem].compactMap { $0 })
    }

    @Test func outerRangeKeepsDefaultsAndRefusesUnknownKeysAndCrossedBounds() {
        var one = reader(["outer": .map(entries(["at_most": .number(0.1)]))])
        let result = one.outerRange("outer", default: (atMost: 0.2, atLeast: 0.8), in: 0...1)
        #expect(result.atMost == 0.1 && result.atLeast == 0.8)
        #expect(problems(one) == [])

        var crossed = reader(["outer": .map(entries(["at_most": .number(0.9)]))])
        _ = crossed.outerRange("outer", default: (atMost: 0.2, atLeast: 0.8), in: 0...1)
        #expect(
            problems(crossed) == ["'outer' has at_most 0.9 and at_least 0.8; at_most must be the smaller one"]
        )

        var unknown = reader(["outer": .map(entries(["atmost": .number(0.1)]))])
        _ = unknown.outerRange("outer", default: (atMost: 0.2, atLeast: 0.8), in: 0...1)
        #expect(
            problems(unknown) == [
                "'outer' has no parameter 'atmost' | did you mean 'at_most'? 'outer' takes: at_least, at_most"
            ])
    }

    static let shares: [(KeyValuePairs<String, LocatedValue.Content>, String?)] = [
        (["train": .number(0.8), "dev": .number(0.1), "test": .string("10%")], nil),
        (["train": .number(1)], nil),
        (
            ["train": .number(0.8), "test": .number(0.3)],
            "the shares of 'shares' add to 1.1; they must add to 1"
        ),
        (
            ["train": .number(1), "dev": .number(0)],
            "'shares.dev' is 0.0; a share is above 0 and at most 1"
        ),
        (
            [:],
            "'shares' is a map; it takes a map from name to share, such as {train: 0.8, dev: 0.1, test: 0.1}"
        ),
    ]

    @Test(arguments: shares.indices)
    func sharesMustAddToOneAndKeepTheirOrder(index: Int) {
        let (pairs, problem) = Self.shares[index]
        var reader = reader(["shares": .map(entries(pairs))])
        let result = reader.shares("shares", default: [("all", 1)])
        #expect(problems(reader) == [problem].compactMap { $0 })
        if problem == nil { #expect(result.map(\.name) == pairs.map(\.key)) }
    }

    @Test func columnsTakeNamesAndListsAndSayWhatIsMissing() {
        var good = reader([
            "columns": .map(
                entries([
                    "text": .string("contents"),
                    "article": .list([value(.string("oid")), value(.string("aid"))]),
                ]))
        ])
        let columns = good.columns("columns", allowed: ["text", "article", "up"], required: ["text"])
        #expect(columns == ["text": ["contents"], "article": ["oid", "aid"]])
        #expect(problems(good) == [])

        var bad = reader(["columns": .map(entries(["txt": .string("contents")]))])
        _ = bad.columns("columns", allowed: ["text", "up"], required: ["text"])
        #expect(
            problems(bad) == [
                "'columns' has no entry 'txt' | did you mean 'text'? 'columns' takes: text, up",
                "'columns' needs an entry 'text'",
            ])

        var missing = reader([:])
        _ = missing.columns("columns", allowed: ["text"], required: ["text"])
        #expect(
            problems(missing) == [
                "stage kind 'label' needs 'columns': a map from text to column names | add 'columns' under 'with'"
            ])
    }

    @Test func intOrWord() {
        var all = reader(["per_label": .string("all")])
        #expect(
            all.intOrWord("per_label", default: .int(1), in: 1...9, words: ["all", "balanced"])
                == .word("all"))
        var nine = reader(["per_label": .integer(9)])
        #expect(nine.intOrWord("per_label", default: .int(1), in: 1...9, words: ["all"]) == .int(9))
        var typo = reader(["per_label": .string("balance")])
        _ = typo.intOrWord("per_label", default: .int(1), in: 1...9, words: ["all", "balanced"])
        #expect(
            problems(typo) == [
                "'per_label' is 'balance'; it takes a whole number, 1 ... 9, or 'all' or 'balanced' "
                    + "| did you mean 'balanced'?"
            ])
    }

    @Test func stringsTakeOneTextOrAListWithoutRepeats() {
        var one = reader(["drop": .string("empty")])
        #expect(one.strings("drop", default: [], of: ["empty", "deleted"]) == ["empty"])
        var twice = reader(["drop": .list([value(.string("empty")), value(.string("empty"))])])
        _ = twice.strings("drop", default: [], of: ["empty", "deleted"])
        #expect(problems(twice) == ["'drop' lists 'empty' twice"])
    }

    @Test func aNestedMapHasItsOwnKeys() {
        var reader = reader(["fit": .map(entries(["epochs": .integer(0), "batch": .integer(8)]))])
        let epochs = reader.map("fit") { fit in fit.int("epochs", default: 5, in: 1...100) }
        #expect(epochs == 5)
        #expect(
            problems(reader) == [
                "'fit.epochs' is 0; it takes 1 ... 100",
                "'fit' of stage kind 'label' has no parameter 'batch' | 'fit' takes: epochs",
            ])
        var absent = ParameterReader([], kind: "label", at: stage)
        let nothing = absent.map("fit") { fit in fit.int("epochs", default: 5, in: 1...100) }
        #expect(nothing == nil)
        #expect(problems(absent) == [])
        #expect(absent.resolved == [:])
    }

    static let templates: [(String, String?)] = [
        ("out/{date}/{split}.tsv", nil),
        ("out/plain.tsv", nil),
        (
            "out/{data}.tsv",
            "'path' has no placeholder '{data}' | did you mean '{date}'? this path takes: {date} {split}"
        ),
        ("out/{date.tsv", "'path' has an unmatched brace | this path takes: {date} {split}"),
        ("out/}.tsv", "'path' has an unmatched brace | this path takes: {date} {split}"),
        ("", "'path' is empty or holds a NUL character; it takes a path"),
        ("~/out.tsv", "'path' starts with ~, which is not expanded here | write the whole path"),
    ]

    @Test(arguments: templates)
    func outputPathsTakeTheirPlaceholdersOnly(template: String, problem: String?) {
        var reader = reader(["path": .string(template)])
        let path = reader.outputPath("path", default: "x", placeholders: ["date", "split"])
        if problem == nil { #expect(path == template) }
        #expect(problems(reader) == [problem].compactMap { $0 })
        #expect(reader.resolved == [:], "an output path is not part of the fingerprint")
    }

    @Test func filesAreRequestedAndNotFingerprintedByName() throws {
        var reader = reader(["paths": .string("data/*.tsv"), "init": .string("models/base")])
        #expect(reader.filePatterns("paths") == ["data/*.tsv"])
        #expect(reader.folder("init", required: true) == true)
        #expect(reader.file("extra", required: false) == false)
        try reader.finish()
        #expect(reader.fileRequests.map(\.key) == ["paths", "init"])
        #expect(reader.fileRequests.map(\.kind) == [.patterns, .folder])
        #expect(reader.resolved == [:])
        var missing = ParameterReader([], kind: "train", at: stage)
        _ = missing.folder("init", required: true)
        #expect(
            problems(missing) == [
                "stage kind 'train' needs 'init': the path of a folder | add 'init' under 'with'"
            ])
    }

    @Test func resolvedHoldsTypedValuesAndDefaults() {
        var reader = reader(["rate": .integer(1), "settle": .string("72h"), "threads": .integer(4)])
        _ = reader.number("rate", default: 0.5, in: 0...1)
        _ = reader.duration("settle", default: nil)
        _ = reader.unfingerprintedInt("threads", default: 1, in: 1...64)
        _ = reader.optionalInt("absent", in: 1...2)
        _ = reader.shares("shares", default: [("train", 0.9), ("test", 0.1)])
        #expect(
            reader.resolved.canonicalText
                == #"{"rate":1.0,"settle":259200,"shares":[["train",0.9],["test",0.1]]}"#)
    }

    @Test func aSecretMustComeThroughAReferenceAndIsNotShown() {
        var good = reader(["token": .secret("NEWS_TOKEN")])
        #expect(good.secret("token", required: true) == "NEWS_TOKEN")
        #expect(good.resolved == [:])
        var bad = reader(["token": .string("hunter2")])
        #expect(bad.secret("token", required: true) == nil)
        #expect(problems(bad).allSatisfy { !$0.contains("hunter2") })
        #expect(problems(bad).count == 1)
        var elsewhere = reader(["source": .secret("NEWS_TOKEN")])
        _ = elsewhere.requiredString("source")
        #expect(problems(elsewhere) == ["'source' is a secret; it takes a text"])
    }

    @Test func describingCollectsSpecificationsAndFindsNothingWrong() throws {
        var reader = ParameterReader(describing: "label")
        _ = reader.requiredString("source", help: "Where from.")
        _ = reader.map("fit") { $0.int("epochs", default: 5, in: 1...100) }
        _ = reader.columns("columns", allowed: ["text"], required: ["text"])
        reader.reject("source", "never shown")
        try reader.finish()
        #expect(reader.specifications.map(\.key) == ["source", "fit", "columns"])
        #expect(
            reader.specifications[1].form
                == .map([ParameterSpecification("epochs", .integer(1...100), default: 5)]))
    }

    @Test func rejectPointsAtTheValueAndWarnStopsNothing() throws {
        var rejected = reader(["band": .integer(1)])
        _ = rejected.int("band", default: 1, in: 1...2)
        rejected.reject("band", "overlaps")
        do {
            try rejected.finish()
            Issue.record("finish() must throw")
        } catch { #expect(error.findings.first?.span?.column == 9) }
        var warned = reader(["band": .integer(1)])
        _ = warned.int("band", default: 1, in: 1...2)
        warned.warn("band", "unusual")
        try warned.finish()
        #expect(warned.warnings.map(\.message) == ["unusual"])
    }
}

struct StringsOrBoolTests {
    private func read(_ content: LocatedValue.Content?) -> ([String], JSONValue?, [String]) {
        var parameters = content.map { reader(["beside": $0]) } ?? reader([:])
        let value = parameters.stringsOrBool("beside", default: ["a", "b"], of: ["a", "b", "c"])
        return (value, parameters.resolved["beside"], problems(parameters))
    }

    @Test func trueIsTheDefaultAndFalseIsNone() {
        #expect(read(nil) == (["a", "b"], ["a", "b"], []))
        #expect(read(.bool(true)) == (["a", "b"], ["a", "b"], []))
        #expect(read(.bool(false)) == ([], [], []))
        #expect(read(.string("c")) == (["c"], ["c"], []))
        #expect(read(.list([value(.string("b")), value(.string("c"))])) == (["b", "c"], ["b", "c"], []))
    }

    @Test func anythingElseIsAProblem() {
        #expect(read(.string("d")).2.count == 1)
        #expect(read(.integer(1)).2.count == 1)
        #expect(read(.list([value(.string("a")), value(.string("a"))])).2 == ["'beside' lists 'a' twice"])
    }
}

struct WordOrNumbersTests {
    private func read(_ content: LocatedValue.Content?) -> (WordOrNumbers, JSONValue?, [String]) {
        var parameters = content.map { reader(["weights": $0]) } ?? reader([:])
        let value = parameters.wordOrNumbers("weights", default: "even", of: ["even", "odd"], in: 0...10)
        return (value, parameters.resolved["weights"], problems(parameters))
    }

    @Test func aWordAndAListOfNumbersAreTaken() {
        #expect(read(nil) == (.word("even"), "even", []))
        #expect(read(.string("odd")) == (.word("odd"), "odd", []))
        let list = read(.list([value(.integer(0)), value(.number(10))]))
        #expect(list == (.numbers([0, 10]), [.number(0), .number(10)], []))
    }

    private static let wrong: [(LocatedValue.Content, String)] = [
        (.string("od"), "'od'"), (.string("odds"), "'odds'"), (.integer(1), "1"),
        (.list([]), "a list of 0"), (.list([value(.number(10.5))]), "a list of 1"),
        (.list([value(.integer(-1)), value(.integer(1))]), "a list of 2"),
        (.list([value(.string("x"))]), "a list of 1"),
    ]

    @Test(arguments: wrong)
    func anythingElseIsNamedWithWhatIsTaken(content: LocatedValue.Content, shown: String) throws {
        let (result, _, problems) = read(content)
        #expect(result == .word("even"))
        let problem = try #require(problems.first)
        #expect(
            problem.hasPrefix(
                "'weights' is \(shown); it takes one of: even, odd, or a list of numbers, 0 ... 10"),
            "\(problem)")
    }
}
