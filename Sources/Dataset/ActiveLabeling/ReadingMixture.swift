/// How many comments each strategy chooses.
package struct ReadingMixture: Hashable, Sendable {
    package struct Part: Hashable, Sendable {
        package var strategy: ReadingStrategy
        /// Comments that it is to choose, 0 or more.
        package var count: Int

        package init(_ strategy: ReadingStrategy, _ count: Int) {
            self.strategy = strategy
            self.count = count
        }
    }

    /// Each strategy once, in the order given.
    package let parts: [Part]

    /// Most comments of a list, and of one strategy.
    package static let most = 100_000
    /// Comments of a list where nobody says a number.
    package static let usual = 100

    /// Divides comments among strategies in proportion to their weights. What is left over by rounding down goes to the
    /// largest remainders, of equal ones to the first.
    package init(weights: [Part], total: Int) {
        let sum = weights.reduce(0) { $0 + $1.count }
        precondition(sum > 0, "at least one strategy has a weight")
        var counts = weights.map { total * $0.count / sum }
        let remainders = weights.map { total * $0.count % sum }
        let order = weights.indices.sorted { (remainders[$1], $0) < (remainders[$0], $1) }
        for place in order.prefix(total - counts.reduce(0, +)) { counts[place] += 1 }
        parts = zip(weights, counts).map { Part($0.strategy, $1) }
    }

    /// Reads `uncertainty=50,border=30`: comments of each strategy or, where a total is given too, their proportions. Without
    /// any number all have the same.
    /// - Throws: ``ReadingProblem`` for what is no such list.
    package init(_ text: String, total: Int?) throws(ReadingProblem) {
        var weights: [Part] = []
        var unnumbered = 0
        for entry in text.split(separator: ",", omittingEmptySubsequences: false) {
            let words = entry.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = words[0].trimmed
            guard let strategy = ReadingStrategy(rawValue: name) else {
                throw ReadingProblem(
                    "there is no strategy '\(name)'", hint: "the strategies are \(ReadingStrategy.listed)")
            }
            guard !weights.contains(where: { $0.strategy == strategy }) else {
                throw ReadingProblem("'\(name)' is named twice", hint: "name each strategy once")
            }
            if words.count == 1 { unnumbered += 1 }
            let number = words.count == 2 ? words[1].trimmed : "1"
            guard let count = Int(number), 1...Self.most ~= count else {
                throw ReadingProblem(
                    "'\(name)' is to choose '\(number)' comments; 1 ... \(Self.most) are possible",
                    hint: "write it as in uncertainty=50,border=30,random=20")
            }
            weights.append(Part(strategy, count))
        }
        guard unnumbered == 0 || unnumbered == weights.count else {
            throw ReadingProblem(
                "some strategies have a number and others have none",
                hint: "give each a number, as in uncertainty=50,border=30,random=20, or none of them")
        }
        let sum = weights.reduce(0) { $0 + $1.count }
        self.init(weights: weights, total: total ?? (unnumbered > 0 ? Self.usual : sum))
    }

    /// `uncertainty=50,border=30`
    package var text: String {
        parts.map { "\($0.strategy.rawValue)=\($0.count)" }.joined(separator: ",")
    }
}

extension Substring {
    fileprivate var trimmed: String {
        String(drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed())
    }
}
