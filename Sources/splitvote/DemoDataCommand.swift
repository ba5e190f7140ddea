internal import ArgumentParser
internal import DemoData
private import Foundation
internal import StageKit
internal import TextBasics

/// `splitvote demo-data`: a synthetic sample to try everything on.
struct DemoDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "demo-data",
        abstract: "Write synthetic Korean comments with votes, clearly labelled as such.",
        discussion: """
            Nobody wrote these comments: they come from a generative model that is documented in the module DemoData. \
            The same seed gives the same bytes everywhere.
            """)

    @Option(help: "Another seed, another sample.")
    var seed: UInt64 = 1

    @Option(
        help:
            "Articles, \(SyntheticNews.articleRange.lowerBound) ... \(SyntheticNews.articleRange.upperBound)."
    )
    var articles = SyntheticNews.defaultArticles

    @Option(help: "Mean comments of an article.")
    var comments = SyntheticNews.defaultCommentsPerArticle

    @Argument(help: "Folder to write into; made where it does not exist.")
    var folder = "data"

    func validate() throws {
        guard SyntheticNews.articleRange.contains(articles) else {
            throw ValidationError("--articles is \(articles); \(SyntheticNews.articleRange) are possible")
        }
        guard SyntheticNews.commentRange.contains(comments) else {
            throw ValidationError("--comments is \(comments); \(SyntheticNews.commentRange) are possible")
        }
    }

    func run() throws {
        let place = URL(filePath: folder)
        do {
            try FileManager.default.createDirectory(at: place, withIntermediateDirectories: true)
            try write(into: place)
        } catch let error as CocoaError {
            throw StageError(
                "cannot write into the folder \(folder)\(Self.reason(of: error))",
                hint: "name a folder that can be written to")
        }
    }

    private func write(into place: URL) throws {
        for file in SyntheticNews(seed: seed, articles: articles, commentsPerArticle: comments).files() {
            let url = place.appending(path: file.name)
            try Data(file.bytes).write(to: url, options: .atomic)
            let rows = file.bytes.count { $0 == 0x0A } - 1
            print("\(url.relativePath): \(Counts.grouped(rows)) synthetic comments")
        }
    }

    /// What the system said, where it said something.
    private static func reason(of error: CocoaError) -> String {
        guard let system = error.underlying as? POSIXError else { return "" }
        return ": " + String(cString: strerror(system.code.rawValue))
    }
}
