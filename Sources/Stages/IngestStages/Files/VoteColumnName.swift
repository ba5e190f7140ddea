/// What the name of a column says about votes, in the languages of usual exports.
enum VoteColumnName {
    enum Meaning { case up, down, other }

    /// `nil` for a name that says nothing.
    static func meaning(of name: String) -> Meaning? {
        let lowered = name.lowercased()
        func says(_ words: [String]) -> Bool { words.contains { lowered.contains($0) } }
        if says(others) { return .other }
        // "dislike" holds "like", and 비공감 holds 공감: what is against comes first.
        if says(downs) { return .down }
        return says(ups) ? .up : nil
    }

    private static let downs = [
        "antipath", "dislike", "downvote", "down_vote", "disagree", "unsympath", "thumbs_down", "비공감", "반대",
        "싫어요",
    ]
    private static let ups = [
        "sympath", "like", "upvote", "up_vote", "agree", "recommend", "thumbs_up", "공감", "추천", "찬성", "좋아요",
    ]
    private static let others = ["reply", "replies", "comment_count", "commentcount", "답글", "대댓글"]

    /// What is odd about the columns that votes are read from, as a sentence.
    static func remark(up: String, down: String) -> String? {
        switch (meaning(of: up), meaning(of: down)) {
        case (.down?, .up?):
            "'up' is read from '\(up)' and 'down' from '\(down)', which by their names are the other way round"
        case (.down?, _): "'up' is read from '\(up)', which by its name counts votes against"
        case (_, .up?): "'down' is read from '\(down)', which by its name counts votes for"
        case (.other?, _): "'up' is read from '\(up)', which by its name counts something else than votes"
        case (_, .other?): "'down' is read from '\(down)', which by its name counts something else than votes"
        default: nil
        }
    }
}
