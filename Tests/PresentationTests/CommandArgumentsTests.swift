import Presentation
import Testing

/// What holds for all commands is taken out before any of them reads its arguments.
struct CommandArgumentsTests {
    private func arguments(_ texts: String...) -> CommandArguments {
        CommandArguments(texts, commands: ["run", "plan", "relabel"])
    }

    @Test func colorIsTakenOutWhereverItStands() {
        #expect(arguments("run", "--color", "never", "p.yaml").rest == ["run", "p.yaml"])
        #expect(arguments("--color=never", "run", "p.yaml").rest == ["run", "p.yaml"])
        #expect(arguments("run", "--", "--color=never").rest == ["run", "--", "--color=never"])
        #expect(arguments("run", "--color").problem == "error: --color is ''; it takes auto, always or never")
    }

    @Test func aCommandThatThereIsNotIsNamedWithTheNearest() {
        #expect(arguments("run", "x").problem == nil && arguments().problem == nil)
        #expect(arguments("--help").problem == nil && arguments("help", "run").problem == nil)
        #expect(
            arguments("relable", "p.yaml").problem
                == "error: there is no command 'relable'\nhint: did you mean 'relabel'? commands: run, plan, relabel"
        )
        #expect(
            arguments("zebra").problem
                == "error: there is no command 'zebra'\nhint: commands: run, plan, relabel")
    }
}
