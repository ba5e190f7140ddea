package import MessagePassing
internal import Tensors

/// Adds up the gradients of a step's blocks over all processes, in the order of ``BlockPlan``.
///
/// Each process adds up one piece of the gradients: it takes that piece of everyone's sums, adds them, and gives the result to
/// all. So the order is the plan's, where MPI's own reduction chooses one by the number of processes. Where each process has
/// one sum, each of N sends 2 · (N - 1) / N of the gradients, as in a reduction along a ring.
package final class BlockReduction {
    private let communicator: any Communicator
    private let threads: Int
    private var sums = PendingSums<UnsafeMutablePointer<Float>>()
    /// Memory for sums that wait, and for what is sent and received.
    private var buffers: [AlignedBuffer] = []
    private var sent = AlignedBuffer(bytes: 0)
    private var received = AlignedBuffer(bytes: 0)

    /// Numbers that are exchanged at a time, over all processes.
    private let span: Int

    /// - Parameter span: numbers that are exchanged at a time: 16 MB by default, so that their memory is small and calls are few.
    package init(_ communicator: any Communicator, threads: Int, span: Int = 1 << 22) {
        self.span = span
        self.communicator = communicator
        self.threads = threads
    }

    /// Forgets what a step that failed has left.
    package func start() { sums = PendingSums() }

    /// Takes the gradients of this process's next block.
    package func add(_ block: Int, _ gradients: UnsafeMutableBufferPointer<Float>) throws {
        guard let start = gradients.baseAddress else { return }
        try Compute.run(threads: threads) {
            try sums.push(PartialSum(index: block), start) { try Self.add($0, to: $1, gradients.count) }
        }
        guard sums.waiting.last?.memory == start else { return }
        // It has to wait, and the next block will write over it.
        let memory = freeMemory(gradients.count)
        memory.update(from: start, count: gradients.count)
        sums.moveLast(to: memory)
    }

    /// Adds up what all processes have.
    ///
    /// - Parameters:
    ///   - plan: that of the step, the same in all processes.
    ///   - ranges: what is to be added up of the gradients; the same in all processes.
    ///   - gradients: receive the sums.
    package func finish(
        _ plan: BlockPlan, _ ranges: [Range<Int>], into gradients: UnsafeMutableBufferPointer<Float>
    ) throws {
        defer { start() }
        if communicator.isAlone {
            let sum = try Compute.run(threads: threads) {
                try sums.finish { try Self.add($0, to: $1, gradients.count) }
            }
            if let sum { gradients.baseAddress?.update(from: sum, count: gradients.count) }
            return
        }
        for range in ranges {
            for start in stride(from: range.lowerBound, to: range.upperBound, by: span) {
                let part = start..<min(start + span, range.upperBound)
                try finish(plan, UnsafeMutableBufferPointer(rebasing: gradients[part]), from: start)
            }
        }
    }

    /// The same of neighboring numbers, of which each process adds up one piece.
    private func finish(
        _ plan: BlockPlan, _ numbers: UnsafeMutableBufferPointer<Float>, from start: Int
    ) throws {
        let size = communicator.size
        let pieces = (0..<size).map { numbers.count * $0 / size..<numbers.count * ($0 + 1) / size }
        let own = pieces[communicator.rank].count
        let theirs = (0..<size).map(plan.sums(of:))
        let out = pieces.map { 4 * $0.count * sums.waiting.count }
        let back = theirs.map { 4 * own * $0.count }
        Self.grow(&sent, out.reduce(0, +))
        Self.grow(&received, back.reduce(0, +))
        var end = sent.base
        for piece in pieces {
            for sum in sums.waiting {
                end.copyMemory(from: sum.memory + start + piece.lowerBound, byteCount: 4 * piece.count)
                end += 4 * piece.count
            }
        }
        try communicator.exchange(
            UnsafeRawBufferPointer(start: sent.base, count: out.reduce(0, +)), out,
            into: UnsafeMutableRawBufferPointer(start: received.base, count: back.reduce(0, +)), back)
        let sum = try addUp(theirs.flatMap { $0 }, count: own)
        try communicator.gather(
            UnsafeRawBufferPointer(start: sum, count: 4 * own), into: UnsafeMutableRawBufferPointer(numbers),
            pieces.map { 4 * $0.count })
    }

    /// Adds up what was received.
    /// - Returns: where the sum is.
    private func addUp(_ order: [PartialSum], count: Int) throws -> UnsafeMutablePointer<Float>? {
        var sums = PendingSums<UnsafeMutablePointer<Float>>()
        return try Compute.run(threads: threads) {
            var next = received.base.assumingMemoryBound(to: Float.self)
            for sum in order {
                try sums.push(sum, next) { try Self.add($0, to: $1, count) }
                next += count
            }
            return try sums.finish { try Self.add($0, to: $1, count) }
        }
    }

    private static func add(
        _ numbers: UnsafeMutablePointer<Float>, to sum: UnsafeMutablePointer<Float>, _ count: Int
    ) throws {
        if count > 0 { try Elementwise.add(Tensor(numbers, [count]), into: Tensor(sum, [count])) }
    }

    private static func grow(_ buffer: inout AlignedBuffer, _ bytes: Int) {
        if bytes > buffer.bytes { buffer = AlignedBuffer(bytes: bytes) }
    }

    /// Memory that no waiting sum is in.
    private func freeMemory(_ count: Int) -> UnsafeMutablePointer<Float> {
        let used = Set(sums.waiting.map { UnsafeMutableRawPointer($0.memory) })
        if let free = buffers.first(where: { !used.contains($0.base) && $0.bytes >= 4 * count }) {
            return free.base.assumingMemoryBound(to: Float.self)
        }
        let buffer = AlignedBuffer(bytes: 4 * count)
        buffers.append(buffer)
        return buffer.base.assumingMemoryBound(to: Float.self)
    }
}
