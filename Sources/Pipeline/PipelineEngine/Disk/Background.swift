internal import Dispatch
internal import Foundation
internal import Synchronization

/// Work that runs on its own thread while the caller continues.
final class Background: Sendable {
    private let failure = Mutex<(any Error)?>(nil)
    private let done = DispatchGroup()

    init(_ work: @escaping @Sendable () throws -> Void) {
        done.enter()
        Thread { [self] in
            do {
                try work()
            } catch {
                failure.withLock { $0 = error }
            }
            done.leave()
        }.start()
    }

    /// Waits for the end of the work.
    /// - Throws: what the work threw.
    func wait() throws {
        done.wait()
        if let error = failure.withLock({ $0 }) { throw error }
    }
}
