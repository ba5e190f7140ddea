internal import Files
private import Foundation

/// Finds pipeline files near a folder, for those who are in the wrong one.
package enum PipelineFinder {
    private static let mostEntries = 200
    private static let mostBytes = 65_536

    /// Pipeline files in a folder; otherwise those in the two above it and in those directly below it.
    /// - Returns: paths relative to the folder, the nearest first.
    package static func near(_ folder: String) -> [String] {
        let here = files(in: folder)
        if !here.isEmpty { return here }
        let above = ["..", "../.."].flatMap { up in files(in: folder + "/" + up).map { up + "/" + $0 } }
        let below = names(in: folder).filter { Disk.isFolder(folder + "/" + $0) }.flatMap { name in
            files(in: folder + "/" + name).map { name + "/" + $0 }
        }
        return above + below
    }

    private static func names(in folder: String) -> [String] {
        ((try? Disk.names(in: folder)) ?? []).filter { !$0.hasPrefix(".") }.sorted().prefix(mostEntries).map {
            $0
        }
    }

    private static func files(in folder: String) -> [String] {
        names(in: folder).filter { name in
            (name.hasSuffix(".yaml") || name.hasSuffix(".yml")) && isPipeline(folder + "/" + name)
        }
    }

    /// Whether a line begins with the key that every pipeline file has.
    private static func isPipeline(_ path: String) -> Bool {
        guard !Disk.isFolder(path), let handle = FileHandle(forReadingAtPath: path) else { return false }
        defer { try? handle.close() }
        let start = ((try? handle.read(upToCount: mostBytes)) ?? nil) ?? Data()
        return String(decoding: start, as: UTF8.self).split(whereSeparator: \.isNewline)
            .contains { $0.hasPrefix("splitvote:") }
    }
}
