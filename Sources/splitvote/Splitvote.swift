internal import ArgumentParser
internal import CLibrary
internal import Console
private import Foundation
internal import Presentation
internal import ProcessControl
internal import StageKit

/// The command: arguments in, exit status out.
@main
struct Splitvote: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "splitvote",
        abstract: "Turns news comments and their votes into datasets and classifiers for controversy.",
        discussion: """
            A pipeline file names the stages; `run` does what is not done yet. Everything is checkpointed in SQLite: a \
            run that was killed is simply run again.

            Exit status: \(ExitStatus.sentence) All commands take --color auto, always or never, and obey NO_COLOR and \
            CLICOLOR_FORCE. 'splitvote help stage' shows the stage kinds.
            """,
        version: ProgramVersion.text,
        subcommands: [
            RunCommand.self, PlanCommand.self, ValidateCommand.self, ExplainCommand.self, ExportCommand.self,
            TrainCommand.self, GatherCommand.self, RelabelCommand.self, SweepCommand.self, LabelsCommand.self,
            WhyCommand.self, ForgetCommand.self, StatusCommand.self, RunsCommand.self, ReportCommand.self,
            GcCommand.self, SimilarCommand.self, ReadNextCommand.self, AgreementCommand.self,
            PredictCommand.self, EvaluateCommand.self, FeaturesCommand.self, GenerateCommand.self,
            TokenizeCommand.self, InitCommand.self, DoctorCommand.self, DemoDataCommand.self,
            StageCommand.self, SchemaCommand.self, VerifyCommand.self, EngineCommand.self, FilterCommand.self,
        ])

    static func main() async {
        let arguments = CommandArguments(
            CommandLine.arguments.dropFirst(), commands: configuration.subcommands.map { $0._commandName })
        if let problem = arguments.problem { ErrorReporter.end(problem, .badInput) }
        ProcessSettling.settle(forCommand: arguments.rest.first, ProcessInfo.processInfo.environment)
        do {
            // To ArgumentParser a stage kind is not a subcommand that it could help with.
            let asksForStage = arguments.rest.starts(with: ["help", "stage"])
            var command = try parseAsRoot(Array(arguments.rest.dropFirst(asksForStage ? 1 : 0)))
            if var asynchronous = command as? any AsyncParsableCommand {
                try await asynchronous.run()
            } else {
                try command.run()
            }
            try StandardStream.flushPrinted()
        } catch let status as ExitStatus {
            CLibrary.exit(status.rawValue)
        } catch let error as StageError where error == StandardStream.readerGone {
            CLibrary.exit(ExitStatus.done.rawValue)
        } catch {
            ErrorReporter.report(error, of: Self.self)
        }
    }
}
