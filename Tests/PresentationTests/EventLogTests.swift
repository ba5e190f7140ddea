import PipelineEngine
import Presentation
import StageKit
import StoreFile
import Synchronization
import Testing

struct EventLogTests {
    private static let clock = StoreClock { 1_763_709_404_123 }

    /// What a log writes of some events, each with the moment at which it comes.
    private static func lines(_ events: [(seconds: Double, event: EngineEvent)]) -> [String] {
        let start = ContinuousClock.now
        let now = Mutex(start)
        let lines = Mutex<[String]>([])
        let log = EventLog(
            clock: clock, now: { now.withLock { $0 } }, write: { line in lines.withLock { $0.append(line) } })
        for (seconds, event) in events {
            now.withLock { $0 = start + .seconds(seconds) }
            log.receive(event)
        }
        return lines.withLock { $0 }
    }

    private static func progress(_ stage: String, _ done: Int) -> EngineEvent {
        .progress(stage: stage, done: done, total: 9, unit: "rows", note: "")
    }

    @Test func eachEventIsALineWithItsTime() throws {
        let lines = Self.lines([(0, .warning(stage: "a", message: "w"))])
        #expect(
            lines == [#"{"event":"warning","message":"w","stage":"a","time":"2025-11-21T07:16:44.123Z"}"#])
    }

    @Test func progressIsToldOnceASecondForEachStage() throws {
        let lines = Self.lines([
            (0, Self.progress("a", 1)), (0.5, Self.progress("b", 2)), (0.999, Self.progress("a", 3)),
            (1, Self.progress("a", 4)), (1.4, Self.progress("b", 5)), (1.999, Self.progress("a", 6)),
        ])
        #expect(try lines.map { try JSONValue(parsing: $0)["done"]?.intValue } == [1, 2, 4])
    }

    @Test func nothingElseIsHeldBack() {
        let event = EngineEvent.published(stage: "a", path: "out/a.tsv")
        #expect(Self.lines([(0, event), (0, event)]).count == 2)
    }

    @Test func anErrorSaysHowTheProgramEnds() {
        #expect(
            EventLog.line(error: "no such file", exitStatus: 2, clock: Self.clock)
                == #"{"event":"error","exit_status":2,"message":"no such file","time":"2025-11-21T07:16:44.123Z"}"#
        )
    }
}
