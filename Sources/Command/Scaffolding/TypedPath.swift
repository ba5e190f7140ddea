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

    /// The program that is running.
    package static var program: String {
        let path = Bundle.main.executableURL?.resolvingSymlinksInPath().path(percentEncoded: false)
        return path ?? "/usr/local/bin/splitvote"
    }
}
