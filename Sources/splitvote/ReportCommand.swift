internal import ArgumentParser
private import Foundation
internal import LabelStudies
internal import Reports
internal import RunStore
internal import StageKit
internal import StoreFile

/// `splitvote report`: the page of what stands now, from the store.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Write a report of what stands now, from the store. Runs nothing and never waits for a run."
    )

    @Argument(help: "The pipeline file.")
    var file: String?

    @Option(help: "The store itself, in place of the pipeline file.")
    var state: String?

    @Option(name: [.customShort("o"), .long], help: "Where the HTML goes; standard output by default.")
    var out: String?

    func run() throws {
        var words = [file].compactMap { $0 }
        let place = try StorePlace(&words, state: state)
        let store = try place.openExisting()
        defer { try? store.close() }
        let pipelines = try store.pipelines()
        guard let pipeline = place.pipeline ?? (pipelines.count == 1 ? pipelines[0] : nil) else {
            throw ValidationError(
                "the store holds the pipelines \(pipelines.joined(separator: ", ")); name a pipeline file")
        }
        let states = try stages(of: pipeline, place, store)
        guard !states.isEmpty else {
            throw StoreError(
                .other, "no stage of '\(pipeline)' has a result yet", hint: "run the pipeline first")
        }
        let page = try ReportPage.html(
            of: ReportFacts(
                pipeline: pipeline, date: try store.runs(pipeline: pipeline, limit: 1).first?.run.date,
                stages: states.map {
                    StageSummary(
                        stage: $0.stage, kind: $0.kind, figures: $0.figures,
                        warnings: $0.warnings.map(\.text))
                },
                artifacts: try states.flatMap { try artifacts(of: $0, store) },
                surface: surface(pipeline, store)))
        guard let out else { return print(page, terminator: "") }
        let writer = try FileWriter(path: out)
        try writer.write(page)
        try writer.finish()
        print(out)
    }

    /// In the order of the file, or where there is none in the order in which they ended.
    private func stages(of pipeline: String, _ place: StorePlace, _ store: RunStore) throws -> [StageState] {
        let names: [String]
        if let plan = place.plan {
            names = plan.stages.map(\.name)
        } else {
            names = try store.stageNames(pipeline: pipeline)
        }
        return try names.compactMap { name in
            try store.lastState(pipeline: pipeline, stage: name, withResult: true)
        }.filter { $0.kind != "report" }
    }

    /// The thresholds around the promoted set; `nil` where it cannot be looked at any more.
    private func surface(_ pipeline: String, _ store: RunStore) -> SurfaceFacts? {
        guard let set = try? LabelSets(store, pipeline: pipeline).load("promoted"),
            let axes = try? SweepAxes(minVotes: "5:50:5", bands: "0.3-0.7,0.35-0.65,0.4-0.6,0.45-0.55"),
            let surface = try? set.surface(axes)
        else { return nil }
        let text = String(decoding: surface.json(reference: set.summary.id), as: UTF8.self)
        return (try? JSONValue(parsing: text)).flatMap { SurfaceFacts($0) }
    }

    private func artifacts(of state: StageState, _ store: RunStore) throws -> [ReportedArtifact] {
        guard let number = state.madeBy, let result = try store.result(stageRun: number) else { return [] }
        return result.artifacts.map {
            ReportedArtifact(stage: state.stage, type: $0.type, digest: $0.digest)
        }
    }
}
