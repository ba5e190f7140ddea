import Foundation

/// A block of code in a document, with what it is for.
///
/// That is before it in a comment, `<!-- block: run -->`:
/// - `run`: lines of a shell, all of which succeed. `run, ends with 2` for a status that is shown on purpose.
/// - `saved as FILE`: the file's content. `appended to FILE`: more of it, after which the pipeline is run.
/// - `stages, validated`: stages of a pipeline file; `head, validated`: what is before the stages.
/// - `not run, REASON`: commands that cannot be run here.
/// - `output`, `shown`, `example`: no commands; the last are a stage kind's, which the tests of the reference check.
struct DocumentBlock {
    var purpose: String
    var language: String
    var text: String
    var line: Int

    static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    /// The blocks of a document, in their order.
    static func all(in document: String) throws -> [DocumentBlock] {
        let text = try String(contentsOf: root.appending(path: document), encoding: .utf8)
        var blocks: [DocumentBlock] = []
        var open: DocumentBlock?
        var purpose = ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line == "```" {
                    blocks.append(block)
                    (open, purpose) = (nil, "")
                } else {
                    open?.text += line + "\n"
                }
            } else if line.hasPrefix("```") {
                open = DocumentBlock(
                    purpose: purpose, language: String(line.dropFirst(3)), text: "", line: index + 1)
            } else if line.hasPrefix("<!-- block: "), line.hasSuffix(" -->") {
                purpose = String(line.dropFirst(12).dropLast(4))
            }
        }
        return blocks
    }

    /// The status that a block of commands ends with; `nil` if it is not run.
    var expectedStatus: Int32? {
        if purpose == "run" { return 0 }
        return purpose.hasPrefix("run, ends with ") ? Int32(purpose.dropFirst(15)) : nil
    }

    /// Every document that people read, relative to the root.
    static let documents: [String] = {
        let folder = root.appending(path: "docs")
        let below = (try? FileManager.default.subpathsOfDirectory(atPath: folder.path)) ?? []
        let pages = below.filter { $0.hasSuffix(".md") && !$0.contains(".docc/") }.map { "docs/\($0)" }
        return (["README.md", "README.ko.md", "CONTRIBUTING.md", "SECURITY.md"] + pages).sorted()
    }()
}
