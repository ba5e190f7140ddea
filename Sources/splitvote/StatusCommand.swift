internal import ArgumentParser
private import Foundation
internal import PipelinePlan
internal import RunStore
internal import StageKit

/// `splitvote status`: the last run, its stages, and what the store holds.
struct StatusCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status", abstract: "Show the last run and what the store holds. Never waits for a run.")

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    func validate() throws {
        if (file == nil) == (state == nil) { throw ValidationError("give a pipeline file, or --state PATH") }
    }

    func run() throws {
        let settings = try storeSettings()
        guard let store = try RunStore.openForReading(at: settings.state, artifacts: settings.artifacts)
        else {
            if state != nil {
                throw ValidationError(
                    "--state \(settings.state): there is no such file; name the store of a pipeline")
            }
            print("\(settings.state): no run so far")
            return
        }
        defer { try? store.close() }
        print("store      \(settings.state), \(Bytes.text(try store.storeSize()))")
        if let holder = RunLock.holder(state: settings.state) { print("running    \(holder.text)") }
        for source in try store.sources() {
            print(
                "source     \(source.source): \(FigureText.grouped(source.comments)) comments of "
                    + "\(FigureText.grouped(source.articles)) articles, \(FigureText.grouped(source.observations)) "
                    + "observations, \(source.files) files")
        }
        guard let last = try store.runs(pipeline: settings.pipeline, limit: 1).first else { return }
        print(
            "last run   \(last.run.id) of \(last.run.date): \(last.outcome.rawValue), began \(last.startedAt)"
        )
        let sizes = Dictionary(try store.sizes().map { ($0.stage, $0) }, uniquingKeysWith: { $1 })
        let stages = try store.stages(ofRun: last.run.id)
        let width = stages.map(\.stage.count).max() ?? 0
        for stage in stages {
            let name = stage.stage.padding(toLength: width, withPad: " ", startingAt: 0)
            let verdict = stage.verdict.rawValue.padding(toLength: 11, withPad: " ", startingAt: 0)
            let size = sizes[stage.stage].map { Bytes.text($0.bytes) } ?? ""
            let words = stage.message ?? FigureText.summary(of: stage.figures, kind: stage.kind)
            print(
                Self.trimmed(
                    "  \(name)  \(verdict) \(String(repeating: " ", count: max(0, 9 - size.count)))\(size)  \(words)"
                ))
        }
    }

    /// Without blanks at the end.
    private static func trimmed(_ line: String) -> Substring {
        line[..<(line.lastIndex { $0 != " " }.map(line.index(after:)) ?? line.startIndex)]
    }

    private func storeSettings() throws -> (state: String, artifacts: String, pipeline: String?) {
        if let file {
            let plan = try PipelineLoader(file: file).plan()
            return (plan.store.state, plan.store.artifacts, plan.name)
        }
        let path = AbsolutePath.of(state ?? "", in: FileManager.default.currentDirectoryPath)
        return (path, path + "-artifacts", nil)
    }
}
