private import Foundation
internal import StageKit
internal import Synchronization

/// The results in the packs of an artifacts folder. Paths are relative to that folder, as `labels/5cc4e2a2c6158989/…`.
package final class PackedResults: Sendable {
    private let root: String
    private let packs = Mutex<[String: ResultPack?]>([:])
    /// Held while a result is put back: several stages may want the same one.
    private let restoring = Mutex(())

    /// - Parameter root: the artifacts folder. Absolute.
    package init(root: String) {
        self.root = root
    }

    /// Results of a stage that are packed, by the names of their folders.
    func names(of stage: String) throws -> Set<String> {
        Set(try pack(of: stage)?.index.results.map(\.name) ?? [])
    }

    /// Bytes of a stage's pack; 0 if it has none.
    func size(of stage: String) throws -> Int64 { try Disk.facts(path(of: stage))?.size ?? 0 }

    /// What an artifact in a pack says, by the pack's index; `nil` if it is in none.
    func digest(of path: String) throws -> FileDigests.Digest? {
        guard let (result, inner) = try find(path) else { return nil }
        if let file = result.files.first(where: { $0.path == inner }) {
            return FileDigests.Digest(value: file.sha256, size: Int64(file.size), isFolder: false)
        }
        let files = result.files.filter { inner.isEmpty || $0.path.hasPrefix(inner + "/") }
        if files.isEmpty { return nil }
        let start = inner.isEmpty ? 0 : inner.utf8.count + 1
        return .folder(
            files.map { file in
                (
                    String(decoding: file.path.utf8.dropFirst(start), as: UTF8.self), Int64(file.size),
                    file.sha256
                )
            })
    }

    /// Puts a result back where it was, whole or not at all.
    ///
    /// - Parameter folder: of the result.
    /// - Returns: whether it is there now.
    func restore(_ folder: String, in artifacts: ArtifactFolder, run: String) throws -> Bool {
        try restoring.withLock { _ in try putBack(folder, in: artifacts, run: run) }
    }

    private func putBack(_ folder: String, in artifacts: ArtifactFolder, run: String) throws -> Bool {
        if try Disk.facts(artifacts.absolute(folder)) != nil { return true }
        guard let (result, _) = try find(folder), let pack = try pack(of: Self.stage(of: folder)) else {
            return false
        }
        let name = folder.split(separator: "/").joined(separator: "-")
        let staging = try artifacts.stage("unpacked-\(name)", run: run)
        do {
            try pack.extract(result, to: staging)
        } catch {
            // A damaged pack is as good as none: what was in it is made again.
            try Disk.remove(staging)
            return false
        }
        // Later results may share its files, and trust that they are on the disk.
        try Disk.sync(staging)
        try artifacts.put(staging, at: folder, run: run)
        return true
    }

    /// Unpacks an artifact for a reader that may not write into the artifacts folder.
    ///
    /// - Parameters:
    ///   - path: of a file or folder. Absolute.
    ///   - body: given where it is, which is its own place where it is not packed.
    /// - Throws: ``/StageKit/StageError`` when the pack is damaged, and what `body` throws.
    package func withFile<Value>(_ path: String, _ body: (String) throws -> Value) throws -> Value {
        guard path.hasPrefix(root + "/"), try Disk.facts(path) == nil else { return try body(path) }
        let place = String(path.dropFirst(root.count + 1))
        guard let (result, inner) = try find(place), let pack = try pack(of: Self.stage(of: place)) else {
            return try body(path)
        }
        let folder = NSTemporaryDirectory() + "splitvote-\(UUID().uuidString)"
        try Disk.makeFolder(folder)
        defer { try? Disk.remove(folder) }
        let files = result.files.filter { $0.path == inner || $0.path.hasPrefix(inner + "/") }
        try pack.extract(.init(name: result.name, files: files), to: folder)
        return try body(folder + "/" + inner)
    }

    /// Whether a file or folder is packed and nowhere else.
    package func holds(_ path: String) throws -> Bool {
        guard path.hasPrefix(root + "/"), try Disk.facts(path) == nil else { return false }
        return try digest(of: String(path.dropFirst(root.count + 1))) != nil
    }

    /// Opens the pack again when it is asked for next.
    func forget(_ stage: String) { packs.withLock { $0[stage] = nil } }

    func path(of stage: String) -> String { "\(root)/\(stage)/\(ResultPack.fileName)" }

    /// `nil` if the stage has none, or a damaged one.
    func pack(of stage: String) throws -> ResultPack? {
        if let known = packs.withLock({ $0[stage] }) { return known }
        let path = path(of: stage)
        let found = try Disk.facts(path) == nil ? nil : try? ResultPack(path: path)
        packs.withLock { $0[stage] = .some(found) }
        return found
    }

    /// The result that a path leads into, and the path inside it.
    private func find(_ path: String) throws -> (PackIndex.Result, inner: String)? {
        let parts = path.split(separator: "/", maxSplits: 2)
        guard parts.count >= 2, let result = try pack(of: String(parts[0]))?.index[String(parts[1])] else {
            return nil
        }
        return (result, parts.count > 2 ? String(parts[2]) : "")
    }

    private static func stage(of path: String) -> String { String(path.prefix { $0 != "/" }) }
}
