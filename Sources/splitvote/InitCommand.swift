internal import ArgumentParser
internal import Reference
internal import Scaffolding

/// `splitvote init`: a pipeline to start from, with data to try it on, and what runs it every night.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "init",
        abstract: "Write a working pipeline, synthetic comments to try it on, and a schedule.")

    @Option(help: "Also write a schedule that runs it every night: cron or systemd.") var schedule: Scheduler?

    @Option(help: ArgumentHelp("When it runs, in local time.", valueName: "hh:mm")) var at = "03:00"

    @Argument(help: "Folder to write into; created if it does not exist.", completion: .directory)
    var folder = "."

    func validate() throws {
        guard ClockTime(at) != nil else {
            throw ValidationError("--at is '\(at)'; expected a time such as 03:00")
        }
    }

    func run() throws {
        let path = TypedPath.absolute(folder)
        let schema = try SchemaFiles.text("pipeline")
        let files = StarterFiles.all(in: path, schedule: nightly, schema: schema)
        var draft = ScaffoldFolder(path)
        for file in try draft.fill(with: files, shownAs: folder) {
            print(TypedPath.of(file.name, in: path))
        }
        nightly?.warning.map(ErrorReporter.note)
        ErrorReporter.note(
            "now: splitvote run \(TypedPath.of("pipeline.yaml", in: path))"
                + (schedule.map { ", then see \($0.note)" } ?? ""))
    }

    private var nightly: StarterFiles.Schedule? {
        guard let schedule, let time = ClockTime(at) else { return nil }
        return StarterFiles.Schedule(schedule, at: time, program: TypedPath.program)
    }
}

extension Scheduler: ExpressibleByArgument {}
