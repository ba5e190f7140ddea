import CLibrary
import Foundation

/// Folders that appear with all their files or not at all.
enum DurableFolder {
    /// Fills a folder beside its place, then renames it into place.
    ///
    /// - Parameters:
    ///   - path: the final place; a folder there is replaced.
    ///   - body: fills the folder whose path it is given.
    static func write(_ path: String, _ body: (_ partial: String) throws -> Void) throws {
        let path = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        let partial = path + ".partial"
        try? FileManager.default.removeItem(atPath: partial)
        do {
            try FileManager.default.createDirectory(atPath: partial, withIntermediateDirectories: true)
        } catch {
            throw TrainingError.file(path: partial, problem: "cannot be created: \(error.reason)")
        }
        do {
            try body(partial)
            try DurableFile.syncFolder(of: partial + "/.")
            try putInPlace(partial, path)
            try DurableFile.syncFolder(of: path)
        } catch {
            try? FileManager.default.removeItem(atPath: partial)
            throw error
        }
    }

    /// Renames the new folder into place, the old one aside before it. A kill between the two renames leaves
    /// both beside the place, and the next write starts anew.
    private static func putInPlace(_ partial: String, _ path: String) throws {
        let previous = path + ".previous"
        try? FileManager.default.removeItem(atPath: previous)
        let replaces = rename(path, previous) == 0
        guard replaces || errno == ENOENT else {
            throw TrainingError.lastSystemError(path, "cannot be moved aside")
        }
        guard rename(partial, path) == 0 else {
            let error = TrainingError.lastSystemError(path, "cannot be put into place")
            if replaces { _ = rename(previous, path) }
            throw error
        }
        if replaces { try? FileManager.default.removeItem(atPath: previous) }
    }
}

extension Error {
    /// What the system said, without the path that the message names already.
    var reason: String {
        let error = self as NSError
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying?.localizedDescription ?? error.localizedDescription
    }
}
