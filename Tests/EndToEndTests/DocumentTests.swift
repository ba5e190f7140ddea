import Foundation
import LoopbackServer
import TestInputs
import Testing

/// Every block of every document does what it shows, as it is written, in an empty folder.
///
/// Blocks of a document are taken in their order, one after the other in one folder, which holds what the documents say that
/// users bring: a table, a workbook, model folders, texts, and the pipeline file of the README.
struct DocumentTests {
    private static let documents = DocumentBlock.documents

    // MARK: The marks

    @Test(arguments: documents)
    func everyBlockSaysWhatItIsFor(document: String) throws {
        for block in try DocumentBlock.all(in: document) {
            let place = "\(document):\(block.line)"
            let known = ["run", "output", "shown", "example", "stages, validated", "head, validated"]
            let beginnings = ["run, ends with ", "not run, ", "saved as ", "appended to "]
            #expect(
                known.contains(block.purpose)
                    || beginnings.contains { block.purpose.hasPrefix($0) && block.purpose.count > $0.count },
                "\(place): '\(block.purpose)' is no purpose of a block")
            // No command is only shown: it is run, or it is said why not.
            if ["sh", "bash", "console", "shell"].contains(block.language) {
                #expect(
                    block.expectedStatus != nil || block.purpose.hasPrefix("not run, "),
                    "\(place): is it run?")
            }
        }
    }

    @Test func mostCommandsAreRun() throws {
        let blocks = try Self.documents.flatMap { try DocumentBlock.all(in: $0) }
        let run = blocks.filter { $0.expectedStatus != nil }.count
        let not = blocks.filter { $0.purpose.hasPrefix("not run, ") }.count
        #expect(run >= 100)
        #expect(not * 5 <= run, "\(not) blocks are not run, \(run) are")
    }

    @Test func noDocumentIsMissed() {
        #expect(Self.documents.contains("docs/reference/commands.md"))
        #expect(Self.documents.filter { $0.hasPrefix("docs/guides/") }.count >= 10)
    }

    /// What is promised is shown by tests that exist.
    @Test func everyTestThatIsNamedExists() throws {
        let folder = DocumentBlock.root.appending(path: "Tests")
        let files = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        let page = try String(
            contentsOf: DocumentBlock.root.appending(path: "docs/concepts.md"), encoding: .utf8)
        let suites = Set(page.matches(of: /`(\w+Tests)`/).map { String($0.1) })
        #expect(suites.count >= 10)
        for name in suites {
            #expect(files.contains { $0 == name || $0.hasSuffix("/\(name).swift") }, "\(name)")
        }
        for path in page.matches(of: /`Tests\/([\w\/.]+)`/).map({ String($0.1) }) {
            #expect(files.contains(path), "Tests/\(path)")
        }
    }

    // MARK: The links

    /// Files that documents refer to are there, and so are the headings.
    @Test(arguments: documents)
    func everyLinkLeadsSomewhere(document: String) throws {
        for target in try Self.links(of: document)
        where !target.contains("://") && !target.hasPrefix("mailto:") {
            let parts = target.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)
            let here = DocumentBlock.root.appending(path: document)
            let file =
                parts[0].isEmpty ? here : here.deletingLastPathComponent().appending(path: String(parts[0]))
            #expect(FileManager.default.fileExists(atPath: file.path), "\(document): \(target)")
            if parts.count == 2, file.pathExtension == "md" {
                let names = try Self.headings(of: file)
                #expect(names.contains(String(parts[1])), "\(document): \(target); there are \(names)")
            }
        }
    }

    private static func links(of document: String) throws -> [String] {
        let text = try String(contentsOf: DocumentBlock.root.appending(path: document), encoding: .utf8)
        var isCode = false
        let prose = text.split(separator: "\n", omittingEmptySubsequences: false).filter { line in
            if line.hasPrefix("```") { isCode.toggle() }
            return !isCode
        }.joined(separator: "\n").replacing(/`[^`\n]*`/, with: "")
        return prose.matches(of: /\]\(([^)\s]+)\)/).map { String($0.1) }
    }

    /// As code hosts name them in addresses.
    private static func headings(of file: URL) throws -> [String] {
        try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter { $0.hasPrefix("#") }
            .map { line in
                let title = line.drop { $0 == "#" || $0 == " " }.lowercased()
                return title.replacing(" ", with: "-").filter {
                    $0.isLetter || $0.isNumber || "-_".contains($0)
                }
            }
    }

    // MARK: The commands

    @Test(arguments: documents)
    func allBlocksRunAsTheyAreWritten(document: String) async throws {
        let blocks = try DocumentBlock.all(in: document)
        guard blocks.contains(where: { $0.expectedStatus != nil }) else { return }
        guard document.hasSuffix("guides/crawl.md") else { return try run(blocks, of: document) { $0 } }
        let server = try await LoopbackServer(hosts: 1, site: Site(articles: 2, comments: 12))
        let address = server.address()
        let outcome = Result { try run(blocks, of: document) { Self.onThisMachine($0, address) } }
        try await server.stop()
        try outcome.get()
    }

    /// The site of the guide to crawling, as the server plays it.
    private static func onThisMachine(_ text: String, _ address: String) -> String {
        var text = text.replacing(
            "https://news.example.com/most-commented", with: "\(address)/ranking?kind=plain"
        ).replacing("delay: 1 ", with: "delay: 0 ").replacing("newer_than: 3d", with: "newer_than: 3650d")
        for host in ["https://*.news.example.com", "https://api.example.com", "https://news.example.com"] {
            text = text.replacing(host, with: address)
        }
        return text
    }

    private func run(_ blocks: [DocumentBlock], of document: String, _ change: (String) -> String) throws {
        let folder = try DocumentFolder(for: document)
        try folder.adapt("my-site.yaml", change)
        for block in blocks {
            try folder.bringShards()
            let outcome = try folder.perform(block, text: change(block.text))
            guard let outcome else { continue }
            let expected = block.expectedStatus ?? 0
            #expect(
                outcome.status == expected,
                "\(document):\(block.line): \(block.text)\n\(outcome.output)\(outcome.errors)")
            // What follows would only fail for the same reason.
            if outcome.status != expected { return }
        }
        try folder.look(document)
    }
}

/// The folder that a document's blocks are run in.
private struct DocumentFolder {
    private let sandbox: Sandbox

    init(for document: String) throws {
        sandbox = try Sandbox()
        try bringTables()
        try bringModels()
        try bringPrograms()
        if document != "README.md" {
            let blocks = try DocumentBlock.all(in: "README.md")
            if let file = blocks.first(where: { $0.purpose == "saved as mine.yaml" }) {
                try sandbox.write(file.text, to: "mine.yaml")
            }
        }
    }

    // MARK: What users bring

    private static let table: [[String]] = {
        var rows = [["comment", "likes", "dislikes", "url"]]
        for article in 0..<30 {
            for comment in 0..<12 {
                let isDivided = (article + comment) % 2 == 0
                let words = isDivided ? "찬성과 반대가 갈리는 의견" : "모두가 고개를 끄덕이는 의견"
                rows.append([
                    "\(words) \(article) 번째 \(comment)", "\(isDivided ? 25 + comment : 45 + comment)",
                    "\(isDivided ? 24 : 1)", "https://news.example.com/\(article)",
                ])
            }
        }
        return rows
    }()

    private static let text = table.map { $0.joined(separator: "\t") + "\n" }.joined()

    private func bringTables() throws {
        try sandbox.write(Self.text, to: "my-comments.tsv")
        try sandbox.write(Self.workbook, to: "comments.xlsx")
        for (side, first) in [("train", 0), ("test", 100)] {
            let rows = (first..<first + 40).map { number in
                "\(number)\t\(number % 2 == 0 ? "정말 좋은" : "너무 나쁜") \(side) 의견 \(number)\t\(number % 2)\n"
            }
            try sandbox.write("id\tdocument\tlabel\n" + rows.joined(), to: "my-rows-\(side).tsv")
            try sandbox.write("id\tdocument\tlabel\n" + rows.joined(), to: "data/ratings_\(side).txt")
        }
        try sandbox.write("찬성과 반대\n의견\n", to: "comments.txt")
        try sandbox.write("찬성과 반대\n의견\n", to: "corpus")
        _ = try sandbox.run(URL(filePath: "/bin/sh"), ["-c", "gzip corpus"])
        let pipelines = DocumentBlock.root.appending(path: "pipelines")
        try FileManager.default.copyItem(at: pipelines, to: sandbox.folder.appending(path: "pipelines"))
        try FileManager.default.createDirectory(
            at: sandbox.folder.appending(path: "pipelines/data"), withIntermediateDirectories: true)
        try FileManager.default.copyItem(
            at: DocumentBlock.root.appending(path: "Tests/Fixtures/glue"),
            to: sandbox.folder.appending(path: "pipelines/data/glue"))
        let source = pipelines.appending(path: "sources/example-news.yaml")
        try sandbox.write(try Data(contentsOf: source), to: "my-site.yaml")
    }

    /// The same comments in a workbook, under Korean headings.
    private static let workbook: Data = {
        let rows = [["댓글", "공감", "비공감", "기사"]] + table.dropFirst()
        let lines = rows.map { row in
            "<row>" + row.map { "<c t=\"inlineStr\"><is><t>\($0)</t></is></c>" }.joined() + "</row>"
        }
        let parts = [
            (
                "xl/workbook.xml",
                "<workbook xmlns=\"m\" xmlns:r=\"r\"><sheets><sheet name=\"댓글\" sheetId=\"1\" r:id=\"rId1\"/>"
                    + "</sheets></workbook>"
            ),
            (
                "xl/_rels/workbook.xml.rels",
                "<Relationships><Relationship Id=\"rId1\" Target=\"worksheets/sheet1.xml\"/></Relationships>"
            ),
            (
                "xl/worksheets/sheet1.xml",
                "<worksheet><sheetData>\(lines.joined())</sheetData></worksheet>"
            ),
        ]
        return Data(storedZip(parts.map { ($0.0, Array($0.1.utf8)) }))
    }()

    private func bringModels() throws {
        var pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"]
        let letters = Set((Self.text + "정말좋은너무나쁜").unicodeScalars)
            .filter { !$0.properties.isWhitespace }.sorted()
        pieces += letters.map { String($0) } + letters.map { "##\($0)" }
        let shape = SampleComments.tinyConfiguration.replacing(
            "\"max_position_embeddings\": 64",
            with: "\"max_position_embeddings\": 128, \"vocab_size\": \(pieces.count)")
        for model in ["my-model", "kcbert-base"] {
            try sandbox.write(shape, to: "models/\(model)/config.json")
            try sandbox.write(pieces.joined(separator: "\n") + "\n", to: "models/\(model)/vocab.txt")
        }
    }

    /// The command, and programs that only write down what they were started with.
    private func bringPrograms() throws {
        for folder in ["bin", ".build/release"] {
            let place = sandbox.folder.appending(path: folder)
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try FileManager.default.createSymbolicLink(
                at: place.appending(path: "splitvote"), withDestinationURL: Sandbox.command)
        }
        for program in ["mail", "curl", "rsync", "crontab", "systemctl", "notify"] {
            try sandbox.write(
                "#!/bin/sh\necho \"\(program) $*\" >> \"${0%/*}/../started.txt\"\n",
                to: "bin/\(program)")
            _ = try sandbox.run(URL(filePath: "/bin/chmod"), ["+x", "bin/\(program)"])
        }
    }

    /// A file as the test needs it.
    func adapt(_ file: String, _ change: (String) -> String) throws {
        try sandbox.write(change(try sandbox.read(file)), to: file)
    }

    // MARK: Blocks

    /// - Returns: what came of it; `nil` if nothing was started.
    func perform(_ block: DocumentBlock, text: String) throws -> Sandbox.Outcome? {
        switch block.purpose {
        case let purpose where purpose.hasPrefix("saved as "):
            try sandbox.write(text, to: String(purpose.dropFirst(9)))
            return nil
        case let purpose where purpose.hasPrefix("appended to "):
            let file = String(purpose.dropFirst(12))
            try sandbox.write(try sandbox.read(file) + text, to: file)
            return try sandbox.splitvote("run", file)
        case "stages, validated": return try validate("stages:\n" + text)
        case "head, validated":
            let stages = try sandbox.read("mine.yaml").drop { $0 != "s" }
            let start = stages.range(of: "stages:")?.lowerBound ?? stages.startIndex
            return try validate(text + stages[start...])
        default:
            guard block.expectedStatus != nil else { return nil }
            return try sandbox.run(
                URL(filePath: "/bin/sh"), ["-euc", "PATH=$PWD/bin:$PATH\nexport HF_HOME=$PWD/hub\n" + text])
        }
    }

    private func validate(_ text: some StringProtocol) throws -> Sandbox.Outcome {
        try sandbox.write("splitvote: 1\npipeline: part\n" + text, to: "part.yaml")
        return try sandbox.splitvote("validate", "part.yaml")
    }

    /// The shards that training without a pipeline begins with are those of the pipeline, once it has made some.
    func bringShards() throws {
        guard !sandbox.exists("shards"), sandbox.exists("artifacts/shards") else { return }
        let manifests = try sandbox.files(below: "artifacts/shards").filter { $0.hasSuffix("manifest.json") }
        guard let folder = manifests.first?.dropLast("/manifest.json".count) else { return }
        try FileManager.default.copyItem(
            at: sandbox.folder.appending(path: "artifacts/shards/\(folder)"),
            to: sandbox.folder.appending(path: "shards"))
    }

    // MARK: What the blocks promise to leave

    private static let promises = [
        "README.md": ["out/train.tsv", "out/README.md", "out/report.html", "out/model/model.safetensors"],
        "docs/tutorial.md": ["news/out/train.tsv", "news/out/report.html"],
        "docs/guides/excel.md": ["out/train.tsv"],
        "docs/guides/crawl.md": ["out/train.tsv"],
        "docs/guides/nightly.md": ["news/splitvote.timer", "news/pipeline.schema.json", "started.txt"],
        "docs/guides/relabel.md": ["thresholds.svg", "ids.txt"],
        "docs/guides/training.md": [
            "out/model/model.safetensors", "out/table/comparison.json", "steps.jsonl",
        ],
        "docs/guides/tokenize.md": ["ids/ids-00000.safetensors"],
        "docs/guides/share.md": ["comments-v1.tar.gz"],
    ]

    func look(_ document: String) throws {
        for file in Self.promises[document] ?? [] { #expect(sandbox.exists(file), "\(document): \(file)") }
        if document == "docs/guides/relabel.md" {
            let id = try sandbox.read("ids.txt").split(separator: "\n")[0]
            let key = id.split(separator: ":").last.map(String.init) ?? ""
            #expect(try sandbox.sqlite("SELECT text FROM comment WHERE key = '\(key)'").joined().isEmpty)
        }
        if document == "README.md" {
            // The vocabulary lower-cases and keeps accents, which the folder has to say: Hangul would be taken apart.
            let tokenizer = try sandbox.read("out/model/tokenizer_config.json")
            #expect(tokenizer.contains("\"strip_accents\": false"), "\(tokenizer)")
        }
    }
}
