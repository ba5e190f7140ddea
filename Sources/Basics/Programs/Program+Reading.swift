internal import CLibrary

extension Program {
    /// Room for one piece of what a program prints.
    private static let pieceBytes = 1 << 18
    /// Most bytes that are kept of what it says on standard error.
    private static let mostErrors = 1 << 14
    private static let secondsOfGrace = 5.0

    /// Runs the program on this thread, in its own process group, and lends what it prints on standard output piece by
    /// piece. With it ends whatever it has started.
    ///
    /// - Parameters:
    ///   - isStopRequested: asked ten times a second and after each piece; once true, the program is ended.
    ///   - body: takes each piece, which is valid only during the call. If it throws, the program is ended.
    /// - Returns: how it ended, and the end of what it said on standard error.
    /// - Throws: ``ProgramError`` where it cannot be started, or what `body` throws.
    package func read(
        isStopRequested: () -> Bool = { false }, _ body: (UnsafeRawBufferPointer) throws -> Void
    ) throws -> (ending: Ending, errors: String) {
        let name = command.first ?? ""
        guard let path else {
            throw ProgramError(
                message: "there is no program '\(name)'",
                hint: name.contains("/") ? "check the path" : "install it, or write the path of the program")
        }
        let process = try SpawnedProcess(self, path: path, input: try input.map(Self.file))
        var said: [UInt8] = []
        var isStopped = false
        do {
            isStopped = try Self.follow(process.output, process.errors, isStopRequested) { bytes, isError in
                guard isError else { return try body(bytes) }
                said.append(contentsOf: bytes)
                if said.count > 2 * Self.mostErrors { said.removeFirst(said.count - Self.mostErrors) }
            }
        } catch {
            process.end(graceSeconds: Self.secondsOfGrace)
            throw error
        }
        if isStopped { process.end(graceSeconds: Self.secondsOfGrace) }
        let ending = isStopped ? .stopped : process.wait()
        return (ending, String(decoding: said.suffix(Self.mostErrors), as: UTF8.self))
    }

    /// Reads both pipes until both are closed.
    /// - Returns: whether a stop was requested before that.
    private static func follow(
        _ output: Int32, _ errors: Int32, _ isStopRequested: () -> Bool,
        _ body: (UnsafeRawBufferPointer, _ isError: Bool) throws -> Void
    ) throws -> Bool {
        let room = UnsafeMutableRawBufferPointer.allocate(byteCount: pieceBytes, alignment: 16)
        defer { room.deallocate() }
        var open = [output, errors].map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        while open.contains(where: { $0.fd >= 0 }) {
            if isStopRequested() { return true }
            guard poll(&open, nfds_t(open.count), 100) > 0 else { continue }
            for index in open.indices where open[index].fd >= 0 && open[index].revents != 0 {
                let descriptor = open[index].fd
                let count = retrying { CLibrary.read(descriptor, room.baseAddress, room.count) }
                if count > 0 {
                    try body(UnsafeRawBufferPointer(rebasing: room[..<count]), index == 1)
                } else {
                    open[index].fd = -1  // which poll passes over
                }
            }
        }
        return false
    }

    /// A file without a name that holds a text: unlike a pipe it need not be read by anyone.
    /// - Returns: its descriptor, for the caller to close.
    private static func file(of text: String) throws(ProgramError) -> Int32 {
        guard let file = tmpfile() else {
            throw ProgramError(
                message: "cannot make a temporary file: \(systemReason(errno))",
                hint: "free some space in the folder for temporary files")
        }
        defer { fclose(file) }
        let bytes = Array(text.utf8)
        let isWritten = fwrite(bytes, 1, bytes.count, file) == bytes.count && fflush(file) == 0
        let descriptor = fcntl(fileno(file), F_DUPFD_CLOEXEC, 0)
        guard isWritten, descriptor >= 0, lseek(descriptor, 0, SEEK_SET) == 0 else {
            if descriptor >= 0 { close(descriptor) }
            throw ProgramError(
                message: "cannot write a temporary file: \(systemReason(errno))",
                hint: "free some space in the folder for temporary files")
        }
        return descriptor
    }
}
