internal import Diagnostics
package import HubFiles
internal import TextBasics

extension ParameterReader {
    /// Asks for a file. The stage finds it, with its digest, in `context.files` under the same key.
    /// - Returns: whether the pipeline file names one.
    package mutating func file(_ key: String, required: Bool, help: String = "") -> Bool {
        readPath(key, .file, required: required, help: help)
    }

    /// Asks for a folder, whose files' names and content count.
    /// - Returns: whether the pipeline file names one.
    package mutating func folder(_ key: String, required: Bool, help: String = "") -> Bool {
        readPath(key, .folder, required: required, help: help)
    }

    /// Asks for a model folder, of which only the files that matter count. It may be named as on the Hugging Face hub,
    /// and is then looked up in the local cache.
    /// - Returns: whether the pipeline file names one.
    package mutating func folder(
        _ key: String, required: Bool, part: FolderPart, help: String = ""
    ) -> Bool {
        readPath(key, .folder, required: required, part: part, help: help)
    }

    /// Asks for all files that match at least one of these glob patterns.
    package mutating func filePatterns(_ key: String, required: Bool = true, help: String = "") -> [String] {
        specify(key, .filePatterns, required: required, help: help)
        let expected = "a path or a list of paths, which may hold * and ?"
        if required { requireValue(key, expected) } else { rejectEmpty(key, expected) }
        guard let value = given(key), let patterns = readStrings(value, key, of: nil) else { return [] }
        guard !patterns.isEmpty else {
            fail(
                value,
                "'\(prefix)\(key)' is empty; it takes a path or a list of paths, which may hold * and ?")
            return []
        }
        for pattern in patterns where !Self.isUsablePath(pattern) {
            fail(value, "'\(prefix)\(key)' holds an empty path, or one with a NUL character")
        }
        for pattern in patterns { refuseElsewhere(pattern, value, key) }
        fileRequests.append(
            FileRequest(
                key: prefix + key, kind: .patterns, values: patterns, span: value.span, required: true))
        return patterns
    }

    /// Asks for a folder in which workers leave batches: these are the stage's files in place of what other parameters name,
    /// which only workers read. There may be none yet.
    /// - Parameters:
    ///   - pattern: of the batches' names.
    ///   - others: parameters read before this one.
    /// - Returns: the folder as written; `nil` if the pipeline file names none.
    package mutating func spool(
        _ key: String, batches pattern: String, insteadOf others: [String], help: String = ""
    ) -> String? {
        specify(key, .folder, help: help, isFingerprinted: false)
        rejectEmpty(key, "the path of a folder")
        guard let value = given(key), let path = readText(value, key, "the path of a folder") else {
            return nil
        }
        guard Self.isUsablePath(path), !path.utf8.contains(where: { [0x2A, 0x3F].contains($0) }) else {
            fail(
                value,
                "'\(prefix)\(key)' is empty or holds *, ? or a NUL character; it takes the path of a folder")
            return nil
        }
        refuseElsewhere(path, value, key)
        for index in fileRequests.indices {
            let name = fileRequests[index].key
            if others.contains(where: { name == $0 || name.hasPrefix("\($0)[") }) {
                fileRequests[index].occasion = .gathering
            }
        }
        var request = FileRequest(
            key: prefix + key, kind: .patterns, values: [path + "/" + pattern], span: value.span,
            required: false)
        request.occasion = .takingIn
        fileRequests.append(request)
        return path
    }

    /// A path that the stage writes to, outside the store. It may hold the placeholders, each in braces. Not part of
    /// the fingerprint.
    package mutating func outputPath(
        _ key: String, default defaultValue: String?, placeholders: [String], help: String = ""
    ) -> String? {
        specify(
            key, .outputPath(placeholders: placeholders), default: defaultValue.map(JSONValue.string),
            help: help,
            isFingerprinted: false)
        rejectEmpty(key, "a path")
        let path = given(key).flatMap { readOutputPath($0, key, placeholders) }
        if path == nil, let defaultValue { outputPaths.append(defaultValue) }
        return path ?? defaultValue
    }

