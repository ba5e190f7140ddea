internal import CommentParsing
package import Diagnostics
internal import SourceFile
package import StageKit

/// Fetches articles and their comments with votes into the store.
///
/// Everything that an answer brings is committed together with the answer itself, so that a crawl which was stopped continues
/// after its last answer. Each visit of an article is another observation of its comments' votes.
package struct IngestWebStage: Stage {
    package static let kind = StageKind(
        "ingest.web",
        revision: 2,
        summary: "Fetch articles and their comments with up- and down-votes into the store.",
        outputs: [Port("comments", "comments-v1")],
        figures: [
            Figure("articles_found", "articles first found by this crawl"),
            Figure("visits", "articles visited in this crawl"),
            Figure("complete_articles", "share of the visited articles with complete comments, 0 ... 1"),
            Figure("partial_articles", "visited articles with missing comments"),
            Figure("gone_articles", "visited articles that no longer exist"),
            Figure(
                "identical_bodies",
                "articles whose comments belonged to another article and were not imported"),
            Figure(
                "canary_matches",
                "share of the articles with known content that had it, 0 ... 1; 1 without any"),
            Figure("waiting", "visits of the source that are still to come"),
            Figure("requests", "requests made"),
            Figure("comments_seen", "comments seen in these visits"),
            Figure("quarantined", "comments that could not be read"),
            Figure("quarantined_share", "share of the comments that could not be read, 0 ... 1"),
            Figure(
                "quarantined_share_ever",
                "share of the comments that could not be read in all visits so far, 0 ... 1"),
            Figure("new_comments", "comments seen for the first time"),
            Figure("repeats", "comments that were known already"),
            Figure("observations", "vote counts in the ledger"),
            Figure("comments", "comments of the source"),
            Figure("articles", "articles of the source that have comments"),
            Figure(
                "freshness", "age of the newest observation when the crawl ended, in hours",
                isOfTheMoment: true),
        ],
        accumulates: true, asksItsSource: true,
        headline: [
            "visits", "partial_articles", "gone_articles", "comments_seen", "quarantined", "new_comments",
            "comments", "waiting",
        ],
        report: .ingest
    )

    private let service: String?
    private let rules: CrawlRules
    /// The environment variable that holds the salt of author hashes; `nil` if authors are not kept.
    private let saltVariable: String?

    package init(parameters: inout ParameterReader) throws(DiagnosticsError) {
        let hasFile = parameters.file(
            "source", required: false,
            help: "A source file: which articles a site has and how to request its comments.")
        let name = parameters.optionalString(
            "service", help: "Built-in source, naver or daum, instead of a source file.")
        service = name
        if let name, !["naver", "daum"].contains(name) {
            parameters.reject(
                "service", "there is no service '\(name)'",
                hint: "naver and daum are built in; others take a source file")
        }
        if hasFile == (name != nil) {
            parameters.reject(
                "source",
                hasFile
                    ? "'source' and 'service' do not go together"
                    : "'ingest.web' needs 'source' or 'service'",
                hint:
                    "source: sources/my-site.yaml describes a site of yours; service: naver needs no description"
            )
        }
        rules = CrawlRules(&parameters)
        saltVariable = parameters.secret(
            "author_salt", required: false,
            help:
                "Salt for the hashes of authors, as $secrets.NAME; without it no authors are kept with the comments."
        )
        try parameters.finish()
    }

    package func run(in context: StageContext) async throws -> StageResult {
        let (source, description) = try source(context)
        let salt = try saltVariable.map { try SecretVariable.value(of: $0) }
        let mapping = ContentDigest.of(
            ["ingest.web", String(Self.kind.revision), description, salt == nil ? "" : "authors"].joined(
                separator: "\n"))
        let site = CrawledSite(
            source: source, rules: rules, mapping: mapping, authorSalt: salt, run: context.run.id)
        return try await Crawler(site: site, journal: context.journal, context: context).run()
    }

    /// The source, and a digest of its description.
    private func source(_ context: StageContext) throws -> (CommentSource, String) {
        switch service {
        case "naver": return (try .naver(), "naver")
        case "daum": return (try .daum(), "daum")
        default: break
        }
        guard let file = context.files["source"]?.first else {
            throw StageError("the source file was not found")
        }
        let bytes = try MappedFile(path: file.path).withBytes { Array($0) }
        return (try SourceDocument(bytes, file: file.shownPath).source, file.digest)
    }
}
