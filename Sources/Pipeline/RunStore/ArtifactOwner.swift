internal import CLibrary
internal import Foundation
internal import GRDB
internal import StoreFile

/// The owner of an artifacts folder: a file in it names the store. Two stores with one folder would each remove what the
/// other one made, because they do not know it.
struct ArtifactOwner {
    private let folder: String
    private var note: String { folder + "/.store" }

    init(_ folder: String) {
        self.folder = StorePath.real(folder)
    }

    /// Takes the folder for a store, unless it is another's that still uses it.
    ///
    /// - Parameter path: the store's file, which is there; absolute, without symbolic links.
    /// - Throws: ``StoreError`` of kind `sharedArtifacts` naming the other store.
    func claim(for path: String) throws(StoreError) {
        // Where it cannot be made, the run itself says so with what it wanted there.
        try? FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        if let other = owner {
            if isSame(other, path) { return }
            if uses(other) {
                throw StoreError(
                    .sharedArtifacts, "the artifacts folder \(folder) belongs to the store \(other)",
                    hint:
                        "give this store its own folder under store.artifacts; each would remove what the "
                        + "other one made. If that store is no longer wanted, move it away")
            }
            write(path, replacing: true)
        } else {
            write(path, replacing: false)
            // Another store may have been faster.
            if let winner = owner, !isSame(winner, path) { try claim(for: path) }
        }
    }

    /// The store that is named in the folder; `nil` if none is.
    private var owner: String? {
        guard let data = FileManager.default.contents(atPath: note), !data.isEmpty else { return nil }
        let text = String(decoding: data, as: UTF8.self).split(separator: "\n").first.map(String.init) ?? ""
        if text.hasPrefix("/") { return text }
        return URL(fileURLWithPath: folder, isDirectory: true).appendingPathComponent(text)
            .standardizedFileURL
            .path
    }

    /// Relative where it can be, so that store and folder can be moved together. Written in one go, without a draft that a
    /// kill could leave; an empty file, which it could leave too, has no owner.
    private func write(_ path: String, replacing: Bool) {
        let isEmpty = (FileManager.default.contents(atPath: note) ?? Data()).isEmpty
        let flags = O_WRONLY | O_CREAT | O_CLOEXEC | (replacing || isEmpty ? O_TRUNC : O_EXCL)
        let descriptor = open(note, flags, 0o644)
        if descriptor < 0 { return }
        defer { close(descriptor) }
        let text = Array((ArtifactPlace.relative(path, to: folder) + "\n").utf8)
        _ = retrying { CLibrary.write(descriptor, text, text.count) }
    }

    private func isSame(_ left: String, _ right: String) -> Bool {
        if left == right { return true }
        var (one, other) = (stat(), stat())
        return stat(left, &one) == 0 && stat(right, &other) == 0 && one.st_ino == other.st_ino
            && one.st_dev == other.st_dev
    }

    /// Whether a store is there, and has its artifacts in this folder.
    private func uses(_ other: String) -> Bool {
        guard case .store? = try? StoreHeader.inspect(other, knowing: StoreSchema.current.version) else {
            return false
        }
        var configuration = Configuration()
        configuration.readonly = true
        guard let queue = try? DatabaseQueue(path: other, configuration: configuration),
            let place = try? ArtifactPlace.find(of: other, queue)
        else { return true }
        return StorePath.real(place) == folder
    }
}
