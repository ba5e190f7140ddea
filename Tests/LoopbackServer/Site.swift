/// What a ``LoopbackServer`` serves: articles with their comments, made from a seed. Nothing in it was ever written by
/// anyone.
package struct Site: Sendable {
    package var articles: [SiteArticle]
    /// Text of robots.txt; `nil` for 404.
    package var robots: String?
    /// Answers that a test makes itself, before all others; `nil` from it leaves the request to them.
    package var script: (@Sendable (ScriptedRequest) -> ScriptedAnswer?)?
    /// Further answers, by path.
    package var pages: [String: SitePage] = [:]
    /// `Last-Modified` of pages and lists; seconds since 1970.
    package var modifiedSeconds: Int64 = 1_760_000_000
    private var random: SiteRandom
    private var nextComment: Int64 = 900_000_000

    /// - Parameters:
    ///   - comments: of each article; about one in five is a reply, and some are removed.
    package init(articles: Int = 3, comments: Int = 30, seed: UInt64 = 1) {
        random = SiteRandom(state: seed)
        self.articles = []
        for index in 0..<articles {
            self.articles.append(SiteArticle(index: index, random: &random))
            addComments(comments, to: index)
            removeComments(comments / 10, of: index)
        }
    }

    /// Adds the newest comments of an article; the first of an article is never a reply.
    package mutating func addComments(_ count: Int, to article: Int) {
        for _ in 0..<count {
            nextComment += 1 + Int64(random.below(40))
            let tops = articles[article].comments.filter { $0.parent == nil && !$0.isRemoved }
            let isReply = !tops.isEmpty && random.below(5) == 0
            let parent = isReply ? tops[random.below(tops.count)].number : nil
            let seconds = (articles[article].comments.last?.createdSeconds ?? 1_759_400_000) + 1
            articles[article].comments.append(
                SiteComment(
                    number: nextComment, parent: parent, text: random.text(), up: random.below(200),
                    down: random.below(200), createdSeconds: seconds + Int64(random.below(90)),
                    author: "u\(random.below(500))"))
        }
    }

    /// Marks comments as removed by their writers: their text is gone, their number stays.
    package mutating func removeComments(_ count: Int, of article: Int) {
        for _ in 0..<count {
            let kept = articles[article].comments.indices.filter { !articles[article].comments[$0].isRemoved }
            guard !kept.isEmpty else { return }
            articles[article].comments[kept[random.below(kept.count)]].isRemoved = true
        }
    }

    /// Takes comments out altogether, the newest that have no replies first, as a service does that shows no trace of them.
    package mutating func dropComments(_ count: Int, of article: Int) {
        for _ in 0..<count {
            let comments = articles[article].comments
            let last = comments.lastIndex { comment in !comments.contains { $0.parent == comment.number } }
            guard let last else { return }
            articles[article].comments.remove(at: last)
        }
    }

    /// Adds votes to a share of an article's comments, so that a later visit sees other counts.
    /// - Parameter oneIn: 1 moves those of all comments, 3 those of about every third.
    package mutating func moveVotes(of article: Int, oneIn: Int = 1) {
        for index in articles[article].comments.indices where random.below(oneIn) == 0 {
            articles[article].comments[index].up += 1 + random.below(9)
            articles[article].comments[index].down += random.below(9)
        }
    }

    func article(oid: String, aid: String) -> Int? { articles.firstIndex { $0.oid == oid && $0.aid == aid } }
    func article(daum id: String) -> Int? { articles.firstIndex { $0.daumID == id } }
    func article(post: String) -> Int? { articles.firstIndex { String($0.post) == post } }
}

/// An article under all the names that the services played give it.
package struct SiteArticle: Sendable {
    /// Number of the outlet and of the article, as Naver has them.
    package var oid: String
    package var aid: String
    /// 17 digits, as Daum has them.
    package var daumID: String
    /// Number of the article's post, as Daum's comments have it; below zero for every third.
    package var post: Int64
    package var title: String
    package var outlet: String
    package var body: String
    package var publishedSeconds: Int64
    /// Oldest first, replies among them.
    package var comments: [SiteComment] = []

    init(index: Int, random: inout SiteRandom) {
        oid = SiteText.padded(1 + index % 7, 3)
        aid = SiteText.padded(9_000_000 + index, 10)
        daumID = "20251002" + SiteText.padded(100_000_000 + index, 9)
        post = (index % 3 == 2 ? -1 : 1) * Int64(144_000_000 + index)
        title = "시험 기사 \(index + 1): " + random.words(5)
        outlet = "시험일보 \(index % 7 + 1)"
        body = (0..<3).map { _ in random.words(12) + "." }.joined(separator: "\n")
        publishedSeconds = 1_759_300_000 + Int64(index) * 600
    }

    /// Comments that answer the article, removed ones among them.
    package var tops: [SiteComment] { comments.filter { $0.parent == nil } }

    package func replies(to number: Int64) -> [SiteComment] { comments.filter { $0.parent == number } }
}

package struct SiteComment: Sendable, Hashable {
    package var number: Int64
    /// Number of the comment that this one answers.
    package var parent: Int64?
    package var text: String
    package var up: Int
    package var down: Int
    package var createdSeconds: Int64
    package var author: String
    package var isRemoved = false
}

/// An answer that is always the same.
package struct SitePage: Sendable {
    package var contentType: String
    package var body: [UInt8]
    package var status: Int
    /// Sent as gzip to those that accept it.
    package var isPacked: Bool

    package init(
        _ body: [UInt8], contentType: String = "text/plain", status: Int = 200, isPacked: Bool = false
    ) {
        self.body = body
        self.contentType = contentType
        self.status = status
        self.isPacked = isPacked
    }
}
