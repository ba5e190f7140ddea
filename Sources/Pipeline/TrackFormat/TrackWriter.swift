/// Where a run is written to.
protocol TrackSink: AnyObject {
    /// Names that have a number at the step that the run continues after.
    var lastStep: Set<String> { get }

    func add(_ points: [TrackedPoint]) throws

    func set(_ status: TrackedStatus, at time: Int64) throws
}

/// Writes a run down for other programs while it is at work.
///
/// A run that continues after a kill takes back what came after the step that it resumes from, so that each step is there once.
package final class TrackWriter {
    /// The name of a run's event file; TensorBoard looks for `tfevents` in it.
    package static let eventFile = "events.out.tfevents.splitvote"

    private let sinks: [any TrackSink]
    private let start: Int

    /// - Parameters:
    ///   - trackers: each with the folder of its files, which is made where there is none. Absolute.
    ///   - step: the step that the run resumes from; 0 for one that begins, which takes the place of one that is there.
    /// - Throws: `FileError`.
    package init(_ run: TrackedRun, _ trackers: [(tracker: Tracker, folder: String)], after step: Int = 0)
        throws
    {
        start = step
        sinks = try trackers.map { tracker, folder in
            switch tracker {
            case .tensorboard: try EventFile(run, in: folder, after: step)
            case .mlflow: try MLflowRun(run, in: folder, after: step)
            }
        }
    }

    /// Adds numbers, in the order of steps.
    package func add(_ points: [TrackedPoint]) throws {
        for sink in sinks {
            try sink.add(points.filter { $0.step > start || !sink.lastStep.contains($0.name) })
        }
    }

    /// - Parameter time: milliseconds since 1970, UTC.
    package func set(_ status: TrackedStatus, at time: Int64) throws {
        for sink in sinks { try sink.set(status, at: time) }
    }

    /// The folder of a run.
    package static func folder(of run: TrackedRun, _ tracker: Tracker, in root: String) -> String {
        switch tracker {
        case .tensorboard: EventFile.folder(of: run, in: root)
        case .mlflow: MLflowRun.folder(of: run, in: root)
        }
    }
}
