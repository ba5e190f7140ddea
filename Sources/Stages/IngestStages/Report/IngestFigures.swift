internal import StageKit

/// What a stage reports that reads files.
///
/// Figures that it shares with ``CrawlFigures`` have one name: reports add them up whatever brought the comments.
struct FilesFigures: KindFigures {
    var rows: Int?
    var emptyText: Int?
    var quarantined: Int?
    var quarantinedShare: Double?
    var quarantinedShareEver: Double?
    var newComments: Int?
    var repeats: Int?
    var observations: Int?
    var comments: Int?
    var articles: Int?
    var files: Int?
    var edited: Int?
    var restored: Int?
    var withdrawn: Int?
    var filesRead: Int?
    /// A number, or null where nothing was ever observed.
    var freshness: JSONValue?
    /// Of rows that came with labels.
    var labeled: Int?
    var unlabeled: Int?
    var halfPairs: Int?
    /// Name of the task that they are for.
    var task: String?
    /// Rows by the side that they came with.
    var givenSides: [String: Int]?
    var classes: [ClassCount]?

    static let fields: [JSONField<FilesFigures>] = [
        JSONField("rows", \.rows, "data rows in the files that this run read"),
        JSONField("empty_text", \.emptyText, "rows without text and without a comment number"),
        JSONField(Shared.quarantined, \.quarantined, "malformed rows kept aside by this run"),
        JSONField(
            Shared.quarantinedShare, \.quarantinedShare,
            "share of malformed rows among those that this run read, 0 ... 1"),
        JSONField(
            Shared.quarantinedShareEver, \.quarantinedShareEver,
            "share of malformed rows in all files, 0 ... 1"),
        JSONField(Shared.newComments, \.newComments, "comments first seen in this run"),
        JSONField(Shared.repeats, \.repeats, "rows of comments that were already known"),
        JSONField(Shared.observations, \.observations, "vote counts in the ledger"),
        JSONField(Shared.comments, \.comments, "comments of the source"),
        JSONField(Shared.articles, \.articles, "articles of the source"),
        JSONField("files", \.files, "files read or remembered"),
        JSONField("edited", \.edited, "known comments whose text or article this run changed"),
        JSONField("restored", \.restored, "removed comments that are shown again"),
        JSONField("withdrawn", \.withdrawn, "comments that this run withdrew"),
        JSONField("files_read", \.filesRead, "files that this run read"),
        JSONField(
            Shared.freshness, \.freshness,
            "age of the newest observation when the files were read, in hours"),
        JSONField("labelled", \.labeled), JSONField("unlabelled", \.unlabeled),
        JSONField("half_pairs", \.halfPairs),
        JSONField("task", \.task), JSONField("given_sides", \.givenSides),
        JSONField("classes", \.classes),
    ]

    /// Those of every stage, whether rows come with votes or with labels.
    static let ofAll = declared(ofTheMoment: \.freshness)
    /// Those of rows that come with labels.
    static let ofLabeled = [
        Figure(name(\.labeled), "rows with labels"),
        Figure(name(\.unlabeled), "rows left out because they have no label"),
        Figure(name(\.halfPairs), "pairs left out because one of their texts is empty"),
    ]
}

/// What a stage reports that crawls the web.
struct CrawlFigures: KindFigures {
    var articlesFound: Int?
    var visits: Int?
    var completeArticles: Double?
    var partialArticles: Int?
    var goneArticles: Int?
    var identicalBodies: Int?
    var canaryMatches: Double?
    var waiting: Int?
    var requests: Int?
    var commentsSeen: Int?
    var quarantined: Int?
    var quarantinedShare: Double?
    var quarantinedShareEver: Double?
    var newComments: Int?
    var repeats: Int?
    var observations: Int?
    var comments: Int?
    var articles: Int?
    /// A number, or null where nothing was ever observed.
    var freshness: JSONValue?

    static let fields: [JSONField<CrawlFigures>] = [
        JSONField("articles_found", \.articlesFound, "articles first found by this crawl"),
        JSONField("visits", \.visits, "articles visited in this crawl"),
        JSONField(
            "complete_articles", \.completeArticles,
            "share of the visited articles with complete comments, 0 ... 1"),
        JSONField("partial_articles", \.partialArticles, "visited articles with missing comments"),
        JSONField("gone_articles", \.goneArticles, "visited articles that no longer exist"),
        JSONField(
            "identical_bodies", \.identicalBodies,
            "articles whose comments belonged to another article and were not imported"),
        JSONField(
            "canary_matches", \.canaryMatches,
            "share of the articles with known content that had it, 0 ... 1; 1 without any"),
        JSONField("waiting", \.waiting, "visits of the source that are still to come"),
        JSONField("requests", \.requests, "requests made"),
        JSONField("comments_seen", \.commentsSeen, "comments seen in these visits"),
        JSONField(Shared.quarantined, \.quarantined, "comments that could not be read"),
        JSONField(
            Shared.quarantinedShare, \.quarantinedShare,
            "share of the comments that could not be read, 0 ... 1"),
        JSONField(
            Shared.quarantinedShareEver, \.quarantinedShareEver,
            "share of the comments that could not be read in all visits so far, 0 ... 1"),
        JSONField(Shared.newComments, \.newComments, "comments seen for the first time"),
        JSONField(Shared.repeats, \.repeats, "comments that were known already"),
        JSONField(Shared.observations, \.observations, "vote counts in the ledger"),
        JSONField(Shared.comments, \.comments, "comments of the source"),
        JSONField(Shared.articles, \.articles, "articles of the source that have comments"),
        JSONField(
            Shared.freshness, \.freshness, "age of the newest observation when the crawl ended, in hours"),
    ]
}

/// Figures of every kind that brings comments.
private enum Shared {
    static let quarantined = "quarantined"
    static let quarantinedShare = "quarantined_share"
    static let quarantinedShareEver = "quarantined_share_ever"
    static let newComments = "new_comments"
    static let repeats = "repeats"
    static let observations = "observations"
    static let comments = "comments"
    static let articles = "articles"
    static let freshness = "freshness"
}
