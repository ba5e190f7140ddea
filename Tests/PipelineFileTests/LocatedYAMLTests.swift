import Diagnostics
import PipelineFile
import Testing

private func read(_ text: String) throws -> LocatedYAML {
    try LocatedYAML(Array(text.utf8), file: "p.yaml")
}

/// What a refused text says, whole.
private func refusal(_ text: String) -> String { refusal(Array(text.utf8)) }

private func refusal(_ bytes: [UInt8]) -> String {
    do {
        let yaml = try LocatedYAML(bytes, file: "p.yaml")
        return yaml.findings.map(\.rendered).joined(separator: "\n")
    } catch {
        return error.findings.map(\.rendered).joined(separator: "\n")
    }
}

/// The part of the line that a span covers.
private func covered(_ span: SourceSpan) -> String {
    var view = String.UnicodeScalarView()
    view.append(
        contentsOf: Array(span.lineText.unicodeScalars).dropFirst(span.column - 1).prefix(span.length))
    return String(view)
}

struct LocatedYAMLTests {
    static let scalars: [(String, LocatedValue.Content)] = [
        ("20", .integer(20)), ("-3", .integer(-3)), ("+4", .integer(4)), ("0", .integer(0)),
        ("0x1F", .integer(31)), ("0o17", .integer(15)),
        ("9223372036854775807", .integer(.max)), ("9223372036854775808", .string("9223372036854775808")),
        ("007", .string("007")), ("01.5", .string("01.5")), ("-01", .string("-01")),
        ("0.95", .number(0.95)), ("3e-5", .number(3e-5)), ("1e-12", .number(1e-12)), ("1E3", .number(1000)),
        (".5", .number(0.5)), ("5.", .number(5)), ("-.5e1", .number(-5)), ("1.e2", .number(100)),
        ("1e999", .string("1e999")), (".inf", .string(".inf")), (".nan", .string(".nan")),
        ("1_000", .string("1_000")), ("12:30", .string("12:30")), ("2025-10-01", .string("2025-10-01")),
        ("e5", .string("e5")), ("1e", .string("1e")), (".", .string(".")), ("-x", .string("-x")),
        ("+", .string("+")),
        ("true", .bool(true)), ("False", .bool(false)), ("tRue", .string("tRue")),
        ("yes", .string("yes")), ("no", .string("no")), ("on", .string("on")), ("off", .string("off")),
        ("~", .null), ("null", .null), ("", .null), ("'20'", .string("20")), ("\"true\"", .string("true")),
        ("''", .string("")), ("72h", .string("72h")), ("10%", .string("10%")), ("공감", .string("공감")),
        ("$params.min_votes", .reference("params.min_votes")), ("\"$run.date\"", .reference("run.date")),
        ("$$HOME/x", .string("$HOME/x")), ("a$b.c", .string("a$b.c")),
    ]

    @Test(arguments: scalars)
    func scalarsMeanWhatYAML12Says(text: String, expected: LocatedValue.Content) throws {
        let yaml = try read("key: \(text)\n")
        #expect(yaml.root["key"]?.content == expected)
        #expect(yaml.findings.isEmpty)
    }

    static let spans: [(String, [String], String, Int, Int)] = [
        ("a: 20\nb: three # note\n", ["b"], "three", 2, 4),
        ("공감: 비공감\n", ["공감"], "비공감", 1, 5),
        ("'quoted key': \"va\\\"lue\"\n", ["quoted key"], "\"va\\\"lue\"", 1, 15),
        ("a: {b: [1, 'it''s', 60], c: 2}\n", ["a", "b"], "[1, 'it''s', 60]", 1, 8),
        ("a: {b: [1, 'it''s', 60], c: 2}\n", ["a", "c"], "2", 1, 29),
        ("a: {b: \"]\", c: 2}\n", ["a"], "{b: \"]\", c: 2}", 1, 4),
        ("a:\n  b: 1\n", ["a"], "b", 2, 3),
        ("a:\n- x\n- y\n", ["a"], "-", 2, 1),
        ("a:\tx\n", ["a"], "x", 1, 4),
        ("a: two\n  lines\n", ["a"], "two", 1, 4),
        ("a: |\n  block\n", ["a"], "|", 1, 4),
        ("a: 1\r\nb: 2\r\n", ["b"], "2", 2, 4),
        ("\u{FEFF}a: 1\n", ["a"], "1", 1, 4),
        ("a: 😀 x\nb: 1\n", ["a"], "😀 x", 1, 4),
        ("a: \u{1100}\u{1161}\n", ["a"], "\u{1100}\u{1161}", 1, 4),
    ]

