internal import ArgumentParser
private import Foundation
internal import PipelineAccess
internal import PipelineEngine
internal import PipelinePlan
internal import Presentation
internal import ProcessControl
internal import StageKit
internal import Training

/// `splitvote doctor`: whether everything that a run needs is present.
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        of: "doctor",
        abstract: "Check the machine and, with a pipeline file, its store, files, secrets and hooks.",
        discussion: "Changes nothing. The exit status is 1 if something would make a run fail.")

    @Argument(help: "The pipeline file.")
    var file: String?

    @Flag(help: "As JSON.")
    var json = false

    // In release mode the 6.3 compiler crashes on these functions as one.
    func run() async throws {
        let plan = try file.map { try PipelineLoader(file: $0, registry: .all).plan() }
        try tell(await report(plan))
    }

    private func report(_ plan: PlannedPipeline?) async -> HealthReport {
        var report = HealthReport()
        report.checkMachine(
            version: ProgramVersion.text, threads: Machine.threads,
            matrixLibrary: ComputeEnvironment.here.summary)
        guard let plan else { return report }
        await report.check(
            plan, workingFolder: FileManager.default.currentDirectoryPath,
            environment: ProcessInfo.processInfo.environment)
        return report
    }

    private func tell(_ report: HealthReport) throws {
        print(asJSON: json, report.json, lines: report.lines)
        if !report.isHealthy { throw ExitStatus.stageFailed }
    }
}
