import Console
import Testing

struct ProgressLineTests {
    private static func text(
        _ done: Int, of total: Int?, note: String = "", firstDone: Int = 0, seconds: Double
    ) -> String {
        ProgressLine(
            stage: "model", done: done, total: total, unit: "steps", note: note, firstDone: firstDone,
            seconds: seconds
        ).text
    }

    @Test func aKnownTotalGivesABarAndTheTimeThatIsLeft() {
        #expect(
            Self.text(50, of: 100, seconds: 10)
                == "model  ██████████░░░░░░░░░░  50/100 steps  10 s left")
        #expect(
            Self.text(100, of: 100, seconds: 10)
                == "model  ████████████████████  100/100 steps  10 steps/s")
    }

    @Test func withoutATotalThereIsNoBar() {
        #expect(
            Self.text(500, of: nil, note: "page 3", seconds: 10) == "model  500 steps  50 steps/s  page 3")
        #expect(Self.text(0, of: 0, seconds: 10) == "model  0 steps")
    }

    @Test func theFirstMomentsTellNoSpeed() {
        #expect(Self.text(500, of: nil, seconds: 0.2) == "model  500 steps")
    }

    @Test func workDoneBeforeARestartDoesNotCountAsSpeed() {
        #expect(Self.text(1000, of: nil, firstDone: 990, seconds: 10) == "model  1000 steps")
        #expect(
            Self.text(90, of: 100, firstDone: 80, seconds: 10)
                == "model  ██████████████████░░  90/100 steps  10 s left")
    }

    @Test func whatIsMoreThanTheTotalFillsTheBarAndNoMore() {
        #expect(
            Self.text(130, of: 100, seconds: 100) == "model  ████████████████████  130/100 steps")
    }

    @Test(arguments: [("한국어", 4, "한국"), ("한국어", 5, "한국"), ("abc", 3, "abc"), ("abc", 0, "")])
    func aLineIsCutBeforeTheCharacterThatDoesNotFit(text: String, columns: Int, expected: String) {
        #expect(ProgressLine.prefix(of: text, columns: columns) == expected)
    }
}
