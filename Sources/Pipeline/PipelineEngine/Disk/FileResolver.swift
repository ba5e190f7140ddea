internal import HubFiles
internal import StageKit

/// Turns the files that parameters name into paths with digests.
struct FileResolver {
    let baseFolder: String
    /// Where the command was given: relative paths of the command line may also start there. Absolute; `nil` for none.
    var workingFolder: String?
    /// Of the files that a worker gathers, those that it reads.
    var share = WorkShare.whole
    let digests: FileDigests

    /// By parameter; patterns give their files in byte order of the paths, each once.
    ///
    /// - Parameter fromCommandLine: parameters whose value `-S` gave. Their relative paths start at the pipeline file's
    ///   folder, as all do, and where nothing is there, at the working folder, as a shell completes them.
    func resolve(
        _ requests: [FileRequest], fromCommandLine: Set<String> = []
    ) throws -> [String: [ResolvedFile]] {
        var files: [String: [ResolvedFile]] = [:]
        for request in requests {
            let folders = folders(fromCommandLine: fromCommandLine.contains(request.key))
            let paths = try request.values.flatMap { try self.paths(of: $0, request, in: folders) }
                .filter {
                    request.occasion != .gathering || request.kind != .patterns || share.contains(shown($0))
                }
            // By bytes: two names may look the same and be two files.
            var seen: Set<[UInt8]> = []
            files[request.key, default: []] += try paths.filter { seen.insert(Array($0.utf8)).inserted }.map {
                try resolve($0, request)
            }
        }
        return files
    }

    /// What one value of a parameter leads to, without a look into it.
    /// - Throws: ``StageError`` as ``resolve(_:fromCommandLine:)`` does.
    func find(_ value: String, _ request: FileRequest, fromCommandLine: Bool) throws -> [FoundFile] {
        let folders = folders(fromCommandLine: fromCommandLine)
        return try paths(of: value, request, in: folders).map { path in
            try check(path, request)
            return FoundFile(path: path, shownPath: shown(path))
        }
    }

    private func folders(fromCommandLine: Bool) -> [String] {
        [baseFolder] + (fromCommandLine ? [workingFolder].compactMap { $0 } : [])
    }

    /// The path as its user would name it.
    func shown(_ path: String) -> String {
        path.hasPrefix(baseFolder + "/") ? String(path.dropFirst(baseFolder.count + 1)) : path
    }

    func absolute(_ path: String) -> String {
        AbsolutePath.of(path, in: baseFolder)
    }

    private func paths(of value: String, _ request: FileRequest, in folders: [String]) throws -> [String] {
        let candidates =
            value.hasPrefix("/")
            ? [absolute(value)] : folders.map { AbsolutePath.normalized($0 + "/" + value) }
        guard request.kind == .patterns, FilePattern.hasWildcard(value) else {
            let there = try candidates.first { try Disk.facts($0) != nil }
            guard request.part != nil else { return [there ?? candidates[0]] }
            return [try modelFolder(value, request, at: there ?? candidates[0], isThere: there != nil)]
        }
        for pattern in candidates {
            let found = try FilePattern(pattern, relativeTo: baseFolder).files()
            if !found.isEmpty { return found }
        }
        if !request.required { return [] }
        throw StageError(
            "'\(request.key)': no file matches \(value) (looked for \(candidates.joined(separator: " and ")))",
            hint: "check the path; relative paths start at the pipeline file's folder")
    }

    /// A model folder by its path, or by its name on the Hugging Face hub if nothing is at that path.
    private func modelFolder(
        _ value: String, _ request: FileRequest, at path: String, isThere: Bool
    ) throws -> String {
        do {
            // The folder that a cache keeps for a model may be named as well as the snapshot in it.
            if isThere { return try HubCache.snapshot(in: path) ?? path }
            guard let name = HubName(value) else { return path }
            if let snapshot = try HubCache.current.snapshot(of: name) { return snapshot }
            throw StageError(
                "'\(request.key)': there is no folder \(shown(path)), and no model \(name.repository) in the Hugging "
                    + "Face cache",
                hint: "looked for \(path), and in \(HubCache.current.folder); download the model first: "
                    + name.download)
        } catch let error as HubError {
            throw StageError("'\(request.key)': \(error)", hint: error.hint)
        }
    }

    private func resolve(_ path: String, _ request: FileRequest) throws -> ResolvedFile {
        try check(path, request)
        guard let digest = try digests.digest(of: path, part: request.part) else {
            throw missing(path, request)
        }
        var file = ResolvedFile(
            path: path, shownPath: shown(path), digest: digest.value, size: digest.size,
            isFolder: digest.isFolder)
        file.part = request.part
        return file
    }

    private func missing(_ path: String, _ request: FileRequest) -> StageError {
        StageError(
            "'\(request.key)': there is no \(request.kind == .folder ? "folder" : "file") \(shown(path))",
            hint: "looked for \(path); relative paths start at the pipeline file's folder")
    }

    /// - Throws: ``StageError`` where nothing is there, or another sort of thing than is wanted.
    private func check(_ path: String, _ request: FileRequest) throws {
        let facts = try Disk.facts(path)
        if facts?.isSpecial == true || path.hasPrefix("/dev/") || path.hasPrefix("/proc/") {
            throw StageError(
                "'\(request.key)': \(shown(path)) is a pipe or device; a file is wanted, which can be read again",
                hint: "write what comes from it into a file first, and name that file")
        }
        guard let facts else { throw missing(path, request) }
        if facts.isFolder != (request.kind == .folder) {
            throw StageError(
                "'\(request.key)': \(shown(path)) is a \(facts.isFolder ? "folder" : "file"); "
                    + "a \(facts.isFolder ? "file" : "folder") is wanted",
                hint: facts.isFolder && request.kind == .patterns
                    ? "name the files in it: \(shown(path))/*" : nil)
        }
    }
}
