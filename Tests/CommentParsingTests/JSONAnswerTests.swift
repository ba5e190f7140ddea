import CommentParsing
import JSON
import SeededRandom
import TestInputs
import Testing
import WebFormats

private func payload(_ text: String) throws(AnswerError) -> String {
    let bytes = Array(text.utf8)
    return String(decoding: bytes[try JSONAnswer.payload(of: bytes)], as: UTF8.self)
}

struct JSONAnswerTests {
    @Test(arguments: [
        ("{\"a\":1}", "{\"a\":1}"), (" [1]\n", "[1]"), ("_callback({\"a\":\"(b);\"});", "{\"a\":\"(b);\"}"),
        ("cb([1])", "[1]"), ("/**/ jQuery1.cb[0] ( {} ) ;\r\n", " {} "), ("null", "null"),
        ("cb(\")\");;", "\")\""), ("\"a(b)\"", "\"a(b)\""),
        ("-1", "-1"),
    ])
    func theArgumentIsBetweenTheFirstAndTheLastParenthesis(text: String, wanted: String) throws {
        #expect(try payload(text) == wanted)
    }

    @Test(arguments: [
        ("", "an empty answer"), ("  ", "an empty answer"),
        ("cb({\"a\":1}", "the answer is not JSON: the call does not end with ')'; the answer is cut short"),
        ("cb(", "the answer is not JSON: the call does not end with ')'; the answer is cut short"),
        ("Service unavailable", "the answer is not JSON: found 'Service'; expected JSON"),
        ("<html></html>", "the answer is not JSON: found '<'; expected a value at byte 0"),
        ("cb({\"a\":1)", "the answer is not JSON: text ends; expected ',' or '}' at byte 6"),
    ])
    func otherAnswersAreRefusedWithTheReason(text: String, message: String) {
        #expect {
            try JSONAnswer(Array(text.utf8))
        } throws: {
            "\($0)" == message
        }
    }

    /// Texts of comments pass through a call whatever they hold: the crawler that replaced characters damaged these.
    @Test func textsComeBackByteForByte() throws {
        let texts = [
            "(웃음);", ");", "_callback({});", "a\"b\\c/d", "\u{1112}\u{1161}\u{11AB} 한", "😀\n\t", "&quot;<br>",
            "())(()",
        ]
        let quoted = JSONValue.array(texts.map { .string($0) }).encoded()
        let answer = try JSONAnswer(Array("cb(".utf8) + quoted + Array(");".utf8))
        let found = try #require(answer.root.arrayValue).compactMap(\.stringValue)
        #expect(found.map { Array($0.utf8) } == texts.map { Array($0.utf8) })
    }

    @Test func halvesOfPairsAndControlCharactersLoseNothingElse() throws {
        let answer = try JSONAnswer(
            Array("[\"a\\ud83d\", \"\\ude00b\", \"\\ud83d\\ude00\", \"x\ty\", \"\\\\ud83d\", 1]".utf8))
        #expect(
            answer.root.arrayValue?.compactMap(\.stringValue) == [
                "a\u{FFFD}", "\u{FFFD}b", "😀", "x\ty", "\\ud83d",
            ])
        #expect(answer.repairs == 3)
        #expect(try JSONAnswer(Array("[1]".utf8)).repairs == 0)
        #expect(throws: AnswerError.self) { try JSONAnswer(Array("[\"a\\ud83d\"".utf8)) }
        let korean: [UInt8] = [0x5B, 0x22, 0xB0, 0xA1, 0x22, 0x5D]
        #expect(try JSONAnswer(korean, charset: "euc-kr").root.arrayValue?.first?.stringValue == "가")
    }

    @Test(.timeLimit(.minutes(10)))
    func mutatedAnswersAreReadOrRefused() throws {
        let source = try CommentSource.naver()
        let items = [
            SampleAnswers.naverItem("\"1\"", text: "\"좋은 (말)\"", up: 3, down: 2),
            SampleAnswers.naverItem("2", text: "\"\\ud83d\\ude00\"", replies: 1),
        ]
        let good = SampleAnswers.naver(items, next: "n", end: "e")
        let pieces = [
            "(", ")", ");", "{", "}", "[", "]", "\"", "\\", "\\ud83d", "null", "1e9", "-", ",", ":",
            "{\"result\":", "한", "\0", "\n",
        ]
        var read = 0
        for seed in 0..<fuzzCount {
            var random = SplitMix64(seed: UInt64(seed))
            let bytes = mutated(
                good, pieces: pieces.map { Array($0.utf8) } + [[0xFF], [0xED, 0xA0]], using: &random)
            do throws(AnswerError) {
                let page = try source.page(bytes)
                read += 1
                #expect(page.comments.count + page.refused.count == page.items, "seed \(seed)")
            } catch {
                #expect(!error.description.isEmpty)
            }
        }
        #expect(read > 0 && read < fuzzCount)
    }
}

struct JSONPathTests {
    @Test(arguments: [
        ("a.b", "1"), ("$.a.b", "1"), ("list[1].x", "y"), ("$['odd.key']", "z"), ("odd\\.key", "z"),
        ("list[0]", "7"), ("a[\"b\"]", "1"),
        ("deep[0][1]", "q"), ("한", "가"),
    ])
    func pathsLeadToValues(path: String, wanted: String) throws {
        let root = try JSONValue(
            parsing:
                "{\"a\":{\"b\":1},\"list\":[7,{\"x\":\"y\"}],\"odd.key\":\"z\",\"deep\":[[1,\"q\"]],\"한\":\"가\"}"
                .utf8)
        let value = try #require(try JSONPath(path).value(in: root))
        #expect(value.stringValue ?? value.intValue.map { String($0) } == wanted)
    }

    @Test(arguments: ["a.c", "list[2]", "list.x", "a.b.c", "list[0].x"])
    func pathsThatLeadNowhereGiveNothing(path: String) throws {
        let root = try JSONValue(parsing: "{\"a\":{\"b\":1},\"list\":[7,{\"x\":\"y\"}]}".utf8)
        #expect(try JSONPath(path).value(in: root) == nil)
    }

    @Test(arguments: [
        ("", "an empty path; '$' is the whole document (column 1)"), ("a..b", "expected a key (column 3)"),
        ("a.", "expected a key (column 3)"),
        ("$a", "expected '.' or '[' (column 2)"),
        ("a[x]", "expected an index counted from 0, such as [0], or a key in quotes (column 2)"),
        ("한[*]", "expected an index counted from 0, such as [0], or a key in quotes (column 2)"),
        ("a['b]", "expected a key in quotes and ] (column 2)"),
        ("a[0]b", "expected '.' or '[' (column 5)"),
    ])
    func badPathsAreLocated(path: String, message: String) {
        #expect {
            try JSONPath(path)
        } throws: {
            "\($0)" == message
        }
    }
}
