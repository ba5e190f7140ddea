internal import DequeModule

/// Lets so many in at a time, in the order in which they came. Waiting ends with the task.
actor AsyncSemaphore {
    private var free: Int
    private var line: Deque<(ticket: Int, waiting: CheckedContinuation<Void, any Error>)> = []
    private var nextTicket = 0

    init(places: Int = 1) { free = max(places, 1) }

    /// - Throws: `CancellationError`; then there is no place to give back.
    func enter() async throws {
        try Task.checkCancellation()
        if free > 0 {
            free -= 1
            return
        }
        let ticket = nextTicket
        nextTicket += 1
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { (waiting: CheckedContinuation<Void, any Error>) in
                // The task may have been cancelled before there was anything to end.
                if Task.isCancelled {
                    waiting.resume(throwing: CancellationError())
                } else {
                    line.append((ticket, waiting))
                }
            }
        } onCancel: {
            Task { await giveUp(ticket) }
        }
    }

    func leave() {
        if line.isEmpty { free += 1 } else { line.removeFirst().waiting.resume() }
    }

    private func giveUp(_ ticket: Int) {
        guard let place = line.firstIndex(where: { $0.ticket == ticket }) else { return }
        line.remove(at: place).waiting.resume(throwing: CancellationError())
    }
}
