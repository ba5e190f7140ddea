/// Processes that work on one thing together, as one of them sees the others.
///
/// Every call is one that all of them make, in the same order; it returns when this process has what it is to get.
/// Of one communicator, one thread at a time may make calls.
package protocol Communicator: AnyObject {
    /// Number of this process, 0 ..< ``size``.
    var rank: Int { get }
    /// How many processes there are, at least 1.
    var size: Int { get }
    /// How many of them are on this machine, itself included.
    var sizeOnHost: Int { get }
    /// How many of those may use the very processors that it may use: fewer where the launcher gave each its own.
    var sizeOnProcessors: Int { get }

    /// Sends a piece to each process and takes one from each.
    ///
    /// - Parameters:
    ///   - sent: the pieces, by the number of the process that each is for. Below 2^31 bytes.
    ///   - sentCounts: bytes of each.
    ///   - received: gets the pieces, by the number of the process that each came from. Below 2^31 bytes.
    ///   - receivedCounts: bytes of each, which the sender knows too.
    /// - Throws: ``CommunicationError`` when another process cannot be reached.
    func exchange(
        _ sent: UnsafeRawBufferPointer, _ sentCounts: [Int], into received: UnsafeMutableRawBufferPointer,
        _ receivedCounts: [Int]
    ) throws(CommunicationError)

    /// Gives to each process the pieces of all.
    ///
    /// - Parameters:
    ///   - own: this process's piece.
    ///   - all: gets the pieces, by the number of the process that each came from. Below 2^31 bytes.
    ///   - counts: bytes of each, which all processes know.
    /// - Throws: ``CommunicationError`` when another process cannot be reached.
    func gather(
        _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, _ counts: [Int]
    ) throws(CommunicationError)

    /// Gives the bytes of process 0 to all others, in whose memory of the same size they are written.
    /// - Throws: ``CommunicationError`` when another process cannot be reached.
    func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(CommunicationError)
}

/// Another process could not be reached, or did what it must not.
package struct CommunicationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

extension Communicator {
    /// Whether this is the one process that writes files and says how it goes.
    package var isLeader: Bool { rank == 0 }

    /// Whether there is no other process.
    package var isAlone: Bool { size == 1 }

    /// Gives to each process the bytes of all, of any number each.
    /// - Returns: by the number of the process.
    package func gather(_ own: [UInt8]) throws(CommunicationError) -> [[UInt8]] {
        if isAlone { return [own] }
        var counts = [Int64](repeating: 0, count: size)
        try gather([Int64(own.count)], into: &counts)
        var all = [UInt8](repeating: 0, count: Int(counts.reduce(0, +)))
        try gather(own, into: &all, counts.map(Int.init))
        var end = 0
        return counts.map { count in
            defer { end += Int(count) }
            return Array(all[end..<end + Int(count)])
        }
    }

    /// Gives to each process the numbers of all, as many of each.
    private func gather(_ own: [Int64], into all: inout [Int64]) throws(CommunicationError) {
        let counts = Array(repeating: own.count * 8, count: size)
        try withBytes(of: own, &all) { (own, all) throws(CommunicationError) in
            try gather(own, into: all, counts)
        }
    }

    /// Gives to each process the numbers of all.
    ///
    /// - Parameter counts: bytes of each process's numbers, which all of them know.
    package func gather<Number: BitwiseCopyable>(
        _ own: [Number], into all: inout [Number], _ counts: [Int]
    ) throws(CommunicationError) {
        try withBytes(of: own, &all) { (own, all) throws(CommunicationError) in
            try gather(own, into: all, counts)
        }
    }

    /// The bytes of process 0, of any number.
    package func broadcast(_ bytes: [UInt8]) throws(CommunicationError) -> [UInt8] {
        if isAlone { return bytes }
        var count = [Int64(bytes.count)]
        try broadcast(&count)
        var bytes = isLeader ? bytes : [UInt8](repeating: 0, count: Int(count[0]))
        try broadcast(&bytes)
        return bytes
    }

    private func broadcast<Number: BitwiseCopyable>(_ numbers: inout [Number]) throws(CommunicationError) {
        try withBytes(of: [Number](), &numbers) { (_, bytes) throws(CommunicationError) in
            try broadcast(bytes)
        }
    }

    /// Whether any of the processes says so.
    package func isTrueAnywhere(_ own: Bool) throws(CommunicationError) -> Bool {
        if isAlone { return own }
        var all = [UInt8](repeating: 0, count: size)
        try gather([own ? 1 : 0], into: &all, Array(repeating: 1, count: size))
        return all.contains(1)
    }
}

/// Calls `body` with the memory of two arrays. The standard library's functions lose the type of an error.
private func withBytes<Number: BitwiseCopyable>(
    of own: [Number], _ all: inout [Number],
    _ body: (UnsafeRawBufferPointer, UnsafeMutableRawBufferPointer) throws(CommunicationError) -> Void
) throws(CommunicationError) {
    let outcome = own.withUnsafeBytes { own in
        all.withUnsafeMutableBytes { all in
            Result { () throws(CommunicationError) in try body(own, all) }
        }
    }
    try outcome.get()
}

/// One process on its own.
package final class SingleProcess: Communicator {
    package let rank = 0
    package let size = 1
    package let sizeOnHost = 1
    package let sizeOnProcessors = 1

    package init() {}

    package func exchange(
        _ sent: UnsafeRawBufferPointer, _ sentCounts: [Int], into received: UnsafeMutableRawBufferPointer,
        _ receivedCounts: [Int]
    ) { received.copyMemory(from: sent) }

    package func gather(
        _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, _ counts: [Int]
    ) { all.copyMemory(from: own) }

    package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) {}
}
