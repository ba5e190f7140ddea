import Foundation
import Prediction
import Testing
import Training

struct AnswerWriterTests {
    /// Three times as likely as the other class.
    private static let threeToOne: [Float] = [Float(log(3.0)), 0]

    private static func writer(
        isJSON: Bool = false, withLogits: Bool = false, rule: AnswerRule = .plain
    ) -> AnswerWriter {
        AnswerWriter(
            ModelAnswers(form: .oneClass, labels: ["calm", "split"], rule: rule), isJSON: isJSON,
            withLogits: withLogits)
    }

    /// Rows that hold nothing but texts.
    private static func block(_ count: Int) -> TextBlock {
        TextBlock(rows: (0..<count).map { _ in TextRow(text: []) })
    }

    @Test func rowsOfTheTableFollowItsHeader() {
        var writer = Self.writer()
        #expect(
            writer.text(of: Self.block(2), [Self.threeToOne, [-2, -2]])
                == "label\tprobability\tp_calm\tp_split\n"
                + "calm\t0.750000\t0.750000\t0.250000\n" + "calm\t0.500000\t0.500000\t0.500000\n")
        #expect(
            writer.text(of: Self.block(1), [[0, Float(log(4.0))]]) == "split\t0.800000\t0.200000\t0.800000\n")
        #expect(writer.rest() == "")
    }

    @Test func withoutTextsTheHeaderIsLeft() {
        var writer = Self.writer(withLogits: true)
        #expect(writer.rest() == "label\tprobability\tp_calm\tp_split\tlogit_calm\tlogit_split\n")
        #expect(writer.rest() == "")
    }

    @Test func logitsFollowTheProbabilities() {
        var writer = Self.writer(withLogits: true)
        _ = writer.rest()
        #expect(
            writer.text(of: Self.block(1), [[0.5, 0.5]]) == "calm\t0.500000\t0.500000\t0.500000\t0.5\t0.5\n")
    }

    @Test func linesOfJSONHaveNoHeader() {
        var writer = Self.writer(isJSON: true)
        #expect(
            writer.text(of: Self.block(1), [[1, 1]])
                == #"{"label":"calm","probabilities":{"calm":0.5,"split":0.5},"probability":0.5}"# + "\n")
        #expect(writer.rest() == "")
        var withLogits = Self.writer(isJSON: true, withLogits: true)
        #expect(withLogits.text(of: Self.block(1), [[0.5, 0.5]]).contains(#""logits":[0.5,0.5]"#))
    }

    @Test func keptColumnsComeFirstAndStayOnTheirLine() {
        var row = TextRow(text: [])
        row.kept = ["7", "a\tb\nc", nil]
        let block = TextBlock(keptColumns: ["id", "note", "up"], rows: [row])
        var writer = Self.writer()
        #expect(
            writer.text(of: block, [[1, 1]])
                == "id\tnote\tup\tlabel\tprobability\tp_calm\tp_split\n"
                + "7\ta\\tb\\nc\t\tcalm\t0.500000\t0.500000\t0.500000\n")
        var json = Self.writer(isJSON: true)
        #expect(json.text(of: block, [[1, 1]]).contains(#""row":{"id":"7","note":"a\tb\nc","up":null}"#))
    }

    @Test func noTwoColumnsHaveOneName() {
        var writer = Self.writer()
        #expect(
            writer.rest(keeping: ["id", "label"]) == "id\tlabel\tpredicted\tprobability\tp_calm\tp_split\n")
        var again = Self.writer(withLogits: true)
        #expect(
            again.rest(keeping: ["label", "predicted", "p_calm", "logit_split"])
                == "label\tpredicted\tp_calm\tlogit_split\tpredicted_\tprobability\tpredicted_p_calm\tp_split\t"
                + "logit_calm\tpredicted_logit_split\n")
        let one = ModelAnswers(form: .numbers, labels: ["점수"])
        var scores = AnswerWriter(one, isJSON: false, withLogits: false)
        #expect(scores.rest(keeping: ["score"]) == "score\tpredicted\n")
        let any = ModelAnswers(form: .anyClasses, labels: ["욕설"], thresholds: [0.5])
        var lists = AnswerWriter(any, isJSON: false, withLogits: false)
        #expect(lists.rest(keeping: ["labels"]) == "labels\tpredicted\tp_욕설\n")
    }

    @Test func asExportsWriteThemBackslashesAreDoubled() {
        var row = TextRow(text: Array("a".utf8))
        row.kept = ["a\\nb\tc"]
        let block = TextBlock(keptColumns: ["note"], rows: [row])
        let answers = ModelAnswers(form: .numbers, labels: ["점수"])
        var plain = AnswerWriter(answers, isJSON: false, withLogits: false)
        #expect(plain.text(of: block, [[1]]).contains("\na\\nb\\tc\t"))
        var escaped = AnswerWriter(answers, isJSON: false, withLogits: false, hasEscapes: true)
        #expect(escaped.text(of: block, [[1]]).contains("\na\\\\nb\\tc\t"))
    }

    @Test(arguments: [(10, 2, nil), (10, 3, "30 %"), (0, 0, nil)] as [(Int, Int, String?)])
    func tokensThatAreUnknownAreToldAboveAFifth(tokens: Int, unknown: Int, share: String?) {
        #expect(
            TextScorer.remark(tokens: tokens, unknown: unknown)
                == share.map {
                    "\($0) of the tokens are unknown to the model's tokenizer, which is hardly made for these texts"
                })
    }

    @Test func aRowWithoutATextHasAnEmptyAnswer() {
        var row = TextRow(text: nil)
        row.kept = ["7"]
        let block = TextBlock(keptColumns: ["id"], rows: [row])
        var writer = Self.writer(withLogits: true)
        _ = writer.rest(keeping: ["id"])
        #expect(writer.text(of: block, [nil]) == "7\t\t\t\t\t\t\n")
        var json = Self.writer(isJSON: true)
        #expect(
            json.text(of: block, [nil])
                == #"{"label":null,"probabilities":null,"probability":null,"row":{"id":"7"}}"# + "\n")
        #expect(json.abstained == 0)
    }

    @Test func thresholdAndBandDecideTheLabel() {
        let rule = AnswerRule(threshold: 0.2, abstention: 0.1...0.15)
        var writer = Self.writer(rule: rule)
        _ = writer.rest()
        #expect(writer.text(of: Self.block(1), [Self.threeToOne]) == "split\t0.250000\t0.750000\t0.250000\n")
        let unsure: [Float] = [Float(log(7.0)), 0]
        #expect(writer.text(of: Self.block(1), [unsure]) == "\t0.875000\t0.875000\t0.125000\n")
        #expect(writer.abstained == 1)
        var json = Self.writer(isJSON: true, rule: rule)
        #expect(json.text(of: Self.block(1), [unsure]).contains(#""label":null"#))
    }

    @Test func anyNumberOfLabelsIsNamed() {
        let answers = ModelAnswers(
            form: .anyClasses, labels: ["욕설", "정치", "외모"], thresholds: [0.5, 0.9, 0.5])
        var writer = AnswerWriter(answers, isJSON: false, withLogits: false)
        #expect(
            writer.text(of: Self.block(2), [[0, 1, 2], [-1, -1, -1]])
                == "labels\tp_욕설\tp_정치\tp_외모\n욕설,외모\t0.500000\t0.731059\t0.880797\n"
                + "\t0.268941\t0.268941\t0.268941\n")
        var json = AnswerWriter(answers, isJSON: true, withLogits: false)
        #expect(
            json.text(of: Self.block(1), [[0, 1, 2]]).hasPrefix(#"{"labels":["욕설","외모"],"probabilities":{"#))
    }

    @Test func aRegressionAnswersWithItsScore() {
        let one = ModelAnswers(form: .numbers, labels: ["점수"])
        var writer = AnswerWriter(one, isJSON: false, withLogits: false)
        #expect(writer.text(of: Self.block(1), [[0.25]]) == "score\n0.250000\n")
        var json = AnswerWriter(one, isJSON: true, withLogits: false)
        #expect(json.text(of: Self.block(1), [[0.25]]) == #"{"score":0.25}"# + "\n")
        let two = ModelAnswers(form: .numbers, labels: ["a", "b"])
        var several = AnswerWriter(two, isJSON: false, withLogits: false)
        #expect(several.text(of: Self.block(1), [[1, 2]]) == "score_a\tscore_b\n1.000000\t2.000000\n")
    }
}
