package import Diagnostics
internal import Programs
package import StageKit
internal import TextBasics
internal import TrainingStages

/// Runs a user's program as a stage, which is skipped, recorded and published as any other.
///
/// What it reads has to be declared for that: the stages in `from`, the files in `files`, the values in `params`. It
/// writes into the folder given by `{output}`, and may put numbers for checks and reports into `figures.json`
/// there.
package struct CommandStage: Stage {
    package static let kind = StageKind(
        "command",
        revision: 1,
        summary: "Run your own program, with declared inputs, files, parameters and outputs.",
        inputs: [Port("inputs", Port.anyType, optional: true, many: true)],
        outputs: [Port("files", "files-v1")],
        figures: CommandFigures.declared(),
        reportsAnyFigure: true,
        report: .command,
        example: """
            lengths:
              uses: command
              from: tsv
              with:
                command: [sh, tools/lengths.sh, "{tsv}", "{output}", "{params.limit}"]
                files: [tools/lengths.sh]
                params: {limit: 20}
                outputs: [lengths.tsv]
                publish: {lengths.tsv: "out/{date}/lengths.tsv"}
                timeout: 10m
            """,
        values: [
            "environment": "{TOKEN: $secrets.token}",
            "files": "[tools/lengths.sh]",
            "params": "{limit: 20}",
            "publish": #"{lengths.tsv: "out/{date}/lengths.tsv"}"#,
            "timeout": "10m",
            "types": "{model: model-v1}",
        ]
    )

    private let command: [String]
    private let params: [String: JSONValue]
    private let environment: [String: EnvironmentValue]
    private let outputs: [String]
    /// Outputs that are more than files, by their names.
    private let types: [(name: String, type: DeclaredOutput)]
    private let publish: [(name: String, template: String)]
    private let timeoutSeconds: Int?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        command = parameters.strings(
            "command", default: [],
            help:
                "The program and its arguments, without a shell. {output}, {work}, {STAGE} and {params.NAME} "
                + "are placeholders.")
        if command.isEmpty {
            parameters.reject(
                "command", "stage kind 'command' needs 'command': a list, the program and its arguments",
                hint: "for example command: [python3, tools/score.py, \"{output}\"]")
        }
        params = parameters.values("params", help: "Values for the program; a change runs it again.")
        environment = parameters.environment(
            "environment", help: "Variables for the program; secrets as $secrets.NAME.")
        _ = parameters.filePatterns(
            "files", required: false,
            help: "Files that it reads, scripts included; a change of content runs it again.")
        outputs = parameters.strings(
            "outputs", default: [], help: "Files that it must produce, relative to {output}.")
        types = Self.types(&parameters)
        publish = parameters.outputPaths(
            "publish", placeholders: ["date", "run"],
            help: "Where to publish files of {output} when the checks have passed.")
        timeoutSeconds = parameters.duration(
            "timeout", default: nil, help: "Timeout after which the program is killed.")
        for (index, word) in command.enumerated() { Self.check(word, at: index, params, &parameters) }
        for path in outputs + publish.map(\.name) where !Self.staysInside(path) {
            parameters.reject(
                outputs.contains(path) ? "outputs" : "publish", "'\(path)' is not in the output folder",
                hint: "write a relative path without ..")
        }
        try parameters.finish()
    }

    private static func check(
        _ word: String, at index: Int, _ params: [String: JSONValue], _ parameters: inout ParameterReader
    ) {
        guard let pieces = PlaceholderText.pieces(of: word) else {
            parameters.reject(
                "command", "'\(word)' has an unmatched brace",
                hint: "write {{ and }} for literal braces")
            return
        }
        for case .placeholder(let name) in pieces {
            if name.hasPrefix("params."), params[String(name.dropFirst(7))] == nil {
                parameters.reject(
                    "command", "there is no '\(name.dropFirst(7))' under 'params'",
                    hint: params.isEmpty
                        ? "add it: params: {\(name.dropFirst(7)): …}"
                        : "'params' has: \(params.keys.sorted().joined(separator: ", "))")
            } else if ["date", "run"].contains(name) {
                parameters.reject(
                    "command", "'{\(name)}' would make the result different in every run",
                    hint: "for the date write params: {date: $run.date} and {params.date}")
            }
        }
    }

    private static func types(_ parameters: inout ParameterReader) -> [(name: String, type: DeclaredOutput)] {
        let known = DeclaredOutput.allCases.map(\.rawValue)
        let given = parameters.texts(
            "types", countsNone: false,
            help:
                "Folders of {output} that other stages take, with their types, as in {model: model-v1}: "
                + "\(known.joined(separator: " or ")). They are checked when the program has ended.")
        return given.compactMap { name, text in
            let isPlain = name.utf8.allSatisfy { byte in
                (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || byte == 0x5F
                    || byte == 0x2D
            }
            if name.isEmpty || name == "files" || !isPlain {
                parameters.reject(
                    "types", "'\(name)' cannot be the name of an output",
                    hint: "name a folder directly in {output}, by letters, digits, _ and -, and not 'files'")
            }
            guard let type = DeclaredOutput(rawValue: text) else {
                parameters.reject(
                    "types", "'\(name)' has the type '\(text)', which no check knows",
                    hint: NearestName.hint(
                        for: text, among: known,
                        then: "types are \(known.joined(separator: " and ")); all other outputs are files"))
                return nil
            }
            return (name, type)
        }
    }

    package var gives: [Port] { Self.kind.outputs + types.map { Port($0.name, $0.type.rawValue) } }

    private static func staysInside(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
    }

    /// What its command may hold.
    package static let placeholders = [
        Placeholder("output", "The folder that the program writes into."),
        Placeholder("work", "A folder for files between two tries; kept until the stage is done."),
        Placeholder("STAGE", "What the stage of that name under `from` made: a file or a folder."),
        Placeholder("params.NAME", "The value of that name under `params`."),
    ]

    /// Placeholders that are not a stage under `from`.
    package func problems(in look: StageLook) -> [StageProblem] {
        let known = ["output", "work"] + (look.sources["inputs"] ?? []).map(\.stage)
        let used = command.flatMap { PlaceholderText.pieces(of: $0) ?? [] }.compactMap { piece in
            if case .placeholder(let name) = piece, !name.hasPrefix("params.") { name } else { nil }
        }
        return used.filter { !known.contains($0) }.map { unknown(placeholder: $0, known) }
            + missingShards(look)
    }

    /// A model is taken over for the shards that it was trained on.
    private func missingShards(_ look: StageLook) -> [StageProblem] {
        guard let model = types.first(where: { $0.type == .model }) else { return [] }
        let count = (look.sources["inputs"] ?? []).count { source in
            source.kind.outputs.contains { $0.types.contains(DeclaredOutput.shards.rawValue) }
        }
        if count == 1 { return [] }
        let error = DeclaredOutput.problem(of: model.name, shards: count)
        return [StageProblem("types", error.message, hint: error.hint)]
    }

    private func unknown(placeholder name: String, _ known: [String]) -> StageProblem {
        StageProblem(
            "command", "the command holds {\(name)}, which is not a placeholder here",
            hint: "known here: " + known.sorted().map { "{\($0)}" }.joined(separator: " ")
                + "; a stage must be listed under 'from'")
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let program = Program(
            try arguments(context), folder: context.baseFolder, environment: try variables(context),
            timeoutSeconds: timeoutSeconds.map(Double.init))
        let tail = OutputTail()
        let ending: Program.Ending
        do {
            ending = try await program.run(
                isStopRequested: { context.isStopping },
                onLine: { line in
                    tail.append(line)
                    context.progress.log(line, [:])
                })
        } catch let error as ProgramError {
            throw StageError(error.message, hint: error.hint)
        }
        if ending == .stopped { throw StageInterrupted() }
        guard ending == .exited(0) else {
            throw StageError(
                "'\(program.command.joined(separator: " "))' \(ending.text)" + tail.text,
                hint: "try it by hand in \(context.baseFolder); its output folder was discarded")
        }
        return try result(context)
    }

    private func result(_ context: StageContext) throws -> StageResult {
        let folder = CommandOutput(folder: context.outputFolder)
        let missing = try (outputs + publish.map(\.name)).filter { try !folder.holds($0) }
        guard missing.isEmpty else {
            throw StageError(
                "the program has not made \(missing.joined(separator: ", "))",
                hint: "it must write into the folder given by {output} or SPLITVOTE_OUTPUT")
        }
        var figures = try folder.figures()
        var result = StageResult(outputs: [StageOutput(port: "files", path: ".")])
        for (name, type) in types {
            let taken = try type.take(name, from: context.inputs.all("inputs"), context)
            result.outputs.append(taken.output)
            // The program's own figures count.
            for member in taken.figures.members ?? [] where figures[member.key] == nil {
                figures[member.key] = member.value
            }
        }
        result.figures = figures
        for (name, template) in publish {
            if types.contains(where: { $0.name == name }) {
                result.publications += try Publication.files(of: name, in: context, to: template)
            } else {
                result.publications.append(Publication(path: name, template: template))
            }
        }
        return result
    }

    // MARK: What the program receives

    private func arguments(_ context: StageContext) throws(StageError) -> [String] {
        var values = ["output": context.outputFolder, "work": context.workFolder]
        for artifact in context.inputs.all("inputs") { values[artifact.stage] = artifact.path }
        for (name, value) in params { values["params.\(name)"] = value.stringValue ?? value.canonicalText }
        for case .placeholder(let name) in command.flatMap({ PlaceholderText.pieces(of: $0) ?? [] })
        where values[name] == nil {
            let problem = unknown(placeholder: name, Array(values.keys))
            throw StageError(problem.message, hint: problem.hint)
        }
        return command.map { PlaceholderText.filled($0, values) }
    }

    private func variables(_ context: StageContext) throws(StageError) -> [String: String] {
        let inputs = context.inputs.all("inputs").map { artifact in
            (
                artifact.stage,
                JSONValue.object(["path": .string(artifact.path), "type": .string(artifact.type)])
            )
        }
        var variables = [
            "SPLITVOTE_STAGE": context.stageName, "SPLITVOTE_OUTPUT": context.outputFolder,
            "SPLITVOTE_WORK": context.workFolder, "SPLITVOTE_PARAMS": JSONValue.object(params).canonicalText,
            "SPLITVOTE_INPUTS": JSONValue.object(
                Dictionary(inputs, uniquingKeysWith: { first, _ in first })
            ).canonicalText,
        ]
        for (name, value) in environment {
            switch value {
            case .text(let text): variables[name] = text
            case .secret(let variable): variables[name] = try SecretVariable.value(of: variable)
            }
        }
        return variables
    }
}
