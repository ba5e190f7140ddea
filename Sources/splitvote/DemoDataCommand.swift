internal import ArgumentParser
internal import DemoData
internal import Scaffolding
internal import TextBasics

/// `splitvote demo-data`: a synthetic sample to try everything on.
struct DemoDataCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "demo-data",
        abstract: "Write synthetic Korean comments with votes, clearly labeled as such.")

    @Option(help: "A different seed gives a different sample.") var seed: UInt64 = 1
    @Option(
        help:
            "Articles, \(SyntheticNews.articleRange.lowerBound) ... \(SyntheticNews.articleRange.upperBound)."
    )
    var articles = SyntheticNews.defaultArticles
    @Option(help: "Mean number of comments per article.")
    var comments = SyntheticNews.defaultCommentsPerArticle
    @Argument(help: "Folder to write into; created if it does not exist.", completion: .directory)
    var folder = "data"

    func validate() throws {
        if let problem = SampleFiles.problem(articles: articles, comments: comments) {
            throw ValidationError(problem)
        }
    }

    func run() throws {
        let news = SyntheticNews(seed: seed, articles: articles, commentsPerArticle: comments)
        for file in try SampleFiles.write(news, into: folder) {
            print("\(file.path): \(Counts.grouped(file.comments)) synthetic comments")
        }
    }
}
