internal import RunStore
internal import StageKit

/// The folder of artifacts and how things come into it: made aside, forced to the disk, moved to their place in one
/// step.
struct ArtifactFolder {
    /// Absolute.
    let root: String
    /// What is kept of earlier results.
    let packs: PackedResults

    init(root: String) {
        self.root = root
        packs = PackedResults(root: root)
    }

    /// Where a result is, relative to the root.
    func place(stage: String, fingerprint: String) -> String { "\(stage)/\(fingerprint.prefix(16))" }

    func absolute(_ path: String) -> String { root + "/" + path }

    /// Where unfinished work that a later run may resume is kept, relative to the root.
    func workPath(stage: String, fingerprint: String) -> String {
        ".work/\(stage)-\(fingerprint.prefix(16))"
    }

    static func rejectedPlace(_ stage: String, _ fingerprint: String) -> String {
        ".rejected/\(stage)-\(fingerprint.prefix(16))"
    }

    /// Whether a result of the stage, recorded or not, has a file of this name that passes a test. A run that is killed
    /// after it has published a file does not get to say so in the store.
    func holds(_ name: String, of stage: String, _ test: (String) throws -> Bool) throws -> Bool {
        guard try Disk.facts(absolute(stage)) != nil else { return false }
        return try Disk.names(in: absolute(stage)).contains { try test(absolute("\(stage)/\($0)/\(name)")) }
    }

    /// Whether only this program names folders so: 16 hex digits.
    static func isResultName(_ name: String) -> Bool {
        name.utf8.count == 16 && name.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }

    /// Folders of results, relative to the root, that the store has no record of.
    /// - Parameter known: those that it has.
    func strays(known: Set<String>) throws -> [String] {
        try Disk.names(in: root).filter { !$0.hasPrefix(".") }.flatMap { stage in
            try Disk.names(in: absolute(stage)).filter(Self.isResultName).map { "\(stage)/\($0)" }
        }.filter { !known.contains($0) }
    }

    private var staging: String { root + "/.staging" }

    /// Removes what killed runs left half-made.
    /// - Parameter work: places of unfinished work that a later run may resume.
    func sweep(keeping work: [String]) throws {
        try Disk.remove(staging)
        let kept = Set(work)
        for name in try Disk.names(in: root + "/.work") where !kept.contains(".work/" + name) {
            try Disk.remove(root + "/.work/" + name)
        }
    }

    /// Removes what is empty between runs.
    func tidy() throws {
        try Disk.remove(staging)
    }

    /// Puts the folders of artifacts back that are packed.
    /// - Returns: the path of the first artifact whose folder is neither there nor packed; `nil` if all are there.
    func unpack(_ paths: [String], run: String) throws -> String? {
        try paths.first { path in
            let folder = ArtifactRecord.resultFolder(of: path)
            return try !packs.restore(folder, in: self, run: run)
        }
    }

    /// A new, empty folder.
    func stage(_ name: String, run: String) throws -> String {
        let folder = "\(staging)/\(run)-\(name)"
        try Disk.remove(folder)
        try Disk.makeFolder(folder)
        return folder
    }

    /// A path for a file that is to be moved on.
    func stagedFile(_ name: String, run: String) throws -> String {
        try Disk.makeFolder(staging)
        return "\(staging)/\(run)-\(name)"
    }

    /// Moves a folder into place, replacing whatever is there.
    func put(_ folder: String, at place: String, run: String) throws {
        let target = absolute(place)
        let parent = String(target[..<(target.lastIndex(of: "/") ?? target.endIndex)])
        try Disk.makeFolder(parent)
        if try Disk.facts(target) != nil {
            // Only a result that is no longer wanted, or one that was never recorded.
            let aside = "\(staging)/\(run)-old-\(place.split(separator: "/").joined(separator: "-"))"
            try Disk.remove(aside)
            try move(target, to: aside)
            try move(folder, to: target)
            try Disk.remove(aside)
        } else {
            try move(folder, to: target)
        }
        try Disk.sync(folderOnly: parent)
    }

    private func move(_ from: String, to target: String) throws {
        guard try Disk.rename(from, to: target) else {
            throw StageError(
                "\(target) is on another file system than the rest of the artifacts folder",
                hint: "keep the whole artifacts folder on one file system")
        }
    }
}
