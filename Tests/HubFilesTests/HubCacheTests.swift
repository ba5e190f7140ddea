import Foundation
import HubFiles
import Testing

struct HubCacheTests {
    @Test func theVariablesOfHuggingfaceHubSayWhereTheCacheIs() {
        func folder(_ environment: [String: String]) -> String { HubCache(environment: environment).folder }
        #expect(folder(["HF_HUB_CACHE": "/a", "HF_HOME": "/b", "XDG_CACHE_HOME": "/c"]) == "/a")
        #expect(folder(["HUGGINGFACE_HUB_CACHE": "/a", "HF_HOME": "/b"]) == "/a")
        #expect(folder(["HF_HOME": "/b", "XDG_CACHE_HOME": "/c"]) == "/b/hub")
        #expect(folder(["XDG_CACHE_HOME": "/c"]) == "/c/huggingface/hub")
        #expect(folder(["HF_HOME": ""]) == NSHomeDirectory() + "/.cache/huggingface/hub")
        #expect(folder(["HF_HOME": "~/x"]) == NSHomeDirectory() + "/x/hub")
    }

    @Test(arguments: [
        ("beomi/kcbert-base", "beomi/kcbert-base", "main"),
        ("bert-base-uncased", "bert-base-uncased", "main"),
        ("klue/bert-base@v1.0", "klue/bert-base", "v1.0"),
    ])
    func namesOfTheHubAreRecognized(text: String, repository: String, revision: String) throws {
        let name = try #require(HubName(text))
        #expect(name.repository == repository)
        #expect(name.revision == revision)
    }

    @Test(arguments: ["", "a/b/c", "/a", "a/", "./a", "../a", "a--b/c", "a b/c", "a/b@", "a/b@../x"])
    func pathsAreNotNamesOfTheHub(text: String) { #expect(HubName(text) == nil) }

    @Test func aSnapshotIsFoundByBranchByCommitAndByItsBeingTheOnlyOne() throws {
        let root = try Self.folder()
        defer { try? FileManager.default.removeItem(atPath: root) }
        let cache = HubCache(folder: root)
        let model = root + "/models--owner--name"
        func find(_ text: String) throws -> String? {
            try cache.snapshot(of: #require(HubName(text))).map { String($0.dropFirst(model.count + 1)) }
        }
        #expect(try find("owner/name") == nil)
        try Self.make(model + "/snapshots/aaa111")
        #expect(try find("owner/name") == "snapshots/aaa111")
        #expect(cache.models == ["owner/name"])
        try Self.make(model + "/snapshots/bbb222")
        #expect(throws: HubError.self) { try find("owner/name") }
        try Self.make(model + "/refs")
        try "bbb222".write(toFile: model + "/refs/main", atomically: true, encoding: .utf8)
        #expect(try find("owner/name") == "snapshots/bbb222")
        #expect(try find("owner/name@aaa1") == "snapshots/aaa111")
        let error = #expect(throws: HubError.self) { try find("owner/name@ccc") }
        #expect(error?.description.contains("it has aaa111, bbb222") == true)
        #expect(try HubCache.snapshot(in: model) == model + "/snapshots/bbb222")
        #expect(try HubCache.snapshot(in: root) == nil)
    }

    static func folder() throws -> String {
        let path = NSTemporaryDirectory() + "hub-\(UUID().uuidString)"
        try make(path)
        return path
    }

    static func make(_ path: String) throws {
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    }
}
