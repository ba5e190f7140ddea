internal import ArgumentParser
internal import DuckDBTables
private import Foundation
internal import IngestStages
internal import MessagePassing
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
        abstract: "Check the machine and, with a pipeline file, its store, files, secrets and hooks.")

    @Argument(help: "The pipeline file.", completion: .pipelineFile) var file: String?

    @Flag(help: "As JSON.") var json = false

    // In release mode the 6.3 compiler crashes on these functions as one.
    func run() async throws {
        let plan = try file.map { try PipelineLoader(file: $0, registry: .all).plan() }
        try tell(await report(plan))
    }

    private func report(_ plan: PlannedPipeline?) async -> HealthReport {
        var report = HealthReport()
        report.checkMachine(
            version: ProgramVersion.text, threads: Machine.threads,
            arithmetic: (ComputeEnvironment.here.summary, ComputeEnvironment.advice),
            productRate: try? ComputeEnvironment.productRate(threads: Machine.threads),
            libraries: IngestStages.libraries)
        report.add("DuckDB", .good, DuckDB.state.words, hint: DuckDB.state.hint)
        report.add("MPI", .good, MPILibrary.state())
        let folder = FileManager.default.currentDirectoryPath
        guard let plan else {
            report.checkPlace(folder, pipelineFiles: PipelineFinder.near(folder))
            return report
        }
        await report.check(
            plan, workingFolder: folder, environment: ProcessInfo.processInfo.environment)
        return report
    }

    private func tell(_ report: HealthReport) throws {
        print(asJSON: json, report.json, lines: report.lines)
        if !report.isHealthy { throw ExitStatus.stageFailed }
    }
}
