internal import Dispatch
internal import Synchronization

/// Work without its own limit, such as reading a page: it is given this much time and no more.
package enum Deadline {
    private static let queue = DispatchQueue(label: "splitvote.reading", attributes: .concurrent)

    /// Does the work on its own thread. Where the time is up, the work is left to itself.
    /// - Throws: what the work throws, or ``DeadlineExceeded``.
    package static func within<Value: Sendable>(
        _ limit: Duration, _ work: @escaping @Sendable () throws -> Value
    ) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            let answer = Answer(continuation: continuation)
            queue.async { answer.give(Result { try work() }) }
            let seconds = Double(limit.components.seconds) + 1
            queue.asyncAfter(deadline: .now() + seconds) {
                answer.give(.failure(DeadlineExceeded(limit: limit)))
            }
        }
    }

    /// Resumes once.
    private final class Answer<Value: Sendable>: Sendable {
        private let continuation: Mutex<CheckedContinuation<Value, any Error>?>

        init(continuation: CheckedContinuation<Value, any Error>) {
            self.continuation = Mutex(continuation)
        }

        func give(_ result: Result<Value, any Error>) {
            let continuation = continuation.withLock { waiting in
                defer { waiting = nil }
                return waiting
            }
            continuation?.resume(with: result)
        }
    }
}

/// An answer that could not be read in time.
package struct DeadlineExceeded: Error, CustomStringConvertible {
    let limit: Duration

    package var description: String {
        "the answer could not be read within \(limit.components.seconds) s ('whole_timeout')"
    }
}
