/// How many articles look as if only the comments with the most approval were listed.
///
/// Among 20 comments of one article some nearly always have more down- than up-votes: of 173 articles of a news site whose
/// comments were all there, 5 had none. Where a list is cut to the highest differences of up- and down-votes, what is left
/// are those with more up-votes.
package struct ListedArticles: Sendable {
    /// Articles with as many comments as it takes to tell.
    package private(set) var articles = 0
    /// Those of them without a comment that has more down- than up-votes.
    package private(set) var truncated = 0

    /// An article with fewer comments tells nothing.
    package static let fewestComments = 20

    private struct Article {
        var comments = 0
        var lowest = Int32.max
    }

    private var found: [Article] = []
    private var placeOf: [Int64: Int] = [:]
    private var last: (article: Int64, place: Int)?

    package init() {}

    /// Adds a comment. Those of one article need not stand together, but are quicker where they do.
    package mutating func add(article: Int64, up: Int32, down: Int32) {
        let place: Int
        if let last, last.article == article {
            place = last.place
        } else {
            place = placeOf[article] ?? found.count
            if place == found.count {
                found.append(Article())
                placeOf[article] = place
            }
            last = (article, place)
        }
        let before = found[place]
        let now = Article(comments: before.comments + 1, lowest: min(before.lowest, up &- down))
        found[place] = now
        guard now.comments >= Self.fewestComments else { return }
        if now.comments == Self.fewestComments {
            articles += 1
            if now.lowest >= 0 { truncated += 1 }
        } else if before.lowest >= 0, now.lowest < 0 {
            truncated -= 1
        }
    }

    /// Share of articles that look truncated, 0 ... 1; `nil` if none has comments enough.
    package var share: Double? { articles == 0 ? nil : Double(truncated) / Double(articles) }

    /// What it means, as a sentence; `nil` if nothing needs to be said: fewer than ten articles, or most have comments
    /// that their readers reject.
    package var warning: String? {
        guard articles >= 10, 2 * truncated > articles else { return nil }
        return
            "of \(articles) articles with \(Self.fewestComments) comments or more \(truncated) have none with more down- than "
            + "up-votes: the source seems to list the top comments only"
    }
}
