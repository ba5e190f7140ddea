private import Foundation
package import StageKit

/// The folder that `init` writes into: it gets all files or, if one of them cannot be written, none.
package struct ScaffoldFolder {
    package typealias File = (name: String, bytes: [UInt8])

    private let place: String
    /// Files and folders that were made here, in their order.
    private var made: [String] = []

    package init(_ place: String) {
        self.place = place
    }

    /// Files that are still to be written. What is there already and is the very same was left by a try that was killed.
    /// - Throws: ``/StageKit/StageError`` when one of them is there and is something else, or all of them are there.
    package func missing(of files: [File]) throws(StageError) -> [File] {
        let taken = files.filter { FileManager.default.fileExists(atPath: path(of: $0)) }
        let foreign = taken.filter { file in
            FileManager.default.contents(atPath: path(of: file)).map { !$0.elementsEqual(file.bytes) } ?? true
        }
        let refused = foreign.isEmpty && taken.count == files.count ? taken : foreign
        guard refused.isEmpty else {
            throw StageError(
                "\(refused.map(\.name).joined(separator: ", ")) is already there; nothing was written",
                hint: "name another folder: splitvote init FOLDER")
        }
        return files.filter { file in !taken.contains { $0.name == file.name } }
    }

    /// Writes those files that are still missing: all of them or, where one cannot be written, none.
    /// - Parameter name: the folder as the user named it.
    /// - Returns: what was written.
    /// - Throws: ``/StageKit/StageError`` as ``missing(of:)`` does, and naming the folder when it cannot be written to.
    package mutating func fill(with files: [File], shownAs name: String) throws -> [File] {
        let missing = try missing(of: files)
        do {
            try write(missing)
        } catch {
            takeBack()
            guard let words = StageError(file: error) else { throw error }
            throw StageError(
                "cannot write into \(name): \(words.message)",
                hint: words.hint ?? "name a folder that can be written to")
        }
        return missing
    }

    /// - Throws: what the file system says.
    package mutating func write(_ files: [File]) throws {
        for file in files {
            let url = URL(filePath: path(of: file))
            try makeFolder(url.deletingLastPathComponent().path(percentEncoded: false))
            try Data(file.bytes).write(to: url, options: .atomic)
            made.append(path(of: file))
        }
    }

    /// Removes what was written, and the folders that were made for it.
    package mutating func takeBack() {
        // Nothing that others have put there meanwhile: folders are removed only if empty.
        for path in made.reversed() {
            let isEmpty = (try? FileManager.default.contentsOfDirectory(atPath: path).isEmpty) ?? true
            if isEmpty { try? FileManager.default.removeItem(atPath: path) }
        }
        made = []
    }

    private mutating func makeFolder(_ path: String) throws {
        let trimmed = path.count > 1 && path.hasSuffix("/") ? String(path.dropLast()) : path
        if trimmed.isEmpty || FileManager.default.fileExists(atPath: trimmed) { return }
        try makeFolder((trimmed as NSString).deletingLastPathComponent)
        try FileManager.default.createDirectory(atPath: trimmed, withIntermediateDirectories: false)
        made.append(trimmed)
    }

    private func path(of file: File) -> String {
        place.hasSuffix("/") ? place + file.name : place + "/" + file.name
    }
}
