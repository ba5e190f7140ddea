//! Reads comments with their votes from a table and labels each of them.
import Labeling
import TableFormat
import VoteModel

let table = """
    text\tlikes\tdislikes
    Bridges are overrated\t52\t48
    Good news at last\t97\t3
    First!\t1\t0
    The mayor should go\tmany\t4

    """

// snippet.read
// Rows come as bytes that are lent for the length of the call: what is to stay is copied.
var comments: [(text: String, votes: VoteCount)] = []
var problems: [RowProblem] = []

let keep = { (row: TableRow) in
    if let up = row.count(1), let down = row.count(2) {
        comments.append((row.text(0) ?? "", VoteCount(up: up, down: down)))
    } else {
        problems.append(row.problem(.invalidField("likes", "it holds no count")))
    }
}
let note = { (problem: RowProblem) in problems.append(problem) }

// Columns come in the order in which they are asked for. The table may come in pieces of any size.
var reader = try TableReader(.tsv, columns: ["text", "likes", "dislikes"])
try Array(table.utf8).withUnsafeBytes { try reader.read($0, row: keep, problem: note) }
try reader.finish(row: keep, problem: note)
// snippet.end

// snippet.label
// Controversial from 40 to 60 % of up-votes; uncontroversial up to 20 and from 80 % on; silent in between.
let rule = ControversyRule(
    minVotes: 20, controversial: 0.4...0.6, uncontroversial: OuterRange(atMost: 0.2, atLeast: 0.8))

for comment in comments {
    print("\(comment.text): \(rule.verdict(for: comment.votes))")
}
for problem in problems {
    print("line \(problem.line) was left out: \(problem.reason)")
}
// snippet.end

// snippet.hide
precondition(
    comments.map { rule.verdict(for: $0.votes).name } == [
        "controversial", "uncontroversial", "too_few_votes",
    ])
precondition(problems.map(\.line) == [5])
// snippet.show
