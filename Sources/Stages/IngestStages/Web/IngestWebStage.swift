internal import CommentParsing
package import Diagnostics
internal import SourceFile
internal import SpoolFormat
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
        figures: CrawlFigures.declared(ofTheMoment: \.freshness),
        accumulates: true, asksItsSource: true,
        headline: CrawlFigures.names(
            \.visits, \.partialArticles, \.goneArticles, \.commentsSeen, \.quarantined, \.newComments,
            \.comments, \.waiting),
        report: .ingest,
        example: """
            crawl:
              uses: ingest.web
              with:
                service: naver
                contact: you@example.org
                find:
                  - page: "https://news.naver.com/main/ranking/popularMemo.naver?date={compact_date}"
                    links: .rankingnews_list a
                    newer_than: 3d
                revisit: [1h, 24h, 72h]
              checks:
                - {that: complete_articles, at_least: 0.9, else: warn}
            """,
        values: [
            "author_salt": "$secrets.salt",
            "canaries": #"{"https://news.example.com/1": a sentence of its title}"#,
            "contact": "you@example.org",
            "find.articles": #"["https://news.example.com/1"]"#,
            "find.feed": "https://news.example.com/rss.xml",
            "find.file": "addresses.txt",
            "find.links": "ol.ranking a",
            "find.links_xpath": #""//ol[@class='ranking']//a""#,
            "find.newer_than": "3d",
            "find.next": "a.next",
            "find.page": "\"https://news.example.com/ranking?date={date}\"",
            "find.sitemap": "https://news.example.com/sitemap.xml",
            "service": "naver",
            "source": "my-site.yaml",
            "spool": "spool",
        ]
    )

    /// What the addresses of lists may hold.
    package static let placeholders = ListRule.placeholders

    private let service: String?
    private let rules: CrawlRules
    /// The folder whose batches a run takes in, as written; `nil` if it asks the source itself.
    private let spool: String?
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
        spool = parameters.spool(
            "spool", batches: BatchName.pattern, insteadOf: ["find"],
            help:
                "Folder in which workers leave batches: 'splitvote gather' crawls into it, and a run takes the batches in."
        )
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
        var site = CrawledSite(
            source: source, rules: rules, mapping: mapping, authorSalt: salt, run: context.run.id)
        guard let gathering = context.run.gathering else {
            site.spool = spool
            return try await Crawler(site: site, journal: context.journal, context: context).run()
        }
        site.share = gathering.share
        return try await gather(gathering, site, context)
    }

    /// Crawls the worker's share and seals what came, also where that is not all.
    private func gather(
        _ gathering: Gathering, _ site: CrawledSite, _ context: StageContext
    ) async throws -> StageResult {
        let spool = SpoolFolder(path: gathering.spool)
        let answers = AnswerSpool(
            spool: spool, source: site.source.name, journal: try context.journal, gathering: gathering)
        try spool.warnOfHalfWritten(context)
        // What a worker that died had fetched.
        try answers.sealAll(context)
        do {
            let result = try await Crawler(site: site, journal: context.journal, context: context).run()
            try answers.sealAll(context)
            return result
        } catch {
            // The error that led here is the one to report.
            _ = try? answers.sealAll(context)
            throw error
        }
    }

    /// With a spool the files say whether there is anything new.
    package var asksItsSource: Bool { spool == nil }

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
