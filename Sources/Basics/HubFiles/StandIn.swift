private import Foundation

/// Something that is where a file should be, because the file itself was never fetched.
package enum StandIn: Hashable, Sendable {
    /// What git leaves of a large file in a clone made without git-lfs.
    case lfsPointer
    /// A page about the file, saved instead.
    case webPage
    /// The target of a link, written out by a program that copies no links.
    case linkText(target: String)
    /// A link to where nothing is.
    case brokenLink(target: String)

    /// Recognizes one by how the file begins.
    ///
    /// - Parameters:
    ///   - start: the first bytes, 1,024 or as many as there are.
    ///   - size: bytes of the whole file.
    package init?(start: some Collection<UInt8>, size: Int) {
        let text = String(decoding: start.prefix(1024), as: UTF8.self)
        let line = text.drop(while: \.isWhitespace).prefix(64).lowercased()
        if text.hasPrefix("version https://git-lfs.github.com/spec/"), size < 1024 {
            self = .lfsPointer
        } else if line.hasPrefix("<!doctype html") || line.hasPrefix("<html") {
            self = .webPage
        } else if text.hasPrefix("../"), size < 1024, text.contains("/blobs/"),
            !text.dropLast().contains(where: \.isWhitespace)
        {
            self = .linkText(target: text.trimmingCharacters(in: .whitespacesAndNewlines))
        } else {
            return nil
        }
    }

    /// What is at a path instead of a file; `nil` for a file, and where there is nothing at all.
    package init?(at path: String) {
        let files = FileManager.default
        guard files.fileExists(atPath: path) else {
            guard let target = try? files.destinationOfSymbolicLink(atPath: path) else { return nil }
            self = .brokenLink(target: target)
            return
        }
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        guard let start = try? file.read(upToCount: 1024),
            let size = try? file.seekToEnd(), let found = StandIn(start: start, size: Int(size))
        else { return nil }
        self = found
    }

    /// What is wrong and what to do, to be put after the file's name.
    package var problem: String {
        switch self {
        case .lfsPointer:
            "is a Git LFS pointer, not the file itself; fetch the file with: git lfs install && git lfs pull"
        case .webPage:
            "is a web page, not the file that the page is about; download the file itself, for instance with: "
                + "hf download OWNER/NAME"
        case .linkText(let target):
            "holds nothing but the target of a link, \(target); copy the folder together with what its links lead to "
                + "(cp -rL), or download the model again"
        case .brokenLink(let target):
            "is a link to \(target), which does not exist; copy the folder together with what its links point to "
                + "(cp -rL), or download the model again"
        }
    }
}
