private import CLibrary
private import Foundation

/// Paths as they would be typed.
package enum TypedPath {
    /// A file's path, from where the command was given if it is below that.
    /// - Parameter folder: absolute.
    package static func of(_ name: String, in folder: String) -> String {
        let path = URL(filePath: folder).appending(path: name).path(percentEncoded: false)
        let here = FileManager.default.currentDirectoryPath + "/"
        return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
    }

    /// A folder's path. Absolute.
    package static func absolute(_ folder: String) -> String {
        URL(filePath: folder).standardizedFileURL.path(percentEncoded: false)
    }

    /// The program that is running, by the path that will still lead to it when it is updated: where it is installed, and not
    /// the file that a link there leads to.
    package static var program: String {
        let own = Bundle.main.executableURL?.resolvingSymlinksInPath().path(percentEncoded: false)
        let searchPath = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return program(
            calledAs: CommandLine.arguments.first ?? "", own: own ?? "/usr/local/bin/splitvote",
            searchPath: searchPath)
    }

    /// - Parameters:
    ///   - name: as the shell started it. Without a slash it was found in the search path.
    ///   - own: its file. Absolute.
    /// - Returns: the first place in the search path that leads to the file, if that is where it was found; otherwise the file.
    package static func program(calledAs name: String, own: String, searchPath: String) -> String {
        guard !name.isEmpty, !name.contains("/"), let file = identity(of: own) else { return own }
        let places = searchPath.split(separator: ":").filter { $0.hasPrefix("/") }.map { "\($0)/\(name)" }
        return places.first { identity(of: $0) == file } ?? own
    }

    /// What a file is to the system, whatever the path.
    private static func identity(of path: String) -> [UInt64]? {
        var status = stat()
        guard stat(path, &status) == 0 else { return nil }
        return [UInt64(truncatingIfNeeded: status.st_dev), UInt64(truncatingIfNeeded: status.st_ino)]
    }
}
