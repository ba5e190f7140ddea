internal import CommentStore
package import Diagnostics
internal import Files
private import Foundation
package import PipelinePlan
package import RunStore
package import StageKit
internal import StoreFile
internal import TextBasics

/// Where the store is that a command looks at: that of a pipeline file, or one that was named itself.
package struct StoreLocation {
    /// Absolute.
    package let state: String
    /// Absolute; `nil` if only the store knows.
    package let artifacts: String?
    /// The pipeline file's; `nil` if only the store was named.
    package let plan: PlannedPipeline?

    /// The pipeline whose runs are meant; `nil` for all.
    package var pipeline: String? { plan?.name }

    package init(_ plan: PlannedPipeline) {
        state = plan.store.state
        artifacts = plan.store.artifacts
        self.plan = plan
    }

    /// - Parameter state: the store's file, as the user named it.
    package init(state: String) {
        self.state = AbsolutePath.of(state, in: FileManager.default.currentDirectoryPath)
        artifacts = nil
        plan = nil
    }

    /// - Parameters:
    ///   - file: the pipeline file; `nil` if `state` takes its place.
    ///   - state: the value of `--state`.
    /// - Throws: `DiagnosticsError` where both are missing, or for what is wrong with the file.
    package init(file: String?, state: String?, registry: StageRegistry) throws(DiagnosticsError) {
        if let state {
            self.init(state: state)
        } else if let file {
            self.init(try PipelineLoader(file: file, registry: registry).plan())
        } else {
            throw DiagnosticsError("give a pipeline file, or --state PATH")
        }
    }

    /// - Parameters:
    ///   - words: what is on the command line beside options; the pipeline file is taken from it if `state` does not take its
    ///     place.
    ///   - state: the value of `--state`.
    package init(_ words: inout [String], state: String?, registry: StageRegistry) throws(DiagnosticsError) {
        let file = state == nil && !words.isEmpty ? words.removeFirst() : nil
        try self.init(file: file, state: state, registry: registry)
    }

    /// Opens the store to look at it.
    /// - Returns: `nil` if the pipeline has not run yet.
    /// - Throws: `DiagnosticsError` where a store that was named itself is not there, `StoreError`.
    package func open() throws -> RunStore? {
        if let store = try RunStore.openForReading(at: state, artifacts: artifacts) { return store }
        if plan == nil {
            throw DiagnosticsError(
                "--state \(state): there is no such file",
                hint: "name the store of a pipeline, or the pipeline file itself")
        }
        return nil
    }

    /// Opens the store of a pipeline that has run.
    /// - Throws: `StoreError` where it has not.
    package func openExisting() throws -> RunStore {
        guard let store = try open() else {
            throw StoreError(
                .other, "\(state): no run so far",
                hint: "run the pipeline first: splitvote run \(plan?.file ?? "FILE")")
        }
        return store
    }

    /// - Parameters:
    ///   - moment: seconds since 1970.
    ///   - text: the moment as the user gave it with `--as-of`.
    /// - Throws: `DiagnosticsError` when the moment is before everything that the store has seen.
    package func requireObservations(by moment: Int64, givenAs text: String) throws {
        guard let store = try open() else { return }
        defer { try? store.close() }
        if let first = try store.ledger.firstObservation(), moment < first {
            throw DiagnosticsError(
                "--as-of \(text) is before the first observation, \(CivilTime.text(seconds: first))",
                hint: "name a later moment; nothing was seen before")
        }
    }
}
