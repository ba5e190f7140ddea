internal import Training

/// The file of the metrics, if one was asked for.
final class MetricsSink {
    private let path: String?
    private var file: MetricsFile?

    init(_ path: String?) { self.path = path }

    func open(after step: Int) throws { file = try path.map { try MetricsFile($0, after: step) } }

    func append(_ report: StepReport) throws { try file?.append(report) }
}
