private import Foundation

/// The folder in which huggingface_hub keeps what it has downloaded on this machine.
///
/// A model is in `models--owner--name`: its files in `blobs`, and in `snapshots/COMMIT` links to them by their names.
/// `refs/main` holds the commit of the branch `main` when it was last downloaded.
package struct HubCache: Sendable {
    /// Absolute.
    package let folder: String

    package init(folder: String) { self.folder = folder }

    /// The cache that huggingface_hub uses under these environment variables: HF_HUB_CACHE (or the older
    /// HUGGINGFACE_HUB_CACHE), else `hub` in HF_HOME, else in `huggingface` of XDG_CACHE_HOME or ~/.cache.
    package init(environment: [String: String]) {
        func path(_ name: String) -> String? {
            environment[name].flatMap { $0.isEmpty ? nil : NSString(string: $0).expandingTildeInPath }
        }
        let general = path("XDG_CACHE_HOME") ?? NSHomeDirectory() + "/.cache"
        let home = path("HF_HOME") ?? general + "/huggingface"
        folder = path("HF_HUB_CACHE") ?? path("HUGGINGFACE_HUB_CACHE") ?? home + "/hub"
    }

    /// The cache of this process.
    package static var current: HubCache { HubCache(environment: ProcessInfo.processInfo.environment) }

    /// The name of the model, such as `beomi/kcbert-base`, whose files are in a folder of a cache; `nil` for other folders.
    package static func modelName(ofSnapshot path: String) -> String? {
        let parts = path.split(separator: "/")
        guard parts.count > 2, parts[parts.count - 2] == "snapshots" else { return nil }
        return modelName(ofFolder: String(parts[parts.count - 3]))
    }

    private static func modelName(ofFolder name: String) -> String? {
        let start = "models--"
        guard name.hasPrefix(start) else { return nil }
        return name.dropFirst(start.count).split(separator: "--", maxSplits: 1).joined(separator: "/")
    }

    /// The names of the models that it has something of, such as `beomi/kcbert-base`.
    package var models: [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
        return names.compactMap(Self.modelName(ofFolder:))
            .sorted()
    }

    /// The folder with a model's files.
    ///
    /// - Returns: `nil` if the model was never downloaded.
    /// - Throws: ``HubError`` when it is there and does not have the revision.
    package func snapshot(of name: HubName) throws(HubError) -> String? {
        try Self.snapshot(in: folder + "/" + name.folderName, revision: name.revision)
    }

    /// The snapshot to use for a model's folder in a cache.
    ///
    /// - Parameter folder: any folder.
    /// - Returns: `nil` for a folder that is not laid out as a cache lays it out.
    package static func snapshot(
        in folder: String, revision: String = "main"
    ) throws(HubError) -> String? {
        let snapshots = (try? FileManager.default.contentsOfDirectory(atPath: folder + "/snapshots")) ?? []
        let commits = snapshots.filter { !$0.hasPrefix(".") }.sorted()
        guard !commits.isEmpty else { return nil }
        var found = reference(revision, in: folder)
        if found == nil, revision == "main" {
            // Copied without its refs.
            found = commits.count == 1 ? commits[0] : nil
        } else if found == nil {
            let matching = commits.filter { $0.hasPrefix(revision) }
            found = matching.count == 1 ? matching[0] : nil
        }
        guard let commit = found, commits.contains(commit) else {
            throw HubError(folder: folder, revision: revision, commits: commits)
        }
        return folder + "/snapshots/" + commit
    }

    /// The commit of a branch or tag.
    private static func reference(_ revision: String, in folder: String) -> String? {
        guard let data = FileManager.default.contents(atPath: folder + "/refs/" + revision) else {
            return nil
        }
        let text = String(decoding: data.prefix(200), as: UTF8.self)
        return text.split(whereSeparator: \.isWhitespace).first.map(String.init)
    }
}

/// A cached model that lacks the requested revision.
package struct HubError: Error, Hashable, Sendable, CustomStringConvertible {
    let folder: String
    let revision: String
    let commits: [String]

    package var description: String {
        "\(folder) has no snapshot of the revision '\(revision)'; it has \(commits.joined(separator: ", "))"
    }

    /// What a user can do.
    package var hint: String {
        "add one of them to the name, as in owner/name@\(commits[0]), or download the model again"
    }
}
