internal import Foundation

/// Free space on a disk. SQLite says no more than "I/O error" where its shared memory or log did not fit.
enum FreeSpace {
    /// Less than the store's shared memory and a few pages of log need.
    private static let least: Int64 = 1 << 20

    /// Whether the file system that holds `path` is as good as full.
    static func isShort(near path: String) -> Bool {
        let folder = (path as NSString).deletingLastPathComponent
        let facts = try? FileManager.default.attributesOfFileSystem(forPath: folder)
        guard let free = (facts?[.systemFreeSize] as? NSNumber)?.int64Value else { return false }
        return free < least
    }
}
