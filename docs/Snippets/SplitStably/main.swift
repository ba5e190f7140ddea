//! Splits articles into train, dev and test so that none ever moves, however many others come.
import Sampling
import VoteModel

// snippet.split
// The salt is the split's name: another one gives another split.
let rule = SplitRule(
    method: .hash(shares: [.init(.train, 0.8), .init(.dev, 0.1), .init(.test, 0.1)]),
    grouping: .article, salt: "v1")
let split = try rule.assignment()

func sides(of articles: [String], by split: SplitAssignment) -> [String: Side] {
    Dictionary(uniqueKeysWithValues: articles.map { ($0, split.sides[split.side(ofGroup: $0)]) })
}

// A side depends on salt and key alone: a night later, with a hundred times the articles, each is where it was.
let firstNight = sides(of: (1...100).map { "article-\($0)" }, by: split)
let later = sides(of: (1...10_000).map { "article-\($0)" }, by: split)
let moved = firstNight.filter { later[$0.key] != $0.value }

print("\(moved.count) of \(firstNight.count) articles moved")
for side in split.sides {
    print("\(side): \(later.values.count { $0 == side }) of \(later.count)")
}
// snippet.end

// snippet.hide
precondition(moved.isEmpty)
precondition(abs(later.values.count { $0 == .train } - 8_000) < 200)
// snippet.show
