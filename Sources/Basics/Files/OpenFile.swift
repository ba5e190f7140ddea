internal import CLibrary

/// An open file, closed at the latest when the last reference goes.
final class OpenFile {
    let path: String
    private var descriptor: Int32

    /// Opens a file, or a folder, to read it.
    init(reading path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw FileError("cannot read", path) }
    }

    /// Makes a file, or empties the one that is there.
    init(creating path: String) throws(FileError) {
        self.path = path
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o644)
        guard descriptor >= 0 else { throw FileError("cannot create", path) }
    }

    deinit {
        if descriptor >= 0 { CLibrary.close(descriptor) }
    }

    /// Bytes of a regular file.
    func size() throws(FileError) -> Int {
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw FileError("cannot read", path) }
        guard status.st_mode & S_IFMT == S_IFREG else {
            throw FileError("cannot read \(path): it is not a regular file")
        }
        return Int(status.st_size)
    }

    /// The next bytes.
    /// - Returns: how many there were; 0 at the end of the file.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws(FileError) -> Int {
        let count = retrying { CLibrary.read(descriptor, buffer.baseAddress, buffer.count) }
        guard count >= 0 else { throw FileError("cannot read", path) }
        return count
    }

    /// Writes all bytes.
    func write(_ bytes: UnsafeRawBufferPointer) throws(FileError) {
        var rest = bytes
        while let start = rest.baseAddress, !rest.isEmpty {
            // One call moves less than 2^31 bytes on every system.
            let written = retrying { CLibrary.write(descriptor, start, min(rest.count, 1 << 30)) }
            guard written >= 0 else { throw FileError("cannot write", path) }
            rest = UnsafeRawBufferPointer(rebasing: rest[written...])
        }
    }

    /// Forces the file, or the list of names of a folder, to the disk.
    func sync() throws(FileError) {
        // Some file systems cannot sync folders; there is nothing more that could be done there.
        guard fsync(descriptor) == 0 || errno == EINVAL else { throw FileError("cannot write", path) }
    }

    func map(_ count: Int) throws(FileError) -> UnsafeRawBufferPointer {
        guard count > 0 else { return UnsafeRawBufferPointer(start: nil, count: 0) }
        let start = mmap(nil, count, PROT_READ, MAP_PRIVATE, descriptor, 0)
        guard let start, start != MAP_FAILED else { throw FileError("cannot map", path) }
        return UnsafeRawBufferPointer(start: start, count: count)
    }

    /// Closes the file, which on some file systems is when a failure to write shows.
    func close() throws(FileError) {
        let closing = descriptor
        descriptor = -1
        guard CLibrary.close(closing) == 0 else { throw FileError("cannot write", path) }
    }
}
