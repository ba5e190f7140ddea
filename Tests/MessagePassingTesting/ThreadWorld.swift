import Foundation
package import MessagePassing

/// Processes that are threads of this one, for tests of what processes do together.
package final class ThreadWorld: @unchecked Sendable {  // everything that changes is guarded by the condition
    private let size: Int
    private let condition = NSCondition()
    /// By sender and receiver.
    private var pieces: [[[UInt8]]]
    private var waiting = 0
    private var meetings = 0
    private var isBroken = false

    private init(_ size: Int) {
        self.size = size
        pieces = Array(repeating: [], count: size)
    }

    /// Calls `body` in this many threads, each with its view of the others. Where one throws, the others can no longer reach it.
    /// - Returns: what came of each.
    package static func outcomes<Value: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
    ) -> [Result<Value, any Error>] {
        let world = ThreadWorld(size)
        let found = Found<Value>()
        for rank in 0..<size {
            let thread = Thread {
                let outcome = Result { try body(Member(world, rank)) }
                if case .failure = outcome { world.breakDown() }
                found.add(outcome, rank)
            }
            thread.stackSize = 8 << 20
            thread.start()
        }
        return found.all(size)
    }

    /// - Returns: what each thread returned.
    /// - Throws: what the first one threw that did.
    package static func run<Value: Sendable>(
        _ size: Int, _ body: @escaping @Sendable (any Communicator) throws -> Value
    ) throws -> [Value] {
        try outcomes(size, body).map { try $0.get() }
    }

    private final class Found<Value: Sendable>: @unchecked Sendable {  // guarded by the condition
        private let condition = NSCondition()
        private var outcomes: [Int: Result<Value, any Error>] = [:]

        func add(_ outcome: Result<Value, any Error>, _ rank: Int) {
            condition.withLock {
                outcomes[rank] = outcome
                condition.signal()
            }
        }

        func all(_ size: Int) -> [Result<Value, any Error>] {
            condition.withLock {
                while outcomes.count < size { condition.wait() }
                return outcomes.sorted { $0.key < $1.key }.map(\.value)
            }
        }
    }

    private func breakDown() {
        condition.withLock {
            isBroken = true
            condition.broadcast()
        }
    }

    /// Waits until all are here.
    private func meet() throws(CommunicationError) {
        condition.lock()
        defer { condition.unlock() }
        let meeting = meetings
        waiting += 1
        if waiting == size {
            waiting = 0
            meetings += 1
            condition.broadcast()
        }
        while meetings == meeting, !isBroken { condition.wait() }
        if meetings == meeting { throw CommunicationError("another process is gone") }
    }

    fileprivate func swap(_ out: [[UInt8]], _ rank: Int) throws(CommunicationError) -> [[UInt8]] {
        condition.withLock { pieces[rank] = out }
        try meet()
        let back = condition.withLock { pieces.map { $0[rank] } }
        try meet()
        return back
    }

    private final class Member: Communicator {
        private let world: ThreadWorld
        let rank: Int
        var size: Int { world.size }
        var sizeOnHost: Int { world.size }
        var sizeOnProcessors: Int { world.size }

        init(_ world: ThreadWorld, _ rank: Int) {
            self.world = world
            self.rank = rank
        }

        func exchange(
            _ sent: UnsafeRawBufferPointer, _ sentCounts: [Int], into received: UnsafeMutableRawBufferPointer,
            _ receivedCounts: [Int]
        ) throws(CommunicationError) {
            precondition(sentCounts.count == size && sentCounts.reduce(0, +) == sent.count)
            var end = 0
            let out = sentCounts.map { count in
                defer { end += count }
                return Array(sent[end..<end + count])
            }
            let back = try world.swap(out, rank)
            precondition(back.map(\.count) == receivedCounts, "the receiver expects other pieces")
            precondition(receivedCounts.reduce(0, +) == received.count)
            received.copyBytes(from: back.flatMap { $0 })
        }

        func gather(
            _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, _ counts: [Int]
        ) throws(CommunicationError) {
            let back = try world.swap(Array(repeating: Array(own), count: size), rank)
            precondition(back.map(\.count) == counts && counts.reduce(0, +) == all.count)
            all.copyBytes(from: back.flatMap { $0 })
        }

        func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(CommunicationError) {
            let own = rank == 0 ? Array(bytes) : []
            let back = try world.swap(Array(repeating: own, count: size), rank)
            precondition(back[0].count == bytes.count)
            bytes.copyBytes(from: back[0])
        }
    }
}
