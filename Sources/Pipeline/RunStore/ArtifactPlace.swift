internal import Foundation
internal import GRDB

/// Where a store's artifacts are, kept in the store so that it can be looked at without its pipeline file.
enum ArtifactPlace {
    private static let name = "artifacts"

    /// Keeps the folder relative to the store's, where it is below that or beside it, so that both can be moved.
    static func keep(_ artifacts: String, of path: String, _ pool: any DatabaseWriter) throws {
        let value = relative(artifacts, to: (path as NSString).deletingLastPathComponent)
        let known = try pool.read {
            try String.fetchOne($0, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
        }
        if known == value { return }
        try pool.write {
            try $0.execute(
                sql: "INSERT OR REPLACE INTO setting(name, value) VALUES (?, ?)", arguments: [name, value])
        }
    }

    static func find(of path: String, _ pool: any DatabaseReader) throws -> String {
        let value = try pool.read {
            try String.fetchOne($0, sql: "SELECT value FROM setting WHERE name = ?", arguments: [name])
        }
        guard let value else { return path + "-artifacts" }
        if value.hasPrefix("/") { return value }
        let folder = URL(fileURLWithPath: (path as NSString).deletingLastPathComponent, isDirectory: true)
        return folder.appendingPathComponent(value).standardizedFileURL.path
    }

    static func relative(_ path: String, to folder: String) -> String {
        let target = path.split(separator: "/")
        let base = folder.split(separator: "/")
        let shared = zip(target, base).prefix { $0 == $1 }.count
        let up = base.count - shared
        if up > 1 { return path }
        return (repeatElement("..", count: up) + target.dropFirst(shared)).joined(separator: "/")
    }
}
