import Foundation
import Prediction
import Testing

struct AnswerWriterTests {
    /// Three times as likely as the other class.
    private static let threeToOne: [Float] = [Float(log(3.0)), 0]

    @Test func rowsOfTheTableFollowItsHeader() {
        var writer = AnswerWriter(labels: ["calm", "split"], isJSON: false, withLogits: false)
        #expect(
            writer.text(of: [Self.threeToOne, [-2, -2]])
                == "label\tprobability\tp_calm\tp_split\n"
                + "calm\t0.750000\t0.750000\t0.250000\n" + "calm\t0.500000\t0.500000\t0.500000\n")
        #expect(writer.text(of: [[0, Float(log(4.0))]]) == "split\t0.800000\t0.200000\t0.800000\n")
        #expect(writer.rest() == "")
    }

    @Test func withoutTextsTheHeaderIsLeft() {
        var writer = AnswerWriter(labels: ["calm", "split"], isJSON: false, withLogits: true)
        #expect(writer.rest() == "label\tprobability\tp_calm\tp_split\tlogit_calm\tlogit_split\n")
        #expect(writer.rest() == "")
    }

    @Test func logitsFollowTheProbabilities() {
        var writer = AnswerWriter(labels: ["calm", "split"], isJSON: false, withLogits: true)
        _ = writer.rest()
        #expect(writer.text(of: [[0.5, 0.5]]) == "calm\t0.500000\t0.500000\t0.500000\t0.5\t0.5\n")
    }

    @Test func linesOfJSONHaveNoHeader() {
        var writer = AnswerWriter(labels: ["calm", "split"], isJSON: true, withLogits: false)
        #expect(
            writer.text(of: [[1, 1]])
                == #"{"label":"calm","probabilities":{"calm":0.5,"split":0.5},"probability":0.5}"# + "\n")
        #expect(writer.rest() == "")
        var withLogits = AnswerWriter(labels: ["calm", "split"], isJSON: true, withLogits: true)
        #expect(withLogits.text(of: [[0.5, 0.5]]).contains(#""logits":[0.5,0.5]"#))
    }
}
