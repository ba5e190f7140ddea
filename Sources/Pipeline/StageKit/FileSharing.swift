internal import CLibrary

/// Files that several results have in common, each under a name of its own in every result.
///
/// What was written once is never written to again, so that it does not matter which of the names was the first.
public enum FileSharing {
    /// Gives a file a second name.
    ///
    /// - Returns: `false` where the file system does not do that, or one file cannot have more names; the file is then to
    ///   be written anew.
    public static func share(_ path: String, as target: String) -> Bool { link(path, target) == 0 }

    public static func isFolder(_ path: String) -> Bool {
        var facts = stat()
        return stat(path, &facts) == 0 && facts.st_mode & S_IFMT == S_IFDIR
    }

    /// Makes a folder, where its parent is there.
    /// - Throws: ``StageError`` naming the folder and the system's reason.
    public static func makeFolder(_ path: String) throws(StageError) {
        if mkdir(path, 0o755) != 0, errno != EEXIST { throw .file("cannot make the folder", path) }
    }
}
