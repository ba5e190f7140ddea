package import PipelinePlan

/// The decisions of a run, apart from everything that takes time: events in, actions out.
///
/// A stage is examined when all its dependencies are settled, because only then is its fingerprint known.
package struct RunMachine {
    package struct Node: Sendable {
        package var name: String
        package var dependencies: [String]
        package var isSelected: Bool

        package init(_ name: String, dependencies: [String] = [], isSelected: Bool = true) {
            self.name = name
            self.dependencies = dependencies
            self.isSelected = isSelected
        }
    }

    package enum Event: Equatable {
        case start
        /// In place of the start: these stages are known to fail.
        case foreseen([String])
        case examined(String, Examination)
        case finished(String, Ending)
        case stopRequested
    }

    /// What a look at a stage and its inputs showed.
    package enum Examination: Equatable {
        /// There is a current result that others may use.
        case stands
        case mustRun([RunReason])
        /// No result, and today none is to be made.
        case notToday
        /// Not selected, and without a current result.
        case notSelected
        /// It cannot even be examined, for example because a file is missing.
        case failed(sourceIncomplete: Bool)
        /// A check failed on the current result.
        case rejected
    }

    package enum Ending: Equatable {
        case done, rejected, interrupted
        case failed(sourceIncomplete: Bool)
    }

    package enum Action: Equatable {
        case examine(String)
        case run(String, because: [RunReason])
        case skip(String, SkipCause)
        case end(EngineOutcome)
    }

    package enum SkipCause: Equatable {
        /// A stage that it depends on has no result.
        case dependency(String)
        /// The run ended before its turn.
        case notReached
    }

    private enum State: Equatable {
        case waiting, examining, running, standing
        case queued([RunReason])
        /// Without a result. `isFault`: whether a selected stage that needs it makes the run fail.
        case broken(isFault: Bool)

        var isSettled: Bool {
            switch self {
            case .standing, .broken: true
            default: false
            }
        }
    }

    private let nodes: [Node]
    private let jobs: Int
    private let keepsGoing: Bool
    private var states: [String: State]
    private var isStopping = false
    private var hasEnded = false
    private var outcomes: Set<EngineOutcome> = []

    /// - Parameter order: every stage after those it depends on.
    package init(order: [Node], jobs: Int = 1, keepsGoing: Bool = false) {
        nodes = order
        self.jobs = max(1, jobs)
        self.keepsGoing = keepsGoing
        states = Dictionary(uniqueKeysWithValues: order.map { ($0.name, .waiting) })
    }

    package mutating func receive(_ event: Event) -> [Action] {
        switch event {
        case .start: break
        case .foreseen(let stages): for stage in stages { fail(stage, .failed) }
        case .stopRequested: isStopping = true
        case .examined(let stage, let examination): settle(stage, examination)
        case .finished(let stage, let ending): settle(stage, ending)
        }
        return hasEnded ? [] : nextActions()
    }

    private mutating func settle(_ stage: String, _ examination: Examination) {
        switch examination {
        case .stands: states[stage] = .standing
        case .mustRun(let reasons): states[stage] = .queued(reasons)
        case .notToday: states[stage] = .broken(isFault: false)
        case .notSelected: states[stage] = .broken(isFault: true)
        case .failed(let sourceIncomplete): fail(stage, sourceIncomplete ? .sourceIncomplete : .failed)
        case .rejected: fail(stage, .rejected)
        }
    }

    private mutating func settle(_ stage: String, _ ending: Ending) {
        switch ending {
        case .done: states[stage] = .standing
        case .rejected: fail(stage, .rejected)
        case .failed(let sourceIncomplete): fail(stage, sourceIncomplete ? .sourceIncomplete : .failed)
        case .interrupted:
            isStopping = true
            fail(stage, .interrupted)
        }
    }

    private mutating func fail(_ stage: String, _ outcome: EngineOutcome) {
        states[stage] = .broken(isFault: true)
        outcomes.insert(outcome)
    }

    private var startsNothing: Bool { isStopping || (!keepsGoing && !outcomes.isEmpty) }

    private mutating func nextActions() -> [Action] {
        var actions: [Action] = []
        if !startsNothing {
            for node in nodes where states[node.name] == .waiting { actions += begin(node) }
            for node in nodes {
                guard case .queued(let reasons) = states[node.name], count(.running) < jobs else { continue }
                states[node.name] = .running
                actions.append(.run(node.name, because: reasons))
            }
        }
        if count(.running) == 0, count(.examining) == 0, actions.allSatisfy(\.isSkip) { actions += end() }
        return actions
    }

    private mutating func begin(_ node: Node) -> [Action] {
        let states = node.dependencies.map { ($0, self.states[$0] ?? .standing) }
        if let (name, state) = states.first(where: { if case .broken = $0.1 { true } else { false } }) {
            let isFault = state == .broken(isFault: true)
            self.states[node.name] = .broken(isFault: isFault)
            if isFault, node.isSelected, outcomes.isEmpty { outcomes.insert(.failed) }
            return [.skip(node.name, .dependency(name))]
        }
        guard states.allSatisfy(\.1.isSettled) else { return [] }
        self.states[node.name] = .examining
        return [.examine(node.name)]
    }

    private mutating func end() -> [Action] {
        hasEnded = true
        let rest = nodes.filter { states[$0.name]?.isSettled == false }
        var broken = Set(nodes.map(\.name).filter { if case .broken = states[$0] { true } else { false } })
        let skips = rest.map { node -> Action in
            guard let cause = node.dependencies.first(where: broken.contains) else {
                return .skip(node.name, .notReached)
            }
            broken.insert(node.name)
            return .skip(node.name, .dependency(cause))
        }
        if isStopping, !rest.isEmpty { outcomes.insert(.interrupted) }
        let worst = [EngineOutcome.interrupted, .sourceIncomplete, .failed, .rejected].first(
            where: outcomes.contains)
        return skips + [.end(worst ?? .done)]
    }

    private func count(_ state: State) -> Int { states.values.count { $0 == state } }
}

extension RunMachine.Action {
    fileprivate var isSkip: Bool {
        if case .skip = self { true } else { false }
    }
}