    mutating func readOutputPath(_ value: LocatedValue, _ key: String, _ placeholders: [String]) -> String? {
        guard let template = readText(value, key, "a path") else { return nil }
        guard Self.isUsablePath(template) else {
            fail(value, "'\(prefix)\(key)' is empty or holds a NUL character; it takes a path")
            return nil
        }
        if template.hasPrefix("~") {
            fail(
                value, "'\(prefix)\(key)' starts with ~, which is not expanded here",
                hint: "write the whole path")
        }
        guard checkPlaceholders(of: template, value, key, placeholders) else { return nil }
        outputPaths.append(template)
        return template
    }

    /// A secret, given as `$secrets.name`. Neither its value nor its name is part of the fingerprint.
    /// - Returns: the environment variable that holds it; `nil` if the key is absent.
    package mutating func secret(_ key: String, required: Bool, help: String = "") -> String? {
        specify(key, .secret, required: required, help: help, isFingerprinted: false)
        if required { requireValue(key, "a reference such as $secrets.token") }
        guard let value = given(key) else { return nil }
        guard case .secret(let variable) = value.content else {
            // The value is not shown: it may be the secret itself.
            fail(
                value, "'\(prefix)\(key)' takes a secret",
                hint: "name an environment variable under 'secrets' and write $secrets.NAME here")
            return nil
        }
        return variable
    }

    private mutating func readPath(
        _ key: String, _ kind: FileRequest.Kind, required: Bool, part: FolderPart? = nil, help: String
    ) -> Bool {
        let expected = kind == .folder ? "the path of a folder" : "the path of a file"
        specify(key, kind == .folder ? .folder : .file, required: required, help: help)
        if required { requireValue(key, expected) } else { rejectEmpty(key, expected) }
        guard let value = given(key), let path = readText(value, key, expected) else { return false }
        guard Self.isUsablePath(path) else {
            fail(value, "'\(prefix)\(key)' is empty or holds a NUL character; it takes \(expected)")
            return false
        }
        var request = FileRequest(
            key: prefix + key, kind: kind, values: [path], span: value.span, required: required)
        request.part = part
        fileRequests.append(request)
        return true
    }

    /// Refuses what looks like a path and means nothing here: a web address, a home folder.
    private mutating func refuseElsewhere(_ path: String, _ value: LocatedValue, _ key: String) {
        if path.hasPrefix("~") {
            fail(
                value, "'\(prefix)\(key)' starts with ~, which is not expanded here: \(path)",
                hint: "write the whole path; relative paths start at the pipeline file's folder")
        } else if let scheme = path.firstRange(of: "://")?.lowerBound, scheme > path.startIndex,
            path[..<scheme].utf8.allSatisfy({ ($0 | 0x20) &- 0x61 < 26 || $0 &- 0x30 < 10 || $0 == 0x2B })
        {
            fail(
                value, "'\(prefix)\(key)' is a web address, \(path); it takes files of this machine",
                hint: "download it first, for instance with curl -o, and name the file; pages and services "
                    + "with comments are read by ingest.web")
        }
    }

    private static func isUsablePath(_ path: String) -> Bool {
        !path.isEmpty && !path.utf8.contains(0)
    }

    private mutating func checkPlaceholders(
        of template: String, _ value: LocatedValue, _ key: String, _ placeholders: [String]
    ) -> Bool {
        let allowed =
            placeholders.isEmpty
            ? "this path takes no placeholders"
            : "this path takes: \(placeholders.map { "{\($0)}" }.joined(separator: " "))"
        var rest = template[...]
        while let open = rest.firstIndex(where: { $0 == "{" || $0 == "}" }) {
            guard rest[open] == "{", let close = rest[open...].firstIndex(of: "}") else {
                fail(value, "'\(prefix)\(key)' has an unmatched brace", hint: allowed)
                return false
            }
            let name = String(rest[rest.index(after: open)..<close])
            guard placeholders.contains(where: { $0.utf8.elementsEqual(name.utf8) }) else {
                fail(
                    value, "'\(prefix)\(key)' has no placeholder '{\(name)}'",
                    hint: NearestName.hint(
                        for: name, among: placeholders, shown: { "'{\($0)}'" }, then: allowed))
                return false
            }
            rest = rest[rest.index(after: close)...]
        }
        return true
    }
}
