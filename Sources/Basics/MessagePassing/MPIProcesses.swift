private import CLibrary

/// The processes that a launcher of MPI started, of which this is one.
///
/// All of it goes by collective calls on all processes, so that the world, the byte and that errors are returned are the only
/// things of MPI's that need names.
package final class MPIProcesses: Communicator {
    package let rank: Int
    package let size: Int
    package private(set) var sizeOnHost = 1
    package private(set) var sizeOnProcessors = 1
    /// Which MPI it is.
    package let library: MPILibrary

    private typealias Handle = UInt
    private typealias Counts = UnsafePointer<Int32>
    private typealias Exchange =
        @convention(c) (
            UnsafeRawPointer?, Counts?, Counts?, Handle, UnsafeMutableRawPointer?, Counts?, Counts?, Handle,
            Handle
        ) -> Int32
    private typealias Gather =
        @convention(c) (
            UnsafeRawPointer?, Int32, Handle, UnsafeMutableRawPointer?, Counts?, Counts?, Handle, Handle
        ) -> Int32
    private typealias Broadcast =
        @convention(c) (
            UnsafeMutableRawPointer?, Int32, Handle, Int32, Handle
        ) -> Int32
    private typealias ErrorText =
        @convention(c) (
            Int32, UnsafeMutablePointer<CChar>?, UnsafeMutablePointer<Int32>?
        ) -> Int32

    private let world: Handle
    private let byte: Handle
    private let exchangeCall: Exchange
    private let gatherCall: Gather
    private let broadcastCall: Broadcast
    private let errorText: ErrorText

    /// Joins the others. Once in a process.
    ///
    /// From then on a process that ends without ``finish()`` ends all of them.
    /// - Throws: ``CommunicationError`` where that fails, or where the library knows of fewer processes than were started.
    package init(_ launcher: MPILauncher, _ library: MPILibrary) throws(CommunicationError) {
        self.library = library
        world = try library.value(of: library.family.world)
        byte = try library.value(of: library.family.byte)
        exchangeCall = try library.function("MPI_Alltoallv")
        gatherCall = try library.function("MPI_Allgatherv")
        broadcastCall = try library.function("MPI_Bcast")
        errorText = try library.function("MPI_Error_string")
        let ending = try MPIEnding(library, world)
        let found = try Self.join(library, world, serialized: library.family.serialized)
        rank = found.rank
        size = found.size
        if let started = launcher.size, started != size {
            throw CommunicationError(
                "\(launcher.name) started \(started) processes, and \(library.path) (\(library.version)) sees \(size): it is "
                    + "not the MPI of that launcher; \(launcher.advice)")
        }
        MPIEnding.joined(ending)
        let (host, processors) = (Self.hostName, Self.processors)
        let all = try gather(host + processors)
        sizeOnHost = all.filter { $0.starts(with: host) }.count
        sizeOnProcessors = all.filter { $0 == host + processors }.count
    }

    /// The last call: all processes have done what there was to do together.
    package func finish() throws(CommunicationError) {
        if let finalize = MPIEnding.left() { try check(finalize()) }
    }

    private static func join(
        _ library: MPILibrary, _ world: Handle, serialized: Int32
    ) throws(CommunicationError) -> (rank: Int, size: Int) {
        typealias Start =
            @convention(c) (
                UnsafeMutableRawPointer?, UnsafeMutableRawPointer?, Int32, UnsafeMutablePointer<Int32>?
            ) -> Int32
        typealias Question = @convention(c) (Handle, UnsafeMutablePointer<Int32>?) -> Int32
        typealias Handler = @convention(c) (Handle, Handle) -> Int32
        let start: Start = try library.function("MPI_Init_thread")
        var level: Int32 = 0
        guard start(nil, nil, serialized, &level) == 0 else {
            throw CommunicationError(
                "\(library.path) (\(library.version)) could not join the other processes")
        }
        let handler: Handler = try library.function("MPI_Comm_set_errhandler")
        _ = handler(world, try library.value(of: library.family.errorsReturn))
        func answer(_ name: String) throws(CommunicationError) -> Int {
            let question: Question = try library.function(name)
            var number: Int32 = 0
            _ = question(world, &number)
            return Int(number)
        }
        return (try answer("MPI_Comm_rank"), try answer("MPI_Comm_size"))
    }

    /// Padded with zeros, so that none is the beginning of another.
    private static var hostName: [UInt8] {
        var name = [CChar](repeating: 0, count: 257)
        _ = gethostname(&name, name.count - 1)
        return name.map(UInt8.init(bitPattern:))
    }

    /// Those that this process may use; empty where the system does not say.
    private static var processors: [UInt8] {
        // Swift's module of the C library lacks this function; other systems lack it altogether.
        guard let symbol = dlsym(nil, "sched_getaffinity") else { return [] }
        typealias Question = @convention(c) (pid_t, Int, UnsafeMutableRawPointer?) -> Int32
        var set = [UInt8](repeating: 0, count: 1024)
        return unsafeBitCast(symbol, to: Question.self)(0, set.count, &set) == 0 ? set : []
    }

    // MARK: Calls

    package func exchange(
        _ sent: UnsafeRawBufferPointer, _ sentCounts: [Int], into received: UnsafeMutableRawBufferPointer,
        _ receivedCounts: [Int]
    ) throws(CommunicationError) {
        let (out, back) = (Pieces(sentCounts), Pieces(receivedCounts))
        try check(
            exchangeCall(
                sent.baseAddress, out.counts, out.places, byte, received.baseAddress, back.counts,
                back.places, byte, world))
    }

    package func gather(
        _ own: UnsafeRawBufferPointer, into all: UnsafeMutableRawBufferPointer, _ counts: [Int]
    ) throws(CommunicationError) {
        let back = Pieces(counts)
        try check(
            gatherCall(
                own.baseAddress, Int32(own.count), byte, all.baseAddress, back.counts, back.places, byte,
                world))
    }

    package func broadcast(_ bytes: UnsafeMutableRawBufferPointer) throws(CommunicationError) {
        // MPI counts in 32 bits.
        for start in stride(from: 0, to: bytes.count, by: 1 << 30) {
            let part = UnsafeMutableRawBufferPointer(
                rebasing: bytes[start..<min(start + 1 << 30, bytes.count)])
            try check(broadcastCall(part.baseAddress, Int32(part.count), byte, 0, world))
        }
    }

    /// Bytes of pieces that lie one after the other, and where each begins.
    private struct Pieces {
        let counts: [Int32]
        let places: [Int32]

        init(_ counts: [Int]) {
            self.counts = counts.map(Int32.init)
            var end: Int32 = 0
            places = self.counts.map { count in
                defer { end += count }
                return end
            }
        }
    }

    private func check(_ code: Int32) throws(CommunicationError) {
        if code == 0 { return }
        var text = [CChar](repeating: 0, count: 1025)  // MPI_MAX_ERROR_STRING is 512 at most
        var length: Int32 = 0
        _ = errorText(code, &text, &length)
        let said = String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
        throw CommunicationError(
            "process \(rank) of \(size) can no longer reach the others: \(said.split(separator: "\n").first ?? "MPI says no more")"
        )
    }
}
