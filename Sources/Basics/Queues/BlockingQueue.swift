internal import DequeModule
internal import Dispatch
internal import Synchronization

/// Hands values from one thread to another, in the order in which they came.
///
/// Taking from it blocks the thread, so consumers run on dedicated threads, never on Swift's shared ones. An
/// optional `Value` lets `nil` say that no more will come.
package final class BlockingQueue<Value: Sendable>: Sendable {
    private let waiting = Mutex<Deque<Value>>([])
    private let count = DispatchSemaphore(value: 0)

    package init() {}

    /// Adds a value after the others and wakes a taker. Never waits.
    package func push(_ value: Value) {
        waiting.withLock { $0.append(value) }
        count.signal()
    }

    /// Takes the first value, waiting until there is one.
    package func pop() -> Value {
        count.wait()
        return waiting.withLock { $0.removeFirst() }
    }

    /// Takes all remaining values. Only when no other thread uses the queue any more: a consumer would wait forever.
    package func drain() -> [Value] {
        waiting.withLock { waiting in
            defer { waiting = [] }
            return Array(waiting)
        }
    }
}
