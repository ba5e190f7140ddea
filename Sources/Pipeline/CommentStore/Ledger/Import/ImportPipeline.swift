internal import Dispatch
internal import Foundation
internal import Queues
internal import Synchronization
internal import VoteModel

/// Lets a file be read on one thread while its rows are hashed on a second and written on a third.
///
/// A fixed number of batches goes round, so that memory does not depend on the file's size; a file of one batch stays
/// on the caller's thread. Unchecked: `current` and the counters belong to the caller's thread, `write` and the encoder
/// to one worker each while workers run and to the caller's thread otherwise; the queues guard themselves.
final class ImportPipeline: ObservationSink, @unchecked Sendable {
    private static let batchCount = 6
    /// Rows of one file that are kept aside with their texts; the others are counted.
    private static let mostQuarantined = 1_000

    private let write: (RowBatch) throws -> Void
    private let source: String
    private var current = RowBatch()
    private let empty = BlockingQueue<RowBatch>()
    private let filled = BlockingQueue<RowBatch?>()
    private let hashed = BlockingQueue<RowBatch?>()
    private let failure = Mutex<(any Error)?>(nil)
    private let workers = DispatchGroup()
    private var isRunning = false
    private(set) var rowCount = 0
    private(set) var emptyTexts = 0
    private(set) var quarantined = 0

    /// - Parameter write: puts a batch into the store. Called in the order of the rows and never twice at once, though
    ///   not always on the caller's thread.
    init(source: String, write: @escaping (RowBatch) throws -> Void) {
        self.source = source
        self.write = write
    }

    func append(_ row: ObservedComment) throws {
        rowCount += 1
        current.append(row)
        if current.isFull { try passOn() }
    }

    func quarantine(_ row: QuarantinedRow) throws {
        rowCount += 1
        quarantined += 1
        guard quarantined <= Self.mostQuarantined else { return }
        current.append(row)
        if current.isFull { try passOn() }
    }

    func countEmptyText() {
        rowCount += 1
        emptyTexts += 1
    }

    /// Waits until every row has been written.
    func finish() throws {
        if isRunning {
            filled.push(current)
            stop()
        } else {
            var encoder = ObservationEncoder(source: source)
            current.hash(&encoder)
            try write(current)
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    /// Ends the workers after an error of the caller's.
    func abandon(_ error: any Error) {
        failure.withLock { if $0 == nil { $0 = error } }
        if isRunning { stop() }
    }

    private func passOn() throws {
        if let error = failure.withLock({ $0 }) { throw error }
        if !isRunning { start() }
        filled.push(current)
        current = empty.pop()
    }

    private func start() {
        isRunning = true
        for _ in 1..<Self.batchCount { empty.push(RowBatch()) }
        run { self.hashBatches() }
        run { self.writeBatches() }
    }

    /// Threads of their own: they wait for one another, which a shared pool of few threads could not bear.
    private func run(_ work: @escaping @Sendable () -> Void) {
        workers.enter()
        Thread { [workers] in
            work()
            workers.leave()
        }.start()
    }

    private func stop() {
        filled.push(nil)
        workers.wait()
        isRunning = false
    }

    private func hashBatches() {
        var encoder = ObservationEncoder(source: source)
        while let batch = filled.pop() {
            if failure.withLock({ $0 == nil }) { batch.hash(&encoder) }
            hashed.push(batch)
        }
        hashed.push(nil)
    }

    private func writeBatches() {
        while let batch = hashed.pop() {
            if failure.withLock({ $0 == nil }) {
                do {
                    try write(batch)
                } catch {
                    failure.withLock { if $0 == nil { $0 = error } }
                }
            }
            batch.clear()
            empty.push(batch)
        }
    }
}
