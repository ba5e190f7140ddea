import Files
import Foundation
import JSON
import Testing
import TrackFormat

struct TrackWriterTests {
    private let folder: String
    private static let run = TrackedRun(
        experiment: "news", stage: "model", fingerprint: String(repeating: "ab", count: 32),
        parameters: [TrackedText("learning_rate", "3e-5"), TrackedText("tfidf.ngrams", "[1,2]")],
        tags: TrackedRun.tags(run: "20260131-000000-0000", date: "2026-01-31"), started: 1_000)

    /// Where MLflow's files of the run are, below their root.
    private static var place: String { TrackWriter.folder(of: run, .mlflow, in: "").dropFirst() + "/" }

    init() throws {
        folder = NSTemporaryDirectory() + "track-" + UUID().uuidString
    }

    private static func points(_ step: Int) -> [TrackedPoint] {
        [
            TrackedPoint("train/loss", 1 / Double(step), step: step, time: Int64(1_000 + step)),
            TrackedPoint("train/learning_rate", 0.1, step: step, time: Int64(1_000 + step)),
        ]
    }

    private func writer(_ tracker: Tracker, _ name: String, after step: Int = 0) throws -> TrackWriter {
        try TrackWriter(Self.run, [(tracker, folder + "/" + name)], after: step)
    }

    private func contents(_ name: String) throws -> [String: String] {
        let root = folder + "/" + name
        return Dictionary(
            uniqueKeysWithValues: try Disk.files(below: root).map { path in
                let bytes = FileManager.default.contents(atPath: root + "/" + path) ?? Data()
                // Where the folder is stands in it too.
                let text = String(decoding: bytes, as: Unicode.ASCII.self)
                return (path, text.replacing("/\(name)/", with: "/…/"))
            })
    }

    /// A run that was killed after its checkpoint at step 3, and in the middle of writing step 5.
    @Test(arguments: Tracker.allCases)
    func aRunThatContinuesHasEachStepOnce(tracker: Tracker) throws {
        defer { try? Disk.remove(folder) }
        let undisturbed = try writer(tracker, "undisturbed")
        for step in 1...6 { try undisturbed.add(Self.points(step)) }
        try undisturbed.set(.finished, at: 2_000)
        do {
            let killed = try writer(tracker, "killed")
            for step in 1...5 { try killed.add(Self.points(step)) }
            try cutLastBytes(of: tracker)
        }
        let resumed = try writer(tracker, "killed", after: 3)
        // What the checkpoint was made before is told again.
        try resumed.add(Self.points(3))
        for step in 4...6 { try resumed.add(Self.points(step)) }
        try resumed.set(.finished, at: 2_000)
        #expect(try contents("killed") == contents("undisturbed"))
    }

    private func cutLastBytes(of tracker: Tracker) throws {
        let root = TrackWriter.folder(of: Self.run, tracker, in: folder + "/killed")
        let file = tracker == .mlflow ? "/metrics/train/loss" : "/" + TrackWriter.eventFile
        let handle = try #require(FileHandle(forWritingAtPath: root + file))
        try handle.truncate(atOffset: try handle.seekToEnd() - 3)
        try handle.close()
    }

    @Test(arguments: Tracker.allCases)
    func aRunThatBeginsTakesThePlaceOfOneThatIsThere(tracker: Tracker) throws {
        defer { try? Disk.remove(folder) }
        for step in 1...6 { try writer(tracker, "a").add(Self.points(step)) }
        for name in ["a", "b"] {
            let again = try writer(tracker, name)
            try again.add(Self.points(1))
            try again.set(.stopped, at: 1_500)
        }
        #expect(try contents("a") == contents("b"))
    }

