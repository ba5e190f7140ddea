internal import Dispatch
internal import Foundation
internal import Synchronization

extension Disk {
    /// Most files that are synced at a time.
    private static let mostAtOnce = 16

    /// Forces a file, or a folder with everything below it, to the disk.
    package static func sync(_ path: String) throws(FileError) {
        try sync(together: everything(at: path))
    }

    /// Forces a file, or the list of names of a folder, to the disk.
    package static func sync(folderOnly path: String) throws(FileError) { try OpenFile(reading: path).sync() }

    /// Forces files, and the lists of names of folders, to the disk: all together, because a disk accepts many requests
    /// at once and one flush may complete them all.
    package static func sync(together paths: [String]) throws(FileError) {
        var rest = paths[...]
        while let first = rest.popFirst() {
            let others = rest.prefix(mostAtOnce - 1)
            rest = rest.dropFirst(others.count)
            let failure = Mutex<FileError?>(nil)
            let waiting = DispatchGroup()
            @Sendable func force(_ path: String) {
                do throws(FileError) {
                    try sync(folderOnly: path)
                } catch {
                    failure.withLock { $0 = $0 ?? error }
                }
            }
            for path in others {
                waiting.enter()
                // A dedicated thread: it only waits.
                Thread {
                    force(path)
                    waiting.leave()
                }.start()
            }
            force(first)
            waiting.wait()
            if let error = failure.withLock({ $0 }) { throw error }
        }
    }

    /// The path, and where it is a folder, all that is in it; but for files that an earlier result has too, which are on
    /// the disk since then.
    private static func everything(at path: String) throws(FileError) -> [String] {
        guard let facts = try facts(path), facts.isFolder else { return [path] }
        var all: [String] = []
        for name in try names(in: path) {
            let inner = path + "/" + name
            if let facts = try self.facts(inner), !facts.isFolder, facts.links > 1 { continue }
            all += try everything(at: inner)
        }
        return all + [path]
    }
}
