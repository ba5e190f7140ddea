/// Which file systems are mounted where, as Linux lists them in `/proc/self/mountinfo`.
///
/// Source: proc_pid_mountinfo(5), Linux manual pages.
package struct MountTable {
    private var mounts: [(folder: String, type: String)] = []

    /// File systems that are known not to keep locks and shared memory as SQLite's write-ahead log needs them.
    private static let networkTypes: Set<String> = [
        "nfs", "nfs4", "cifs", "smb", "smbfs", "smb3", "9p", "afs", "ncpfs", "ncp", "coda", "ceph", "lustre",
        "gpfs",
        "beegfs", "glusterfs", "fuse.sshfs", "fuse.glusterfs", "fuse.ceph", "fuse.s3fs", "fuse.rclone",
        "fuse.gcsfuse", "davfs", "fuse.davfs2",
    ]

    package init(_ text: String) {
        for line in text.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 5, let dash = fields.firstIndex(of: "-"), dash + 1 < fields.count else {
                continue
            }
            mounts.append((Self.unescaped(fields[4]), String(fields[dash + 1])))
        }
    }

    /// The type of the file system that a folder is on, where it is a network file system.
    /// - Parameter folder: absolute, without symbolic links.
    package func networkType(ofFolder folder: String) -> String? {
        var best: (length: Int, type: String)?
        for mount in mounts where covers(mount.folder, folder) {
            // Of two on one folder the later one hides the earlier.
            if mount.folder.utf8.count >= best?.length ?? 0 { best = (mount.folder.utf8.count, mount.type) }
        }
        guard let best, Self.networkTypes.contains(best.type) else { return nil }
        return best.type
    }

    private func covers(_ mount: String, _ folder: String) -> Bool {
        if mount == "/" { return true }
        return folder.utf8.starts(with: mount.utf8)
            && (folder.utf8.count == mount.utf8.count || folder.utf8.starts(with: (mount + "/").utf8))
    }

    /// Blanks and the like are written as a backslash and three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = rest.prefix(3)
            if byte == UInt8(ascii: "\\"), digits.count == 3, digits.allSatisfy({ (48...55).contains($0) }) {
                bytes.append(digits.reduce(0) { $0 &* 8 &+ ($1 - 48) })
                rest = rest.dropFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
