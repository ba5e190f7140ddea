package import SeededRandom

/// Masks tokens of rows, by draws that depend on the seed, the epoch and the row alone.
package struct TokenMasker {
    private let rule: MaskingRule
    private let vocabulary: PretrainingVocabulary

    package init(_ rule: MaskingRule, _ vocabulary: PretrainingVocabulary) {
        self.rule = rule
        self.vocabulary = vocabulary
    }

    /// Masks some tokens of a row in place.
    ///
    /// - Parameters:
    ///   - ids: of the whole batch.
    ///   - row: where the row is in them.
    ///   - masked: receives the places of the masked tokens, in rising order.
    ///   - originals: receives what stood there.
    package func mask(
        _ ids: inout [Int32], _ row: Range<Int>, _ masked: inout [Int32], _ originals: inout [Int32],
        using random: inout SplitMix64
    ) {
        let first = masked.count
        switch rule.unit {
        case .token: choose(candidates(ids, row), row.count, &masked, using: &random)
        case .word: choose(words(ids, row), row.count, &masked, using: &random)
        case .span: return maskSpans(&ids, row, &masked, &originals, using: &random)
        }
        masked[first...].sort()
        for place in masked[first...] {
            originals.append(ids[Int(place)])
            replace(&ids[Int(place)], using: &random)
        }
    }

    /// What is seen in place of a masked token.
    private func replace(_ id: inout Int32, using random: inout SplitMix64) {
        let draw = random.uniform()
        if draw < rule.masks, let mask = vocabulary.mask {
            id = mask
        } else if draw < rule.masks + rule.randoms {
            id = Int32(random.integer(below: UInt64(vocabulary.size)))
        }
    }

    /// Each token that is not a special one, by itself.
    private func candidates(_ ids: [Int32], _ row: Range<Int>) -> [Range<Int>] {
        row.compactMap { vocabulary.isSpecial(ids[$0]) ? nil : $0..<$0 + 1 }
    }

    /// Runs of a first piece and the pieces that continue it.
    private func words(_ ids: [Int32], _ row: Range<Int>) -> [Range<Int>] {
        var words: [Range<Int>] = []
        for place in row where !vocabulary.isSpecial(ids[place]) {
            if vocabulary.continues(ids[place]), let last = words.last, last.upperBound == place {
                words[words.count - 1] = last.lowerBound..<place + 1
            } else {
                words.append(place..<place + 1)
            }
        }
        return words
    }

    private func budget(_ length: Int) -> Int { max(1, Int((rule.share * Double(length)).rounded())) }

    private func choose(
        _ groups: [Range<Int>], _ length: Int, _ masked: inout [Int32], using random: inout SplitMix64
    ) {
        func take(_ group: Range<Int>) { for place in group { masked.append(Int32(place)) } }
        switch rule.count {
        case .bernoulli:
            for group in groups where random.uniform() < rule.share { take(group) }
        case .exact:
            var left = budget(length)
            var order = groups
            order.stableShuffle(using: &random)
            // A word that is too long for what is left is passed over, not cut.
            for group in order where group.count <= left {
                take(group)
                left -= group.count
                if left == 0 { break }
            }
        }
    }

    private func maskSpans(
        _ ids: inout [Int32], _ row: Range<Int>, _ masked: inout [Int32], _ originals: inout [Int32],
        using random: inout SplitMix64
    ) {
        let words = words(ids, row)
        if words.isEmpty { return }
        let budget = budget(row.count)
        var chosen = [Int](repeating: -1, count: words.count)
        var (count, span) = (0, 0)
        // Spans that fall on chosen words only take nothing; there is always a free word left or the budget is met.
        while count < budget, chosen.contains(-1) {
            let length = spanLength(using: &random)
            let start = Int(random.integer(below: UInt64(words.count)))
            for word in start..<min(start + length, words.count) where chosen[word] < 0 && count < budget {
                chosen[word] = span
                count += words[word].count
            }
            span += 1
        }
        // One draw for each span says what is seen in its place.
        var draws: [Int: Double] = [:]
        for (word, span) in chosen.enumerated() where span >= 0 {
            let draw = draws[span] ?? random.uniform()
            draws[span] = draw
            for place in words[word] {
                masked.append(Int32(place))
                originals.append(ids[place])
                if draw < rule.masks, let mask = vocabulary.mask {
                    ids[place] = mask
                } else if draw < rule.masks + rule.randoms {
                    ids[place] = Int32(random.integer(below: UInt64(vocabulary.size)))
                }
            }
        }
    }

    /// 1 with probability p, 2 with p (1 - p) and so on, up to the greatest, renormalized.
    private func spanLength(using random: inout SplitMix64) -> Int {
        let (end, longest) = (MaskingRule.spanEnd, MaskingRule.longestSpan)
        var weight = end
        var total = 0.0
        for _ in 0..<longest {
            total += weight
            weight *= 1 - end
        }
        var left = random.uniform() * total
        weight = end
        for length in 1..<longest {
            left -= weight
            if left < 0 { return length }
            weight *= 1 - end
        }
        return longest
    }
}
