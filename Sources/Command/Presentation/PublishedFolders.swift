package import RunStore
package import StageKit
internal import TextBasics

/// The existing published files, by folder and by label set.
package struct PublishedFolders {
    struct Group: Hashable {
        /// Absolute.
        var folder: String
        /// `nil` for files that are unrelated to labels.
        var labelSet: String?
        var isPromoted: Bool
        var files: Int
        /// Files of them that are there no more.
        var missing: Int
    }

    private(set) var groups: [Group] = []
    /// Groups named in words.
    private static let most = 6

    /// - Parameters:
    ///   - promoted: id of the live label set.
    ///   - isThere: whether there is a file at a path.
    package init(_ files: [PublishedFile], promoted: String?, isThere: (String) -> Bool) {
        for file in files {
            let folder = "/" + file.path.split(separator: "/").dropLast().joined(separator: "/")
            let isMissing = !isThere(file.path)
            let known = groups.firstIndex { $0.folder == folder && $0.labelSet == file.labelSet }
            let index = known ?? groups.count
            if known == nil {
                groups.append(
                    Group(
                        folder: folder, labelSet: file.labelSet,
                        isPromoted: file.labelSet != nil && file.labelSet == promoted, files: 0, missing: 0))
            }
            groups[index].files += 1
            if isMissing { groups[index].missing += 1 }
        }
        // Files that were deleted altogether matter only if they should be there.
        groups.removeAll { $0.missing == $0.files && !$0.isPromoted }
    }

    /// As it would be typed here.
    private static func shown(_ folder: String, here: String) -> String {
        if folder == here { return "." }
        return folder.hasPrefix(here + "/") ? String(folder.dropFirst(here.count + 1)) : folder
    }

    /// One for each group: the promoted set's first, of the others the last ones by name.
    /// - Parameter here: the folder that paths below it are shown from. Absolute.
    package func lines(here: String) -> [String] {
        let others = groups.filter { !$0.isPromoted }
        let shown = groups.filter(\.isPromoted) + others.suffix(Self.most)
        let rest = others.count - min(others.count, Self.most)
        return shown.map { group in
            let labels = group.labelSet.map {
                " of label set \($0), \(group.isPromoted ? "promoted" : "not the promoted one")"
            }
            return
                "\(Self.shown(group.folder, here: here)): \(Counts.text(group.files, "file"))\(labels ?? "")"
                + (group.missing == 0 ? "" : "; \(group.missing) missing")
        } + (rest == 0 ? [] : ["and \(Counts.text(rest, "folder")) more"])
    }

    package var json: JSONValue {
        .array(
            groups.map {
                [
                    "folder": .string($0.folder), "label_set": $0.labelSet.map(JSONValue.string) ?? .null,
                    "promoted": .bool($0.isPromoted), "files": .integer($0.files),
                    "missing": .integer($0.missing),
                ]
            })
    }
}
