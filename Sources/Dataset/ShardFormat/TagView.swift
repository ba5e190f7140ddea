/// The tags of a shard's tokens and words, read in place.
struct TagView {
    private let ofTokens: SafetensorsVector<Int32>
    private let offsets: SafetensorsVector<Int64>
    private let ofWords: SafetensorsVector<Int32>
    private let answering: SafetensorsVector<Int32>

    init(_ view: SafetensorsView) throws(SafetensorsError) {
        ofTokens = try view.vector(TagTensors.ofTokens)
        offsets = try view.vector(TagTensors.offsets)
        ofWords = try view.vector(TagTensors.ofWords)
        answering = try view.vector(TagTensors.answering)
    }

    func tags(of row: Int, tokens: Range<Int>) -> TokenTags {
        let words = Int(offsets[row])..<Int(offsets[row + 1])
        var tags = TokenTags(ofTokens: tokens.map { ofTokens[$0] })
        tags.ofWords = words.map { ofWords[$0] }
        tags.answering = words.map { answering[$0] }
        return tags
    }

    /// - Throws: ``ShardError`` for the first number that is wrong.
    func check(_ shard: TokenShardView, labelCount: Int?) throws(ShardError) {
        let words = ofWords.count
        guard ofTokens.count == shard.tokenCount, answering.count == words,
            offsets.count == shard.rowCount + 1, offsets[0] == 0, offsets[shard.rowCount] == Int64(words)
        else {
            throw ShardError(
                "the tags are of \(ofTokens.count) tokens and \(words) words; the shard has \(shard.tokenCount) tokens, and "
                    + "'\(TagTensors.offsets)' ends at \(offsets.isEmpty ? 0 : offsets[offsets.count - 1])")
        }
        let limit = Int32(clamping: labelCount ?? Int.max)
        if let place = ofTokens.firstIndex(where: { $0 < TokenTags.none || $0 >= limit }) {
            throw ShardError(
                "token \(place) has the tag \(ofTokens[place]); tags lie in 0 ..< \(limit), or are -1")
        }
        if let place = ofWords.firstIndex(where: { $0 < 0 || $0 >= limit }) {
            throw ShardError("word \(place) has the tag \(ofWords[place]); tags lie in 0 ..< \(limit)")
        }
        for row in 0..<shard.rowCount {
            guard offsets[row] <= offsets[row + 1] else {
                throw ShardError("'\(TagTensors.offsets)' falls at row \(row); it rises")
            }
            let tokens = shard.range(of: row)
            for word in Int(offsets[row])..<Int(offsets[row + 1]) where answering[word] != TokenTags.none {
                let token = Int(answering[word])
                guard token >= 0, token < tokens.count, ofTokens[tokens.lowerBound + token] >= 0 else {
                    throw ShardError(
                        "token \(token) of row \(row) answers for word \(word); it is no token of the row with a tag"
                    )
                }
            }
        }
    }
}