    @Test func mlflowsFolderSaysWhatWasSetAndHowItEnded() throws {
        defer { try? Disk.remove(folder) }
        let writer = try writer(.mlflow, "runs")
        try writer.add(Self.points(1) + Self.points(2))
        try writer.set(.finished, at: 2_000)
        let files = try contents("runs")
        let run = Self.place
        #expect(files[run + "metrics/train/loss"] == "1001 1.0 1\n1002 0.5 2\n")
        #expect(files[run + "params/learning_rate"] == "3e-5")
        #expect(files[run + "tags/mlflow.runName"] == "model-abababab")
        let meta = try #require(files[run + "meta.yaml"])
        #expect(meta.contains("\nstatus: 3\n") && meta.contains("\nend_time: 2000\n"), "\(meta)")
        #expect(meta.contains("\nrun_id: \"\(Self.run.id)\"\n"))
        #expect(files["\(run.prefix(18))/meta.yaml"]?.hasSuffix("name: \"news\"\n") == true)
    }

    @Test func aNumberThatIsNotFiniteIsWrittenAsPythonReadsIt() throws {
        defer { try? Disk.remove(folder) }
        let writer = try writer(.mlflow, "runs")
        try writer.add([
            TrackedPoint("train/loss", .nan, step: 1, time: 1),
            TrackedPoint("train/loss", .infinity, step: 2, time: 2),
        ])
        let run = Self.place
        #expect(try contents("runs")[run + "metrics/train/loss"] == "1 nan 1\n2 inf 2\n")
    }

    @Test func whereNothingCanBeWrittenTheFileIsNamed() throws {
        defer { try? Disk.remove(folder) }
        try Disk.makeFolder(folder)
        try Data().write(to: URL(filePath: folder + "/taken"))
        for tracker in Tracker.allCases {
            let error = #expect(throws: FileError.self) { try writer(tracker, "taken") }
            #expect(error?.message.contains(folder + "/taken") == true, "\(error?.message ?? "")")
        }
    }
}

struct TrackedFiguresTests {
    private static let run = TrackedRun(
        experiment: "news", stage: "model", fingerprint: "ab", started: 1_000)

    @Test func curvesGoByStepAndAllElseIsAtTheLastOne() {
        let figures: JSONValue = [
            "steps": 10, "metric": "macro_f1", "best_metric": 0.75, "stopped_early": false,
            "history": [["step": 5, "loss": 0.5], ["step": 10, "loss": 0.25]],
            "evaluations": [["step": 10, "best": true, "macro_f1": 0.75]],
            "trials": [["C": 1.0, "metric": 0.5]], "confusion": [[1, 2], [3, 4]], "model": ["layers": 2],
        ]
        #expect(
            Self.run.points(of: figures, finished: 3_000) == [
                TrackedPoint("train/loss", 0.5, step: 5, time: 2_000),
                TrackedPoint("train/loss", 0.25, step: 10, time: 3_000),
                TrackedPoint("dev/macro_f1", 0.75, step: 10, time: 3_000),
                TrackedPoint("steps", 10, step: 10, time: 3_000),
                TrackedPoint("best_metric", 0.75, step: 10, time: 3_000),
                TrackedPoint("model/layers", 2, step: 10, time: 3_000),
            ])
    }

    @Test func settingsAreNamedByTheirPlace() {
        let settings: JSONValue = ["epochs": 3, "tfidf": ["ngrams": [1, 2]], "init": "a/b", "뉴스": "x"]
        #expect(
            TrackedRun.texts(of: settings) == [
                TrackedText("epochs", "3"), TrackedText("tfidf.ngrams", "[1,2]"), TrackedText("init", "a/b"),
                TrackedText("__", "x"),
            ])
    }

    @Test func aNameIsNeverAPathOutOfTheFolder() {
        for name in ["..", ".", "", "../x", "a/b", "뉴스"] {
            let safe = TrackedRun.safe(name)
            #expect(!safe.isEmpty && !safe.contains("/") && !safe.allSatisfy { $0 == "." }, "\(name)")
        }
    }

    @Test func theSameWorkHasTheSameIdAndOtherWorkAnother() {
        var other = Self.run
        other.started = 5
        #expect(other.id == Self.run.id && other.id.count == 32)
        other.stage = "models"
        #expect(other.id != Self.run.id)
    }
}
