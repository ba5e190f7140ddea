import CommandStages
import Foundation
import StageKit
import StageKitTesting
import Testing

struct CommandRunTests {
    private let bench: StageBench

    init() throws {
        bench = try StageBench()
    }

    private func run(
        _ script: String, _ more: JSONValue = [:], from inputs: [InputArtifact] = [], as name: String? = nil,
        stopAfter checkpoints: Int = .max
    ) async throws -> StageOutcome {
        let parameters = (more.members ?? []).reduce(["command": ["sh", "-c", .string(script)]] as JSONValue)
        {
            $0.adding($1.key, $1.value)
        }
        return try await bench.run(
            CommandStage.self, parameters, from: ["inputs": inputs], as: name, stopAfter: checkpoints)
    }

    private func failure(_ script: String, _ more: JSONValue = [:]) async -> StageError? {
        await #expect(throws: StageError.self) { try await run(script, more) }
    }

    @Test func figuresAreThoseOfTheProgramWithTheFilesThatItMade() async throws {
        let script = """
            mkdir {output}/part; printf 12345 > {output}/part/a; ln -s part/a {output}/link
            echo '{{"f1": 0.5, "model": "m", "files": 99}}' > {output}/figures.json
            """
        let outcome = try await run(script)
        #expect(outcome.figures["f1"] == 0.5 && outcome.figures["model"] == "m")
        // The folder and the link are no files; what is counted is not the program's to say.
        #expect(outcome.figures["files"] == 2)
        #expect(outcome.figures["bytes"]?.intValue == 5 + (try outcome.text("figures.json")).utf8.count)
    }

    @Test(arguments: [("[1, 2]", "it is not an object"), ("{{\"a\": 1", "text ends; expected")])
    func figuresThatAreNoObjectFailTheStage(text: String, reason: String) async {
        let error = await failure("echo '\(text)' > {output}/figures.json")
        #expect(error?.message.hasPrefix("the program's figures.json cannot be read: \(reason)") == true)
        #expect(error?.hint == "it must be a JSON object of names and numbers")
    }

    @Test func ofWhatItPrintedTheLastTenLinesAreShown() async {
        let error = await failure("for i in 1 2 3 4 5 6 7 8 9 10 11 12; do echo line $i; done; exit 3")
        let lines = (3...12).map { "\n  line \($0)" }.joined()
        #expect(error?.message.hasSuffix("ended with status 3; it said last:" + lines) == true)
        #expect(error?.hint == "try it by hand in \(bench.folder.path); its output folder was discarded")
    }

    @Test func aProgramThatSaidNothingIsNotQuoted() async {
        let error = await failure("exit 4")
        #expect(error?.message == "'sh -c exit 4' ended with status 4")
    }

    @Test func declaredAndPublishedFilesHaveToBeThere() async {
        let error = await failure(
            "touch {output}/a", ["outputs": ["a", "b"], "publish": ["c": "out/c", "a": "out/a"]])
        #expect(error?.message == "the program has not made b, c")
    }

    @Test func publishedFilesAreThoseThatWereNamed() async throws {
        let outcome = try await run("touch {output}/a {output}/b", ["publish": ["a": "out/{date}/a"]])
        #expect(outcome.result.publications == [Publication(path: "a", template: "out/{date}/a")])
        #expect(outcome.result.outputs.map(\.path) == ["."])
    }

    @Test func itIsToldWhatItDependsOnInArgumentsAndVariables() async throws {
        let first = try await run("echo one > {output}/n", as: "first")
        let script = """
            cat {first}/n > {output}/copied
            printf %s "$SPLITVOTE_STAGE $SPLITVOTE_PARAMS {params.top} {params.list} $LEVEL" > {output}/told
            printf %s "$SPLITVOTE_INPUTS" > {output}/inputs
            test "$SPLITVOTE_OUTPUT" = {output} && test "$SPLITVOTE_WORK" = {work} && pwd > {output}/place
            """
        let second = try await run(
            script, ["params": ["top": "x", "list": [1, 2.5]], "environment": ["LEVEL": "deep"]],
            from: first["files"], as: "second")
        #expect(try second.text("copied") == "one\n")
        #expect(try second.text("told") == #"second {"list":[1,2.5],"top":"x"} x [1,2.5] deep"#)
        let inputs = try JSONValue(parsing: try second.text("inputs"))
        #expect(inputs == ["first": ["path": .string(first.folder), "type": "files-v1"]])
        #expect(try second.text("place") == bench.folder.path + "\n")
    }

    @Test func itsWorkFolderIsThereAgainAtTheNextTry() async throws {
        _ = try? await run("echo half > {work}/state; exit 1", as: "resumed")
        let outcome = try await run("cp {work}/state {output}/state", as: "resumed")
        #expect(try outcome.text("state") == "half\n")
    }

    @Test func aSecretThatIsNotSetIsNamedAndNothingIsStarted() async {
        let name = "SPLITVOTE_UNSET_\(UInt32.random(in: 0 ... .max))"
        let error = await failure("echo > mark", ["environment": ["KEY": .string("$secrets.\(name)")]])
        #expect(
            error?.message.hasPrefix("the environment variable \(name), which holds a secret, is not set")
                == true)
        #expect(!FileManager.default.fileExists(atPath: bench.folder.file("mark")))
    }

    @Test func aRunThatIsToStopEndsTheProgram() async {
        // One that went on to its end would not be an interrupted one.
        await #expect(throws: StageInterrupted.self) { try await run("sleep 60", stopAfter: 0) }
    }
}
