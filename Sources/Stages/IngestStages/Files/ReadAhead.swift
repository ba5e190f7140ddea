internal import Dispatch
internal import Foundation
internal import Queues
internal import Synchronization

/// Lets the pieces of a file be made on their own thread, a few ahead of who uses them.
///
/// Unchecked: the queues guard themselves, a piece of memory belongs to one side at a time, and `produce` is called on
/// the thread alone, which has let go of it when ``forEachPiece(_:)`` returns.
package final class ReadAhead: @unchecked Sendable {
    package typealias Producer = ((UnsafeRawBufferPointer) throws -> Void) throws -> Void

    private struct Piece: @unchecked Sendable {
        var memory: UnsafeMutableRawBufferPointer
        var count = 0
    }

    /// Thrown into the producer when no more is wanted.
    private struct Unwanted: Error {}

    private static let pieceCount = 8
    /// `nil` once it has been called. The thread itself ends a moment after its work, so that a producer which only
    /// lives during a call must not hang on what the thread still holds.
    private var produce: Producer?
    private let empty = BlockingQueue<Piece>()
    private let filled = BlockingQueue<Piece?>()
    private let isUnwanted = Mutex(false)
    private let failure = Mutex<(any Error)?>(nil)

    /// - Parameter produce: calls what it is given with one piece after the other.
    package init(_ produce: @escaping Producer) {
        self.produce = produce
    }

    /// Calls `body` with each piece, in order. A piece is valid only during the call.
    /// - Throws: what the producer or `body` throws.
    package func forEachPiece(_ body: (UnsafeRawBufferPointer) throws -> Void) throws {
        for _ in 0..<Self.pieceCount {
            empty.push(Piece(memory: .allocate(byteCount: 1 << 18, alignment: 16)))
        }
        let thread = DispatchGroup()
        thread.enter()
        Thread { [self] in
            run()
            thread.leave()
        }.start()
        defer {
            isUnwanted.withLock { $0 = true }
            empty.push(Piece(memory: .allocate(byteCount: 1, alignment: 16)))
            thread.wait()
            for piece in empty.drain() + filled.drain().compactMap({ $0 }) { piece.memory.deallocate() }
        }
        while let piece = filled.pop() {
            defer { empty.push(piece) }
            try body(UnsafeRawBufferPointer(rebasing: piece.memory[..<piece.count]))
        }
        if let error = failure.withLock({ $0 }) { throw error }
    }

    private func takeProducer() -> Producer {
        defer { produce = nil }
        guard let produce else { preconditionFailure("pieces are made once") }
        return produce
    }

    private func run() {
        do {
            let produce = takeProducer()
            try produce { bytes in
                var piece = empty.pop()
                defer { filled.push(piece) }
                if isUnwanted.withLock({ $0 }) { throw Unwanted() }
                if bytes.count > piece.memory.count {
                    piece.memory.deallocate()
                    piece.memory = .allocate(byteCount: bytes.count, alignment: 16)
                }
                piece.memory.copyMemory(from: bytes)
                piece.count = bytes.count
            }
        } catch {
            failure.withLock { $0 = error }
        }
        filled.push(nil)
    }
}
