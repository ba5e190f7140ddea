import CommandStages
import StageKit
import StageKitTesting
import Testing

struct CommandParametersTests {
    @Test func everythingThatIsWrongIsSaidAtOnce() {
        let complaints = CommandStage.complaints(about: [
            "command": ["score", "{params.top}", "{open", "{run}"], "outputs": ["/etc/x", "a/../../x", ""],
            "publish": ["..": "out/x"],
        ])
        #expect(
            complaints == [
                "there is no 'top' under 'params' (add it: params: {top: …})",
                "'{open' has an unmatched brace (write {{ and }} for literal braces)",
                "'{run}' would make the result different in every run "
                    + "(for the date write params: {date: $run.date} and {params.date})",
                "'/etc/x' is not in the output folder (write a relative path without ..)",
                "'a/../../x' is not in the output folder (write a relative path without ..)",
                "'' is not in the output folder (write a relative path without ..)",
                "'..' is not in the output folder (write a relative path without ..)",
            ])
    }

    @Test func anUnknownParameterIsToldWithThoseThatThereAre() {
        let complaints = CommandStage.complaints(about: [
            "command": ["score", "{params.tip}"], "params": ["top": 3, "at": "x"],
        ])
        #expect(complaints == ["there is no 'tip' under 'params' ('params' has: at, top)"])
    }

    @Test(arguments: [["true"], ["sh", "-c", "echo {{}}"], ["a", "{output}{work}{other}"]] as [JSONValue])
    func bracesInPairsAndPlaceholdersOfStagesAreFine(command: JSONValue) {
        #expect(CommandStage.complaints(about: ["command": command]) == [])
    }

    private func problems(_ command: JSONValue, from stages: [String]) throws -> [StageProblem] {
        let sources = stages.map { StageSource(stage: $0, kind: CommandStage.kind, parameters: [:]) }
        return try CommandStage(["command": command]).problems(
            in: StageLook(naming: [], files: [:], sources: ["inputs": sources]))
    }

    @Test func aPlaceholderStandsForAStageUnderFromAndForNoOther() throws {
        #expect(try problems(["cat", "{scores}/a", "{output}", "{work}"], from: ["scores"]) == [])
        #expect(
            try problems(["cat", "{scores}/a", "{score}/b"], from: ["scores"]) == [
                StageProblem(
                    "command", "the command holds {score}, which is not a placeholder here",
                    hint: "known here: {output} {scores} {work}; a stage must be listed under 'from'")
            ])
    }
}
