import Foundation
import Testing

/// Every block of the README does what it shows, as it is written, in an empty folder.
///
/// What a block is for stands before it in a comment, `<!-- block: run -->`. Blocks are taken in their order, one after
/// the other in one folder, which holds what the README says that users bring: a table, a description of a site, model
/// folders and texts.
struct ReadmeTests {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    struct Block {
        var purpose: String
        var language: String
        var text: String
        var line: Int
    }

    private static func blocks() throws -> [Block] {
        let text = try String(contentsOf: root.appending(path: "README.md"), encoding: .utf8)
        var blocks: [Block] = []
        var open: Block?
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
                open = Block(purpose: purpose, language: String(line.dropFirst(3)), text: "", line: index + 1)
            } else if line.hasPrefix("<!-- block: "), line.hasSuffix(" -->") {
                purpose = String(line.dropFirst(12).dropLast(4))
            }
        }
        return blocks
    }

    // MARK: What users bring

    private static func table() -> String {
        var lines = ["comment\tlikes\tdislikes\turl"]
        for article in 0..<30 {
            for comment in 0..<12 {
                let isDivided = (article + comment) % 2 == 0
                let words = isDivided ? "찬성과 반대가 갈리는 의견" : "모두가 고개를 끄덕이는 의견"
                lines.append(
                    "\(words) \(article) 번째 \(comment)\t\(isDivided ? 25 + comment : 45 + comment)\t"
                        + "\(isDivided ? 24 : 1)\thttps://news.example.com/\(article)")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private static func sandbox() throws -> Sandbox {
        let sandbox = try Sandbox()
        let table = table()
        try sandbox.write(table, to: "my-comments.tsv")
        for side in ["train", "test"] {
            try sandbox.write("id\tdocument\tlabel\n1\t의견\t0\n2\t찬성\t1\n", to: "my-rows-\(side).tsv")
        }
        var pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        let letters = Set(table.unicodeScalars).filter { !$0.properties.isWhitespace }.sorted()
        pieces += letters.map { String($0) } + letters.map { "##\($0)" }
        let shape = SampleComments.tinyConfiguration.replacing(
            "\"max_position_embeddings\": 64",
            with: "\"max_position_embeddings\": 128, \"vocab_size\": \(pieces.count)")
        for model in ["my-model", "kcbert-base"] {
            try sandbox.write(shape, to: "models/\(model)/config.json")
            try sandbox.write(pieces.joined(separator: "\n") + "\n", to: "models/\(model)/vocab.txt")
        }
        let source = root.appending(path: "pipelines/sources/example-news.yaml")
        try sandbox.write(try Data(contentsOf: source), to: "my-site.yaml")
        try sandbox.write("찬성과 반대\n의견\n", to: "comments.txt")
        try sandbox.write("찬성과 반대\n의견\n", to: "corpus")
        _ = try sandbox.run(URL(filePath: "/bin/sh"), ["-c", "gzip corpus"])
        for folder in ["bin", ".build/release"] {
            let place = sandbox.folder.appending(path: folder)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: place.appending(path: "splitvote"), withDestinationURL: Sandbox.command)
        }
        return sandbox
    }

    // MARK: The blocks

    @Test func everyBlockSaysWhatItIsFor() throws {
        let blocks = try Self.blocks()
        #expect(blocks.count >= 14)
        for block in blocks {
            #expect(!block.purpose.isEmpty, "README.md:\(block.line): block without a mark")
        }
        #expect(blocks.count { $0.purpose == "run" } >= 8)
        // Nothing else than what builds this very program is left out.
        #expect(blocks.filter { $0.purpose.hasPrefix("not run") }.map(\.text.count).reduce(0, +) < 200)
    }

    @Test func allBlocksRunAsTheyAreWritten() throws {
        let sandbox = try Self.sandbox()
        for block in try Self.blocks() {
            let outcome: Sandbox.Outcome
            switch block.purpose {
            case "output": continue
            case let purpose where purpose.hasPrefix("not run"): continue
            case let purpose where purpose.hasPrefix("saved as "):
                try sandbox.write(block.text, to: String(purpose.dropFirst(9)))
                continue
            case let purpose where purpose.hasPrefix("appended to "):
                let file = String(purpose.dropFirst(12))
                try sandbox.write(try sandbox.read(file) + block.text, to: file)
                outcome = try sandbox.splitvote("run", file)
            case "stages, validated": outcome = try validate("stages:\n" + block.text, sandbox)
            case "head, validated":
                let stages = try sandbox.read("mine.yaml").drop { $0 != "s" }
                let start = try #require(stages.range(of: "stages:"))
                outcome = try validate(block.text + stages[start.lowerBound...], sandbox)
            case "run":
                try bringShards(sandbox)
                outcome = try sandbox.run(
                    URL(filePath: "/bin/sh"), ["-euc", "PATH=$PWD/bin:$PATH\n" + block.text])
            default:
                Issue.record("README.md:\(block.line): there is no purpose '\(block.purpose)'")
                continue
            }
            #expect(
                outcome.status == 0,
                "README.md:\(block.line): \(block.text)\n\(outcome.output)\(outcome.errors)")
        }
        try look(sandbox)
    }

    private func validate(_ text: some StringProtocol, _ sandbox: Sandbox) throws -> Sandbox.Outcome {
        try sandbox.write("splitvote: 1\npipeline: readme\n" + text, to: "part.yaml")
        return try sandbox.splitvote("validate", "part.yaml")
    }

    /// The shards that 'Training alone' begins with are those of the pipeline, once it has made some.
    private func bringShards(_ sandbox: Sandbox) throws {
        guard !sandbox.exists("shards"), sandbox.exists("artifacts/shards") else { return }
        let manifests = try sandbox.files(below: "artifacts/shards").filter { $0.hasSuffix("manifest.json") }
        let folder = try #require(manifests.first).dropLast("/manifest.json".count)
        try FileManager.default.copyItem(
            at: sandbox.folder.appending(path: "artifacts/shards/\(folder)"),
            to: sandbox.folder.appending(path: "shards"))
    }

    /// What the blocks promise to leave.
    private func look(_ sandbox: Sandbox) throws {
        for file in [
            "out/train.tsv", "out/README.md", "out/report.html", "out/model/model.safetensors",
            "thresholds.svg", "ids/ids-00000.safetensors", "news/out/train.tsv", "news/splitvote.timer",
            "steps.jsonl",
            "model/model.safetensors", "seeds",
        ] {
            #expect(sandbox.exists(file), "\(file)")
        }
        // The vocabulary lower-cases and keeps accents, which the folder has to say: Hangul would be taken apart.
        let tokenizer = try sandbox.read("out/model/tokenizer_config.json")
        #expect(tokenizer.contains("\"strip_accents\": false"), "\(tokenizer)")
        let id = try sandbox.read("ids.txt").split(separator: "\n")[0]
        let key = id.split(separator: ":").last.map(String.init) ?? ""
        #expect(try sandbox.sqlite("SELECT text FROM comment WHERE key = '\(key)'").joined().isEmpty)
    }
}
