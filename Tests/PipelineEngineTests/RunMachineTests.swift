import PipelineEngine
import PipelinePlan
import Testing

struct RunMachineTests {
    private static let chain = [
        RunMachine.Node("clean"), RunMachine.Node("label", dependencies: ["clean"]),
        RunMachine.Node("tsv", dependencies: ["label"]),
    ]
    /// clean → (label, vocabulary), label → tsv
    private static let fork = [
        RunMachine.Node("clean"), RunMachine.Node("label", dependencies: ["clean"]),
        RunMachine.Node("vocabulary", dependencies: ["clean"]),
        RunMachine.Node("tsv", dependencies: ["label"]),
    ]

    @Test func aStageIsExaminedWhenItsDependenciesAreSettled() {
        var machine = RunMachine(order: Self.chain)
        #expect(machine.receive(.start) == [.examine("clean")])
        #expect(machine.receive(.examined("clean", .stands)) == [.examine("label")])
        #expect(
            machine.receive(.examined("label", .mustRun([.neverRan]))) == [
                .run("label", because: [.neverRan])
            ])
        #expect(machine.receive(.finished("label", .done)) == [.examine("tsv")])
        #expect(machine.receive(.examined("tsv", .stands)) == [.end(.done)])
        #expect(machine.receive(.stopRequested) == [])
    }

    @Test func onlyALimitedNumberRunAtOnce() {
        var machine = RunMachine(order: Self.fork, jobs: 1)
        _ = machine.receive(.start)
        #expect(machine.receive(.examined("clean", .stands)) == [.examine("label"), .examine("vocabulary")])
        #expect(
            machine.receive(.examined("label", .mustRun([.forced]))) == [.run("label", because: [.forced])])
        #expect(machine.receive(.examined("vocabulary", .mustRun([.forced]))) == [])
        #expect(
            machine.receive(.finished("label", .done)) == [
                .examine("tsv"), .run("vocabulary", because: [.forced]),
            ])
    }

    @Test func independentStagesRunTogether() {
        var machine = RunMachine(order: Self.fork, jobs: 2)
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .stands))
        #expect(
            machine.receive(.examined("label", .mustRun([.forced]))) == [.run("label", because: [.forced])])
        #expect(
            machine.receive(.examined("vocabulary", .mustRun([.forced])))
                == [.run("vocabulary", because: [.forced])])
    }

    @Test func afterAFailureNothingNewBeginsButWhatRunsMayEnd() {
        var machine = RunMachine(order: Self.fork, jobs: 2)
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .stands))
        _ = machine.receive(.examined("label", .mustRun([.forced])))
        _ = machine.receive(.examined("vocabulary", .mustRun([.forced])))
        #expect(machine.receive(.finished("label", .failed(sourceIncomplete: false))) == [])
        #expect(
            machine.receive(.finished("vocabulary", .done)) == [
                .skip("tsv", .dependency("label")), .end(.failed),
            ])
    }

    @Test func keepingGoingSkipsOnlyWhatDependsOnTheFailure() {
        var machine = RunMachine(order: Self.fork, keepsGoing: true)
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .stands))
        _ = machine.receive(.examined("label", .mustRun([.forced])))
        _ = machine.receive(.examined("vocabulary", .mustRun([.forced])))
        #expect(
            machine.receive(.finished("label", .failed(sourceIncomplete: false)))
                == [.skip("tsv", .dependency("label")), .run("vocabulary", because: [.forced])])
        #expect(machine.receive(.finished("vocabulary", .done)) == [.end(.failed)])
    }

    static let endings: [(RunMachine.Ending, EngineOutcome, Int32)] = [
        (.done, .done, 0), (.failed(sourceIncomplete: false), .failed, 1), (.rejected, .rejected, 3),
        (.failed(sourceIncomplete: true), .sourceIncomplete, 5), (.interrupted, .interrupted, 130),
    ]

    @Test(arguments: endings)
    func theEndOfTheOnlyStageIsTheEndOfTheRun(
        ending: RunMachine.Ending, outcome: EngineOutcome, status: Int32
    ) {
        var machine = RunMachine(order: [RunMachine.Node("clean")])
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .mustRun([.neverRan])))
        #expect(machine.receive(.finished("clean", ending)) == [.end(outcome)])
        #expect(outcome.exitStatus == status)
    }

    @Test func aStopLetsRunningStagesEndAndReachesNoOther() {
        var machine = RunMachine(order: Self.chain)
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .mustRun([.neverRan])))
        #expect(machine.receive(.stopRequested) == [])
        #expect(
            machine.receive(.finished("clean", .done)) == [
                .skip("label", .notReached), .skip("tsv", .notReached), .end(.interrupted),
            ])
    }

    @Test func aStopAfterTheLastStageIsNotAnInterruption() {
        var machine = RunMachine(order: [RunMachine.Node("clean")])
        _ = machine.receive(.start)
        _ = machine.receive(.examined("clean", .mustRun([.neverRan])))
        _ = machine.receive(.stopRequested)
        #expect(machine.receive(.finished("clean", .done)) == [.end(.done)])
    }

    @Test func aDayOffWithoutAnyResultSkipsQuietly() {
        var machine = RunMachine(order: Self.chain)
        _ = machine.receive(.start)
        #expect(
            machine.receive(.examined("clean", .notToday)) == [
                .skip("label", .dependency("clean")), .skip("tsv", .dependency("label")), .end(.done),
            ])
    }

    @Test func aSelectedStageWithoutWhatItNeedsIsAFailure() {
        let order = [
            RunMachine.Node("clean", isSelected: false), RunMachine.Node("label", dependencies: ["clean"]),
        ]
        var machine = RunMachine(order: order)
        _ = machine.receive(.start)
        #expect(
            machine.receive(.examined("clean", .notSelected)) == [
                .skip("label", .dependency("clean")), .end(.failed),
            ])
    }

    @Test func unselectedStagesMayLackTheirInput() {
        let order = [
            RunMachine.Node("clean", isSelected: false),
            RunMachine.Node("label", dependencies: ["clean"], isSelected: false), RunMachine.Node("other"),
        ]
        var machine = RunMachine(order: order)
        #expect(machine.receive(.start) == [.examine("clean"), .examine("other")])
        #expect(machine.receive(.examined("clean", .notSelected)) == [.skip("label", .dependency("clean"))])
        #expect(machine.receive(.examined("other", .stands)) == [.end(.done)])
    }

    @Test func anEmptyPipelineIsDone() {
        var machine = RunMachine(order: [])
        #expect(machine.receive(.start) == [.end(.done)])
    }
}
