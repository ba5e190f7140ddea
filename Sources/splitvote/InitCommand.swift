internal import ArgumentParser
private import Foundation
internal import Scaffolding
internal import StageKit

/// `splitvote init`: a pipeline to start from, with data to try it on, and what runs it every night.
struct InitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "init",
        abstract: "Write a pipeline that works, synthetic comments to try it on, and a schedule.",
        discussion: "Files that are already there are left as they are; then nothing is written at all.")

    @Option(help: "Also write what runs it every night: cron or systemd.")
    var schedule: Scheduler?

    @Option(help: ArgumentHelp("When it runs, in local time.", valueName: "hh:mm"))
    var at = "03:00"

    @Argument(help: "Folder to write into; made where it does not exist.")
    var folder = "."

    func validate() throws {
        guard ClockTime(at) != nil else {
            throw ValidationError("--at is '\(at)'; expected a time such as 03:00")
        }
    }

    func run() throws {
        let place = URL(filePath: folder).standardizedFileURL
        let path = place.path(percentEncoded: false)
        let files = StarterFiles.all(in: path, schedule: nightly)
        var draft = ScaffoldFolder(path)
        for file in try draft.fill(with: files, shownAs: folder) {
            print(Self.shown(place.appending(path: file.name)))
        }
        let pipeline = Self.shown(place.appending(path: "pipeline.yaml"))
        ErrorReporter.note(
            "now: splitvote run \(pipeline)" + (schedule.map { ", then see \($0.note)" } ?? ""))
    }

    private var nightly: StarterFiles.Schedule? {
        guard let schedule, let time = ClockTime(at) else { return nil }
        return StarterFiles.Schedule(schedule, at: time, program: Self.program)
    }

    /// As it would be typed here.
    private static func shown(_ url: URL) -> String {
        let path = url.path(percentEncoded: false)
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    /// The program that is running, as a path.
    private static var program: String {
        let path = Bundle.main.executableURL?.resolvingSymlinksInPath().path(percentEncoded: false)
        return path ?? "/usr/local/bin/splitvote"
    }
}

extension Scheduler: ExpressibleByArgument {}
