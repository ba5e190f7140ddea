internal import ArgumentParser
internal import Files
private import Foundation
internal import PipelinePlan
internal import RunStore
internal import StoreFile

/// The store that a command looks at: that of a pipeline file, or one named by `--state`.
struct StoreLocation {
    /// Absolute.
    var state: String
    /// Absolute; `nil` if only the store knows.
    var artifacts: String?
    /// The pipeline file's; `nil` if only the store was named.
    var plan: PlannedPipeline?

    /// The pipeline whose runs are meant; `nil` for all.
    var pipeline: String? { plan?.name }

    init(_ plan: PlannedPipeline) {
        self.init(state: plan.store.state, artifacts: plan.store.artifacts, plan: plan)
    }

    private init(state: String, artifacts: String?, plan: PlannedPipeline?) {
        self.state = state
        self.artifacts = artifacts
        self.plan = plan
    }

    /// - Parameters:
    ///   - words: what is on the command line beside options; the pipeline file is taken from it.
    ///   - state: the value of `--state`, which takes the file's place.
    init(_ words: inout [String], state: String?) throws {
        if let state {
            let path = AbsolutePath.of(state, in: FileManager.default.currentDirectoryPath)
            self.init(state: path, artifacts: nil, plan: nil)
            return
        }
        guard !words.isEmpty else { throw ValidationError("give a pipeline file, or --state PATH") }
        self.init(try PipelineLoader(file: words.removeFirst()).plan())
    }

    /// Opens the store to look at it.
    /// - Returns: `nil` if a pipeline has not run yet.
    func open() throws -> RunStore? {
        if let store = try RunStore.openForReading(at: state, artifacts: artifacts) { return store }
        if plan == nil {
            throw ValidationError("--state \(state): there is no such file; name the store of a pipeline")
        }
        return nil
    }

    /// Opens the store of a pipeline that has run.
    func openExisting() throws -> RunStore {
        guard let store = try open() else {
            throw StoreError(
                .other, "\(state): no run so far",
                hint: "run the pipeline first: splitvote run \(plan?.file ?? "FILE")")
        }
        return store
    }
}
