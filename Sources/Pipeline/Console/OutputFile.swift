private import CLibrary
private import Files
package import StageKit

/// A file that the user named for what a command writes.
package struct OutputFile {
    private let path: String

    package init(_ path: String) {
        self.path = path
    }

    /// Writes the file beside its place, and puts it there once it is whole: until then, and after an error, the place has
    /// what it had. Links are followed. A pipe or device gets each piece as it comes.
    ///
    /// - Parameter body: receives a function that writes the next piece.
    /// - Throws: ``/Files/FileError``, or what `body` throws.
    package func write(_ body: ((String) throws -> Void) throws -> Void) throws {
        let facts = try Disk.facts(path)
        if facts?.isFolder == true {
            throw StageError("cannot write \(path): it is a folder", hint: "name a file in it")
        }
        // /dev/stdout may lead to a file, which is not to be replaced below the command's feet.
        if facts?.isSpecial == true || path.hasPrefix("/dev/") || path.hasPrefix("/proc/") {
            let file = try FileWriter(path: path)
            try body { try file.write($0) }
            return try file.finish()
        }
        try DurableFile.write(place) { sink in
            try withoutActuallyEscaping(sink) { sink in
                try body { text in try Array(text.utf8).withUnsafeBytes(sink) }
            }
        }
    }

    /// Refuses a place where the input would be overwritten, whatever it is called there.
    ///
    /// - Parameters:
    ///   - flag: the option that names this file.
    ///   - source: path of the input; `nil` for standard input.
    package func refuse(_ source: String?, flag: String) throws(StageError) {
        guard [path, place + ".partial"].contains(where: { Self.isSame($0, source) }) else { return }
        throw StageError(
            "\(flag) \(path) would overwrite the table that is read",
            hint: "name another file; nothing was written")
    }

    /// Where links lead.
    private var place: String { Disk.realPath(path) ?? path }

    private static func isSame(_ path: String, _ source: String?) -> Bool {
        var own = stat()
        var other = stat()
        guard stat(path, &own) == 0, own.st_mode & S_IFMT == S_IFREG,
            (source.map { stat($0, &other) } ?? fstat(STDIN_FILENO, &other)) == 0
        else { return false }
        return (own.st_dev, own.st_ino) == (other.st_dev, other.st_ino)
    }
}
