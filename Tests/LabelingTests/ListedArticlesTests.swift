import Labeling
import Testing

/// Articles of which only the top comments seem to be listed.
struct ListedArticlesTests {
    private func listed(_ articles: [[(Int32, Int32)]]) -> ListedArticles {
        var found = ListedArticles()
        // Comments of several articles in turn.
        for row in 0..<(articles.map(\.count).max() ?? 0) {
            for (article, votes) in articles.enumerated() where row < votes.count {
                found.add(article: Int64(article), up: votes[row].0, down: votes[row].1)
            }
        }
        return found
    }

    private let approved = [(Int32, Int32)](repeating: (9, 9), count: 25)
    private var rejected: [(Int32, Int32)] { approved + [(0, 1)] }

    @Test func anArticleWithoutARejectedCommentLooksTruncated() {
        let found = listed([approved, rejected, [(0, 1)] + approved, Array(approved.prefix(19))])
        #expect((found.articles, found.truncated) == (3, 1))
        #expect(found.share == 1.0 / 3)
        #expect(listed([]).share == nil)
    }

    @Test func mostOfTenArticlesAreSaid() {
        let most = listed([[(Int32, Int32)]](repeating: approved, count: 9) + [rejected, rejected])
        #expect(
            most.warning?.hasPrefix(
                "of 11 articles with 20 comments or more 9 have none with more down- than up-votes")
                == true)
        #expect(listed([[(Int32, Int32)]](repeating: approved, count: 9)).warning == nil)
        let half =
            [[(Int32, Int32)]](repeating: approved, count: 10)
            + [[(Int32, Int32)]](repeating: rejected, count: 10)
        #expect(listed(half).warning == nil)
    }
}
