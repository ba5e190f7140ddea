/// The room that all results took together once a stage run had made its.
public struct ResultsSize: Hashable, Sendable {
    static let setting = "results-size"

    /// A file that several results share counts once.
    public var bytes: Int64
    /// Number of the last stage run of the run that measured.
    public var stageRun: Int64
    /// Number of the last stage run before that run.
    public var previous: Int64

    public init(bytes: Int64, stageRun: Int64, previous: Int64) {
        self.bytes = bytes
        self.stageRun = stageRun
        self.previous = previous
    }

    init?(_ text: String) {
        let parts = text.split(separator: " ").compactMap { Int64($0) }
        guard parts.count == 3 else { return nil }
        self.init(bytes: parts[0], stageRun: parts[1], previous: parts[2])
    }

    var text: String { "\(bytes) \(stageRun) \(previous)" }
}
