import Foundation
import RunStore
import StoreFile
import Testing

struct StoreFileTests {
    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return "no error"
        } catch {
            return "\(error)"
        }
    }

    private func refusal(of path: String) -> String {
        message { _ = try RunStore.open(at: path, artifacts: path + "-artifacts") }
    }

    @Test func aFileThatIsNotADatabaseIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try "id\ttext\n".write(toFile: path, atomically: true, encoding: .utf8)
        #expect(
            refusal(of: path) == """
                \(path) is not a SQLite file
                hint: name another file under store.state, or move this one away; it was not touched
                """)
        #expect(try String(contentsOfFile: path, encoding: .utf8) == "id\ttext\n")
        #expect(throws: StoreError.self) { try RunStore.openForReading(at: path, artifacts: folder.path) }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state.sqlite"])
    }

    @Test func aForeignDatabaseIsRefusedAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try PlainSQLite.execute(path, "CREATE TABLE album(title); INSERT INTO album VALUES ('x')")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(
            refusal(of: path) == """
                \(path) is a SQLite file of another program (application id 0)
                hint: name another file under store.state, or move this one away; it was not touched
                """)
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["state.sqlite"])
    }

    @Test func aNewerStoreIsRefusedByNameAndLeftAlone() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try RunStore.open(at: path, artifacts: folder.path).close()
        try PlainSQLite.execute(path, "PRAGMA user_version = 99")
        let before = try Data(contentsOf: URL(fileURLWithPath: path))
        #expect(
            refusal(of: path).hasPrefix(
                "\(path) is a store of version 99; this program supports versions up to "))
        #expect(refusal(of: path).contains("hint: use the newer splitvote that wrote it"))
        #expect(try Data(contentsOf: URL(fileURLWithPath: path)) == before)
    }

    @Test func anEmptyFileBecomesAStore() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try Data().write(to: URL(fileURLWithPath: path))
        let store = try RunStore.open(at: path, artifacts: folder.path)
        #expect(try PlainSQLite.rows(path, "PRAGMA application_id") == ["\(0x5370_5674)"])
        #expect(try PlainSQLite.rows(path, "PRAGMA journal_mode") == ["wal"])
        #expect(try PlainSQLite.rows(path, "PRAGMA integrity_check") == ["ok"])
        try store.close()
    }

    @Test func lookingAtAStoreThatIsNotThereMakesNone() throws {
        let folder = try TemporaryFolder()
        #expect(try RunStore.openForReading(at: folder.file("state.sqlite"), artifacts: folder.path) == nil)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).isEmpty)
    }

    @Test func lookingAtAStoreChangesNothing() throws {
        let store = try TemporaryStore()
        try store.begin(run: "r1")
        try store.store.close()
        let before = try Data(contentsOf: URL(fileURLWithPath: store.store.path))
        let reader = try #require(
            try RunStore.openForReading(at: store.store.path, artifacts: store.store.artifacts))
        #expect(try reader.runs().map(\.run.id) == ["r1"])
        #expect {
            try reader.finish(run: "r1", outcome: .done, exitStatus: 0)
        } throws: { error in
            (error as? StoreError)?.kind == .permission
        }
        try reader.close()
        #expect(try Data(contentsOf: URL(fileURLWithPath: store.store.path)) == before)
    }

    @Test func aDamagedStoreSaysSo() throws {
        let folder = try TemporaryFolder()
        let path = folder.file("state.sqlite")
        try RunStore.open(at: path, artifacts: folder.path).close()
        let file = try #require(FileHandle(forWritingAtPath: path))
        try file.seek(toOffset: 100)
        try file.write(contentsOf: Data(repeating: 0x5A, count: 8_000))
        try file.close()
        #expect(refusal(of: path).hasPrefix("\(path) is damaged: "))
    }

    @Test(.enabled(if: getuid() != 0, "root may write everywhere"))
    func aFolderThatMayNotBeWrittenIsNamed() throws {
        let folder = try TemporaryFolder()
        try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.path)
        defer {
            try? FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.path)
        }
        #expect(refusal(of: folder.file("state.sqlite")).contains("cannot open or write"))
    }

    @Test func aFolderInPlaceOfTheFileIsNamed() throws {
        let folder = try TemporaryFolder()
        #expect(refusal(of: folder.path).contains(folder.path))
    }

    static let mounts = """
        22 28 0:21 / /proc rw,nosuid - proc proc rw
        28 1 254:1 / / rw,relatime shared:1 - ext4 /dev/vda1 rw
        61 28 0:45 / /home rw,relatime shared:31 - nfs4 server:/home rw,vers=4.2
        62 61 8:1 / /home/local\\040disk rw - xfs /dev/sdb1 rw
        63 28 0:50 / /mnt/share rw - fuse.sshfs host:/x rw
        """

    static let places: [(String, String?)] = [
        ("/var/lib", nil), ("/home", "nfs4"), ("/home/me/state", "nfs4"), ("/homes", nil),
        ("/home/local disk/x", nil), ("/mnt/share/x", "fuse.sshfs"), ("/", nil),
    ]

    @Test(arguments: places)
    func networkFileSystemsAreKnownByTheirMounts(folder: String, type: String?) {
        #expect(MountTable(Self.mounts).networkType(ofFolder: folder) == type)
    }
}