    @Test(arguments: spans)
    func valuesKnowTheirPlace(text: String, path: [String], shown: String, line: Int, column: Int) throws {
        var value = try read(text).root
        for key in path { value = try #require(value[key]) }
        #expect(covered(value.span) == shown)
        #expect(value.span.line == line && value.span.column == column)
    }

    @Test func keysKnowTheirPlaceToo() throws {
        let root = try read("a: 1\n\"큰 따옴표\": {x: 1, 'y z': 2}\n").root
        #expect(root.entries.map { covered($0.keySpan) } == ["a", "\"큰 따옴표\""])
        #expect(root.entries[1].value.entries.map { covered($0.keySpan) } == ["x", "'y z'"])
        #expect(root.entries[1].value.entries[1].keySpan.column == 17)
    }

    static let refusals: [(String, String)] = [
        (
            "a: 1\nb: 2\na: 3\n",
            """
            p.yaml:3:1: error: the key 'a' is given again; the first one is at line 1, column 1
               3 | a: 3
                 | ^
            hint: keep one of the two
            """
        ),
        (
            "s: {min_votes: 20, \"band\": 1, band: 2, min_votes: 30}\n",
            """
            p.yaml:1:31: error: the key 'band' is given again; the first one is at line 1, column 20
               1 | s: {min_votes: 20, "band": 1, band: 2, min_votes: 30}
                 |                               ^~~~
            hint: keep one of the two
            p.yaml:1:40: error: the key 'min_votes' is given again; the first one is at line 1, column 5
               1 | s: {min_votes: 20, "band": 1, band: 2, min_votes: 30}
                 |                                        ^~~~~~~~~
            hint: keep one of the two
            """
        ),
        (
            "a: &x 1\nb: *x\n",
            """
            p.yaml:1:4: error: anchors and aliases are not used in a pipeline file
               1 | a: &x 1
                 |    ^
            hint: name the value under 'params' and write $params.NAME where it is used
            p.yaml:1:4: error: anchors and aliases are not used in a pipeline file
               1 | a: &x 1
                 |    ^
            hint: name the value under 'params' and write $params.NAME where it is used
            """
        ),
        (
            "paths: *.tsv\n",
            """
            p.yaml:1:9: error: this is not valid YAML: did not find expected alphabetic or numeric character \
            (while scanning an alias, line 1)
               1 | paths: *.tsv
                 |         ^
            hint: put a text that starts with & or * in quotes
            """
        ),
        (
            "path: *all\n",
            """
            p.yaml:1:7: error: a value that starts with * is an alias in YAML, and no anchor has this name
               1 | path: *all
                 |       ^
            hint: put a text that starts with * in quotes
            """
        ),
        (
            "a: !!str 20\n",
            """
            p.yaml:1:4: error: tags are not used in a pipeline file
               1 | a: !!str 20
                 |    ^
            hint: put a text in quotes; numbers, true and false need no tag
            """
        ),
        (
            "a: 1\n---\nb: 2\n",
            """
            p.yaml:2:1: error: a second document starts here; a pipeline file is one document
               2 | ---
                 | ^
            hint: put each pipeline into its own file
            """
        ),
        (
            "a:\n\t- b\n",
            """
            p.yaml:2:1: error: this is not valid YAML: found character that cannot start any token \
            (while scanning for the next token, line 2)
               2 | \t- b
                 | ^
            hint: indent with spaces, not with tabs
            """
        ),
        (
            "a: b: c\n",
            """
            p.yaml:1:5: error: this is not valid YAML: mapping values are not allowed in this context
               1 | a: b: c
                 |     ^
            hint: check the indentation; a text that holds ': ' needs quotes
            """
        ),
        (
            "a: [1, 2\nb: 3\n",
            """
            p.yaml:2:2: error: this is not valid YAML: did not find expected ',' or ']' \
            (while parsing a flow sequence, line 1)
               2 | b: 3
                 |  ^
            hint: close the bracket, or put a comma before the next item
            """
        ),
        (
            "a: 'open\n",
            """
            p.yaml:2:1: error: this is not valid YAML: found unexpected end of stream \
            (while scanning a quoted scalar, line 1)
            hint: a quote or a bracket is not closed
            """
        ),
        (
            "a: $HOME/data\n",
            """
            p.yaml:1:4: error: '$HOME/data' is not a reference
               1 | a: $HOME/data
                 |    ^~~~~~~~~~
            hint: references are $params.NAME, $secrets.NAME and $run.date, as the whole value; write $$ for a text \
            that starts with $
            """
        ),
        (
            "? [a, b]\n: 1\n",
            """
            p.yaml:1:3: error: a key is a text, not a map or a list
               1 | ? [a, b]
                 |   ^
            """
        ),
        (
            "",
            "p.yaml:1:1: error: the file is empty\nhint: a pipeline file starts with 'splitvote: 1' and has 'pipeline' and 'stages'"
        ),
        (
            "# only a comment\n",
            """
            p.yaml:1:1: error: the file is empty
               1 | # only a comment
                 | ^
            hint: a pipeline file starts with 'splitvote: 1' and has 'pipeline' and 'stages'
            """
        ),
        (
            "a: x\u{1B}y\n",
            """
            p.yaml:1:5: error: character U+001B is not allowed in a pipeline file
               1 | a: x\u{FFFD}y
                 |     ^
            hint: remove it
            """
        ),
        (
            "a: 'x\u{2028}y'\n",
            """
            p.yaml:1:6: error: character U+2028 is not allowed in a pipeline file
               1 | a: 'x\u{FFFD}y'
                 |      ^
            hint: write it as \\u2028 in double quotes
            """
        ),
    ]

    @Test(arguments: refusals)
    func refusesWithTheWholeMessage(text: String, expected: String) {
        #expect(refusal(text) == expected)
    }

    @Test func bytesThatAreNotTextAreRefusedAtTheirPlace() {
        #expect(
            refusal(Array("a: 1\nb: ".utf8) + [0xFF, 0x0A])
                == "p.yaml:2:4: error: byte 0xFF is not UTF-8\nhint: save the file as UTF-8")
        #expect(
            refusal(Array("공: ".utf8) + [0xEA, 0xB0, 0x20])
                == "p.yaml:1:4: error: byte 0xEA is not UTF-8\nhint: save the file as UTF-8")
        #expect(refusal([0xED, 0xA0, 0x80]).hasPrefix("p.yaml:1:1: error: byte 0xED is not UTF-8"))
        #expect(
            refusal([0x1F, 0x8B, 0x08, 0x00, 0x01])
                == "p.yaml:1:4: error: a NUL byte: this is not a text file\nhint: name the pipeline file, a YAML text"
        )
        #expect(
            refusal([0xFF, 0xFE, 0x61, 0x00])
                == "p.yaml:1:1: error: the file is encoded in UTF-16\nhint: save it as UTF-8")
        #expect(
            refusal([UInt8](repeating: 0x61, count: (1 << 20) + 1))
                == "p.yaml:1:1: error: the file has 1048577 bytes; a pipeline file has at most 1048576\n"
                + "hint: name the pipeline file, not its data")
    }

    @Test func nestingHasALimit() {
        func nested(_ depth: Int) -> String {
            "a: " + String(repeating: "[", count: depth) + String(repeating: "]", count: depth) + "\n"
        }
        #expect(refusal(nested(LocatedYAML.deepest)) == "")
        #expect(
            refusal(nested(LocatedYAML.deepest + 1)).contains(
                "more than 32 nested maps and lists"))
        #expect(refusal(nested(100_000)).hasPrefix("p.yaml:1:"))
    }

    @Test(.timeLimit(.minutes(1)))
    func nestedAliasesTakeNoTime() {
        var text = "l0: &l0 [x, x, x, x, x, x, x, x, x]\n"
        for level in 1...30 {
            let names = [String](repeating: "*l\(level - 1)", count: 9).joined(separator: ", ")
            text += "l\(level): &l\(level) [\(names)]\n"
        }
        #expect(
            refusal(text + "? *l30\n: 1\n? *l30\n: 2\n").contains("aliases are not used in a pipeline file"))
    }

    @Test func escapesInDoubleQuotesAreRead() throws {
        #expect(try read(#"a: "\u00e9\t\x41\U0001F600""#).root["a"]?.content == .string("é\tA😀"))
    }
}
