package import HubFiles
package import RunStore
internal import StageKit
package import StoreFile
internal import Synchronization

/// Digests of files and folders, with a memory: a file whose size, time of change and inode are as they were is not
/// read again.
package final class FileDigests: Sendable {
    package struct Digest: Equatable {
        /// 64 hex digits.
        package var value: String
        /// Bytes.
        package var size: Int64
        package var isFolder: Bool

        /// What a folder says.
        /// - Parameter files: path, bytes and digest of each file below it, in byte order of the paths.
        static func folder(_ files: [(path: String, size: Int64, digest: String)]) -> Digest {
            var hash = ContentDigest()
            for file in files {
                let line = "\(file.path)\0\(file.size)\0\(file.digest)\n"
                Array(line.utf8).withUnsafeBytes { hash.update($0) }
            }
            return Digest(
                value: hash.hexadecimal(), size: files.reduce(0) { $0 + $1.size }, isFolder: true)
        }
    }

    private struct State {
        var known: [String: FileMemory] = [:]
        var unsaved: [String: FileMemory] = [:]
        /// Folders of which all that is remembered is in ``known``.
        var loaded: Set<String> = []
    }

    private let store: RunStore?
    private let usesMemory: Bool
    private let clock: StoreClock
    private let state = Mutex(State())

    /// A file that changed less than this before it was read may change again without its time showing it.
    private static let settledNanoseconds: Int64 = 2_000_000_000

    package init(store: RunStore?, usesMemory: Bool, clock: StoreClock) {
        self.store = store
        self.usesMemory = usesMemory
        self.clock = clock
    }

    /// SHA-256 of a file's content; for a folder of the paths, sizes and digests of the files below it.
    ///
    /// - Parameters:
    ///   - part: which files of a model folder count; nil: all files below a folder.
    ///   - isOurs: whether only this program writes it, so that its digest can be remembered at once.
    /// - Returns: `nil` if there is nothing.
    package func digest(
        of path: String, part: FolderPart? = nil, isOurs: Bool = false
    ) throws -> Digest? {
        guard let facts = try Disk.facts(path) else { return nil }
        if !facts.isFolder {
            return Digest(value: try file(path, facts, isOurs: isOurs), size: facts.size, isFolder: false)
        }
        let files = try files(of: path, part)
        try remember(files.map { path + "/" + $0 })
        var digest = Digest.folder(
            try files.compactMap { name in
                let inner = path + "/" + name
                guard let facts = try Disk.facts(inner) else { return nil }
                return (name, facts.size, try file(inner, facts, isOurs: isOurs))
            })
        if part == .model, let base = try adapterBase(of: path),
            let other = try self.digest(of: base, part: part)
        {
            digest.value = ContentDigest.of(digest.value + other.value)
            digest.size += other.size
        }
        return digest
    }

    /// The folder of the model that a folder's adapters belong to; `nil` if it holds none.
    private func adapterBase(of folder: String) throws -> String? {
        let path = folder + "/" + AdapterBase.configurationFile
        guard try Disk.facts(path) != nil else { return nil }
        let node = try? JSONValue(parsing: MappedFile(path: path).copied())
        return (node?["base_model_name_or_path"]?.stringValue).flatMap {
            AdapterBase.folder(named: $0, of: folder)
        }
    }

    private func files(of folder: String, _ part: FolderPart?) throws -> [String] {
        guard let part else { return try Disk.files(below: folder) }
        let names = try Disk.names(in: folder).filter { part.holds($0) } + part.below
        return try names.filter { try Disk.facts(folder + "/" + $0)?.isFolder == false }
    }

    /// Takes over the digest of a file of ours from who has just written it.
    func learn(_ digest: String, of path: String) throws {
        guard let facts = try Disk.facts(path), !facts.isFolder else { return }
        let memory = FileMemory(
            path: path, size: facts.size, modified: facts.modified, inode: facts.inode, digest: digest)
        state.withLock { state in
            state.known[path] = memory
            state.unsaved[path] = memory
        }
    }

    /// Carries remembered digests over after one of our folders is renamed.
    func follow(_ folder: String, to target: String) {
        state.withLock { state in
            for (path, memory) in state.known where path.hasPrefix(folder + "/") {
                var moved = memory
                moved.path = target + path.dropFirst(folder.count)
                state.known[path] = nil
                state.unsaved[path] = nil
                state.known[moved.path] = moved
                state.unsaved[moved.path] = moved
            }
        }
    }

    /// Forgets the files of a folder that no longer exists.
    func forget(below folder: String) throws {
        state.withLock { state in
            for path in state.known.keys where path.hasPrefix(folder + "/") { state.known[path] = nil }
            for path in state.unsaved.keys where path.hasPrefix(folder + "/") { state.unsaved[path] = nil }
        }
        try store?.forgetFiles(below: folder)
    }

    /// Keeps what was learned for the next run.
    func save() throws {
        let unsaved = state.withLock { state in
            defer { state.unsaved = [:] }
            return state.unsaved
        }
        try store?.remember(unsaved.values.sorted { $0.path.utf8.lexicographicallyPrecedes($1.path.utf8) })
    }

    private func file(_ path: String, _ facts: FileStatus, isOurs: Bool) throws -> String {
        if let memory = try remembered(path), memory.matches(facts) { return memory.digest }
        let digest =
            isOurs ? try MappedFile(path: path).withBytes { ContentDigest.of($0) } : try read(path, facts)
        let memory = FileMemory(
            path: path, size: facts.size, modified: facts.modified, inode: facts.inode, digest: digest)
        // Read while it was written to: what was read is not what these facts belong to.
        guard let after = try Disk.facts(path), memory.matches(after) else { return digest }
        let isSettled = clock.milliseconds() * 1_000_000 - facts.modified > Self.settledNanoseconds
        state.withLock { state in
            state.known[path] = memory
            if isOurs || isSettled { state.unsaved[path] = memory }
        }
        return digest
    }

    /// Digest of a file that others may write to at the same time: mapped memory of such a file disappears when the
    /// file is cut short.
    private func read(_ path: String, _ facts: FileStatus) throws -> String {
        if facts.isSpecial {
            throw StageError(
                "\(path) is a pipe or device; a file is wanted, which can be read again",
                hint: "write what comes from it into a file first, and name that file")
        }
        var digest = ContentDigest()
        let size = try FileReader.forEachPiece(of: path) { digest.update($0) }
        guard size >= facts.size else {
            throw StageError(
                "\(path) was cut short while it was read: it had \(facts.size) bytes and now has \(size)",
                hint: "wait until it has been written completely and run again")
        }
        return digest.hexadecimal()
    }

    /// Looks up many files at once.
    private func remember(_ paths: [String]) throws {
        let unknown = state.withLock { state in paths.filter { state.known[$0] == nil } }
        guard usesMemory, unknown.count > 1, let found = try store?.fileMemories(unknown) else { return }
        state.withLock { $0.known.merge(found) { known, _ in known } }
    }

    /// Where one file is asked for, its neighbors are soon asked for too: a folder is looked up at once.
    private func remembered(_ path: String) throws -> FileMemory? {
        let folder = AbsolutePath.folder(of: path)
        let (known, isLoaded) = state.withLock { ($0.known[path], $0.loaded.contains(folder)) }
        if known != nil || isLoaded || !usesMemory { return known }
        guard let store else { return nil }
        let memories = try store.fileMemories(in: folder)
        return state.withLock { state in
            for memory in memories where state.known[memory.path] == nil { state.known[memory.path] = memory }
            state.loaded.insert(folder)
            return state.known[path]
        }
    }
}

extension FileMemory {
    fileprivate func matches(_ facts: FileStatus) -> Bool {
        size == facts.size && modified == facts.modified && inode == facts.inode
    }
}
