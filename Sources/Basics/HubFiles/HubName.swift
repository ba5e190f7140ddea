/// The name of a model on the Hugging Face hub: `owner/name` or `name`, and perhaps `@revision` after it.
package struct HubName: Hashable, Sendable {
    /// Without the revision.
    package let repository: String
    /// Branch, tag or commit; `main` where none is given.
    package let revision: String

    /// - Returns: `nil` for a text that the hub would not take for a name, such as a path with two slashes.
    package init?(_ text: String) {
        let halves = text.split(separator: "@", maxSplits: 1, omittingEmptySubsequences: false)
        let parts = halves[0].split(separator: "/", omittingEmptySubsequences: false)
        guard 1...2 ~= parts.count, parts.allSatisfy(Self.isPart), halves[0].utf8.count <= 96 else {
            return nil
        }
        if halves.count == 2 {
            guard !halves[1].isEmpty, !halves[1].contains("..") else { return nil }
        }
        repository = String(halves[0])
        revision = halves.count == 2 ? String(halves[1]) : "main"
    }

    /// The folder of this model in a cache.
    var folderName: String { "models--" + repository.split(separator: "/").joined(separator: "--") }

    /// A command that downloads the model.
    package var download: String {
        "hf download \(repository)" + (revision == "main" ? "" : " --revision \(revision)")
    }

    private static func isPart(_ part: Substring) -> Bool {
        guard let first = part.utf8.first, let last = part.utf8.last else { return false }
        let ends: Set<UInt8> = [UInt8(ascii: "."), UInt8(ascii: "-")]
        return !ends.contains(first) && !ends.contains(last) && !part.contains("--") && !part.contains("..")
            && part.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "-"),
                    UInt8(ascii: "_"):
                    true
                default: false
                }
            }
    }
}
