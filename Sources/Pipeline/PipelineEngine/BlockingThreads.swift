internal import Foundation

/// Runs tasks on its own threads, where code may compute and block for as long as it likes.
///
/// Swift's tasks otherwise share a pool of as many threads as there are cores. A stage that computes, or waits for the
/// disk, holds such a thread until it is done; with a few of them, nothing else would run: no further stage, however
/// many jobs are allowed, and neither a crawl nor a program that another stage started.
///
/// A thread is started when a task has to run and no thread is free. All threads end after ``close()``.
package final class BlockingThreads: TaskExecutor, @unchecked Sendable {
    private let limit: Int
    private let name: String

    // Invariant of the unchecked Sendable: all below is read and written only while `changed` is locked.
    private let changed = NSCondition()
    private var jobs: [UnownedJob] = []
    /// Threads that exist, and those of them that are free.
    private var started = 0
    private var free = 0
    private var isClosed = false

    /// - Parameters:
    ///   - limit: most threads at once; at least 1.
    ///   - name: of the threads, for debuggers.
    package init(limit: Int, name: String) {
        precondition(limit >= 1, "tasks need a thread to run on")
        self.limit = limit
        self.name = name
    }

    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        changed.withLock {
            jobs.append(job)
            if jobs.count > free, started < limit {
                started += 1
                free += 1
                let thread = Thread { [self] in work() }
                thread.name = name
                thread.start()
            } else {
                changed.signal()
            }
        }
    }

    /// Lets the threads end as soon as there is nothing left to run. Later work gets new threads.
    package func close() {
        changed.withLock {
            isClosed = true
            changed.broadcast()
        }
    }

    /// The life of a thread.
    private func work() {
        while let job = next() {
            job.runSynchronously(on: asUnownedTaskExecutor())
            changed.withLock { free += 1 }
        }
    }

    /// Waits for the next job; `nil` when there will be none.
    private func next() -> UnownedJob? {
        changed.withLock {
            while jobs.isEmpty, !isClosed { changed.wait() }
            free -= 1
            if jobs.isEmpty {
                started -= 1
                return nil
            }
            return jobs.removeFirst()
        }
    }
}
