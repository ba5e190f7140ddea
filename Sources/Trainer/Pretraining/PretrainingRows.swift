package import Models
import SeededRandom

/// Makes batches of a corpus: rows with special tokens, cut to length, some of their tokens masked, other ones in each
/// epoch; or all but the first to be told from those before them.
package struct PretrainingRows {
    let corpus: PretrainingCorpus
    let options: PretrainingOptions
    let vocabulary: PretrainingVocabulary
    private let masker: TokenMasker
    private let key: UInt64

    package init(
        _ corpus: PretrainingCorpus, _ options: PretrainingOptions, _ vocabulary: PretrainingVocabulary
    ) {
        (self.corpus, self.options, self.vocabulary) = (corpus, options, vocabulary)
        masker = TokenMasker(options.masking, vocabulary)
        let words = Philox.key(seed: options.training.seed, stream: "masked words")
        key = UInt64(words.0) | UInt64(words.1) << 32
    }

    /// The draws of a row in an epoch.
    private func random(_ row: Int, epoch: Int) -> SplitMix64 {
        SplitMix64(seed: SplitMix64.mix(SplitMix64.mix(key ^ UInt64(bitPattern: Int64(epoch))) ^ UInt64(row)))
    }

    /// - Parameter epoch: -1 for held-out rows, which are masked the same each time.
    package func batch(_ rows: some Sequence<Int>, epoch: Int) -> PretrainingBatch {
        var batch = PretrainingBatch(
            tokens: PackedTokens(inputIDs: [], offsets: [0]), masked: [], originals: [])
        if corpus.texts == 2 { batch.tokens.segmentIDs = [] }
        for row in rows {
            var random = random(row, epoch: epoch)
            let start = batch.tokens.inputIDs.count
            append(row, to: &batch, using: &random)
            let tokens = start..<batch.tokens.inputIDs.count
            if options.objective == .nextWords {
                for place in tokens.dropLast() {
                    batch.masked.append(Int32(place))
                    batch.originals.append(batch.tokens.inputIDs[place + 1])
                }
                continue
            }
            masker.mask(
                &batch.tokens.inputIDs, tokens, &batch.masked, &batch.originals, using: &random)
        }
        return batch
    }

    /// A row once for each of its tokens that is no special one, with that token masked; nil if it has none.
    func eachMasked(_ row: Int) -> PretrainingBatch? {
        var plain = PretrainingBatch(
            tokens: PackedTokens(inputIDs: [], offsets: [0]), masked: [], originals: [])
        if corpus.texts == 2 { plain.tokens.segmentIDs = [] }
        var random = random(row, epoch: -1)
        append(row, to: &plain, using: &random)
        let ids = plain.tokens.inputIDs
        let places = ids.indices.filter { !vocabulary.isSpecial(ids[$0]) }
        guard !places.isEmpty, let mask = vocabulary.mask else { return nil }
        var batch = plain
        batch.tokens.inputIDs = places.flatMap { _ in ids }
        batch.tokens.segmentIDs = plain.tokens.segmentIDs.map { segments in places.flatMap { _ in segments } }
        batch.tokens.offsets = (0...places.count).map { Int32($0 * ids.count) }
        batch.pairs = places.flatMap { _ in plain.pairs }
        for (number, place) in places.enumerated() {
            let place = number * ids.count + place
            batch.masked.append(Int32(place))
            batch.originals.append(batch.tokens.inputIDs[place])
            batch.tokens.inputIDs[place] = mask
        }
        return batch
    }

    private func append(
        _ row: Int, to batch: inout PretrainingBatch, using random: inout SplitMix64
    ) {
        batch.tokens.inputIDs += vocabulary.frame.before
        if corpus.texts == 1 {
            corpus.withText(0, of: row) {
                batch.tokens.inputIDs.append(
                    contentsOf: $0.prefix(options.maxTokens - vocabulary.frame.count(isPair: false)))
            }
            batch.tokens.inputIDs += vocabulary.frame.after
        } else {
            appendPair(row, to: &batch, using: &random)
        }
        batch.tokens.offsets.append(Int32(batch.tokens.inputIDs.count))
    }

    private func appendPair(
        _ row: Int, to batch: inout PretrainingBatch, using random: inout SplitMix64
    ) {
        var (first, second) = ((row, 0), (row, 1))
        if options.pairs != .none {
            let isOther = random.uniform() < 0.5
            var label: Int32 = isOther ? 1 : 0
            if isOther, options.pairs == .order { swap(&first, &second) }
            if isOther, options.pairs == .next {
                if let other = other(than: row, using: &random) { second = (other, 1) } else { label = 0 }
            }
            batch.pairs.append(label)
        }
        let frame = vocabulary.frame
        let (one, two) = cut(
            corpus.length(of: first.1, first.0), corpus.length(of: second.1, second.0),
            options.maxTokens - frame.count(isPair: true))
        corpus.withText(first.1, of: first.0) { batch.tokens.inputIDs.append(contentsOf: $0.prefix(one)) }
        batch.tokens.inputIDs += frame.between
        corpus.withText(second.1, of: second.0) { batch.tokens.inputIDs.append(contentsOf: $0.prefix(two)) }
        batch.tokens.inputIDs += frame.after
        let segments =
            [UInt8](repeating: 0, count: frame.before.count + one + frame.between.count)
            + [UInt8](repeating: frame.secondSegment, count: two + frame.after.count)
        batch.tokens.segmentIDs?.append(contentsOf: segments)
    }

    /// A row with another first text; nil if ten draws found none.
    private func other(than row: Int, using random: inout SplitMix64) -> Int? {
        for _ in 0..<10 {
            let other = Int(random.integer(below: UInt64(corpus.count)))
            let isSame = corpus.withText(0, of: row) { own in
                corpus.withText(0, of: other) { $0.elementsEqual(own) }
            }
            if !isSame { return other }
        }
        return nil
    }

    /// Lengths of two texts that fit together: the longer one is cut first.
    private func cut(_ one: Int, _ two: Int, _ room: Int) -> (Int, Int) {
        if one + two <= room { return (one, two) }
        let half = room / 2
        if one <= half { return (one, room - one) }
        if two <= half { return (room - two, two) }
        return (room - half, half)
    }
}
