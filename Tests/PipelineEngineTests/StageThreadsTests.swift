import CommandStages
import Diagnostics
import Foundation
import PipelineEngine
import PipelinePlan
import StageKit
import Synchronization
import Testing

/// Stages that block the thread they run on, as those do that compute.
struct StageThreadsTests {
    private static let cores = ProcessInfo.processInfo.activeProcessorCount

    /// Blocks the thread, as a stage does that computes.
    private static func hold() { Thread.sleep(forTimeInterval: 0.002) }

    /// Counts up to a number, and lets threads wait for it.
    private final class Gate: Sendable {
        private let condition = NSCondition()
        private let state = Mutex((count: 0, highest: 0))

        var highest: Int { state.withLock { $0.highest } }

        func enter() {
            condition.withLock {
                state.withLock { $0 = ($0.count + 1, max($0.highest, $0.count + 1)) }
                condition.broadcast()
            }
        }

        func leave() { state.withLock { $0.count -= 1 } }

        /// Blocks the thread until this many have entered.
        /// - Returns: whether they did within twenty seconds.
        func wait(for count: Int) -> Bool {
            let end = Date().addingTimeInterval(20)
            return condition.withLock {
                while state.withLock({ $0.highest }) < count {
                    if !condition.wait(until: end) { return false }
                }
                return true
            }
        }
    }

    /// Opens the gate when a certain stage has finished.
    private struct Finish: EngineEventSink {
        let stage: String
        let gate: Gate

        func receive(_ event: EngineEvent) {
            if case .stageFinished(stage, _, _, _) = event { gate.enter() }
        }
    }

    @Test func asManyStagesStartAsThereAreJobsThoughThereAreFewerCores() async throws {
        let bench = try TestBench()
        let count = Self.cores + 2
        let gate = Gate()
        for number in 1...count {
            bench.add("stage\(number)") { _ in
                gate.enter()
                // None ends before all have started.
                #expect(gate.wait(for: count), "\(gate.highest) of \(count) stages have started")
            }
        }
        bench.options.jobs = count
        #expect(try await bench.run().outcome == .done)
    }

    @Test func noMoreStagesRunAtOnceThanThereAreJobs() async throws {
        let bench = try TestBench()
        let gate = Gate()
        for number in 1...6 {
            bench.add("stage\(number)") { _ in
                gate.enter()
                #expect(gate.wait(for: 2))
                Self.hold()
                gate.leave()
            }
        }
        bench.options.jobs = 2
        #expect(try await bench.run().executed.count == 6)
        #expect(gate.highest == 2)
    }

    @Test func aProgramRunsNextToStagesThatHoldEveryCore() async throws {
        let bench = try TestBench()
        let finished = Gate()
        for number in 1...Self.cores {
            bench.add("long\(number)") { _ in
                #expect(finished.wait(for: 1), "the program has not ended beside stages that compute")
            }
        }
        bench.stages.append(try program(["sleep", "0.3"]))
        bench.options.jobs = Self.cores + 1
        let engine = Engine(
            bench.pipeline, options: bench.options, sink: Finish(stage: "program", gate: finished))
        let report = try await engine.run()
        #expect(report.outcome == .done)
        #expect(report["program"]?.seconds ?? 0 >= 0.3)
    }

    @Test func aStopReachesEveryStageThatBlocks() async throws {
        let bench = try TestBench()
        let count = Self.cores + 1
        let gate = Gate()
        for number in 1...count {
            bench.add("stage\(number)") { context in
                gate.enter()
                for _ in 0..<10_000 {
                    try context.checkpoint()
                    Self.hold()
                }
            }
        }
        bench.options.jobs = count
        bench.options.isStopRequested = { gate.highest == count }
        let report = try await bench.run()
        #expect(report.outcome == .interrupted)
        #expect(report.stages.map(\.verdict) == Array(repeating: .interrupted, count: count))
    }

    /// A stage's own tasks share the threads that it was given.
    @Test(arguments: [1, 3])
    func aStageKeepsNoMoreThreadsBusyThanItsOwn(threads: Int) async throws {
        let bench = try TestBench()
        let gate = Gate()
        bench.add("wide") { context in
            await withTaskGroup { group in
                for _ in 0..<(2 * context.threads) {
                    group.addTask {
                        gate.enter()
                        #expect(gate.wait(for: context.threads))
                        Self.hold()
                        gate.leave()
                    }
                }
            }
        }
        bench.options.threads = threads
        #expect(try await bench.run().outcome == .done)
        #expect(gate.highest == threads)
    }

    private func program(_ command: [String]) throws -> PlannedStage {
        let span = SourceSpan(file: "news.yaml", line: 1, column: 1)
        let words = command.map { LocatedValue(.string($0), at: span) }
        let entry = LocatedValue.Entry(
            key: "command", keySpan: span, value: LocatedValue(.list(words), at: span))
        var reader = ParameterReader([entry], kind: "command", at: span)
        return PlannedStage(
            name: "program", kind: CommandStage.kind, stage: try CommandStage(parameters: &reader),
            parameters: .object([:]), fileRequests: [], inputs: [], checks: [], when: nil, dependencies: [])
    }
}
