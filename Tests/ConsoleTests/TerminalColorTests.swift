import Console
import Testing

/// Color for people, and none for programs.
struct TerminalColorTests {
    private func isOn(
        _ choice: TerminalColor.Choice, _ environment: [String: String] = [:], isTerminal: Bool
    ) -> Bool {
        TerminalColor(choice, environment, isTerminal: isTerminal).styled("error: x") != "error: x"
    }

    @Test func aTerminalGetsColorUnlessSomebodySaysNo() {
        #expect(isOn(.auto, isTerminal: true) && !isOn(.auto, isTerminal: false))
        #expect(!isOn(.auto, ["NO_COLOR": "1"], isTerminal: true))
        #expect(isOn(.auto, ["NO_COLOR": ""], isTerminal: true))
        #expect(!isOn(.auto, ["TERM": "dumb"], isTerminal: true))
        #expect(isOn(.auto, ["CLICOLOR_FORCE": "1"], isTerminal: false))
        #expect(!isOn(.auto, ["CLICOLOR_FORCE": "0"], isTerminal: false))
        #expect(isOn(.always, ["NO_COLOR": "1"], isTerminal: false) && !isOn(.never, isTerminal: true))
    }

    @Test func wordsAndCaretsAreColoredWhereTheyStandAlone() {
        let color = TerminalColor(.always, [:], isTerminal: false)
        #expect(
            color.styled("p.yaml:3:7: error: no 'x'\n   3 | error: x\n     |   ^~~\nhint: y\n")
                == "p.yaml:3:7: \u{1B}[1;31merror:\u{1B}[0m no 'x'\n   3 | error: x\n     |   \u{1B}[1;32m^~~\u{1B}[0m\n"
                + "\u{1B}[36mhint:\u{1B}[0m y\n")
        #expect(color.styled("labels: warning: few") == "labels: \u{1B}[1;33mwarning:\u{1B}[0m few")
        // What is said about an error is not one.
        #expect(color.styled("a text with error: in it") == "a text with error: in it")
    }
}
