//! Loads a folder that the train stage wrote and scores texts with it: PredictWithAModel FOLDER TEXT...
import Foundation
import Prediction

let arguments = CommandLine.arguments.dropFirst()
guard let folder = arguments.first else {
    print("usage: PredictWithAModel FOLDER TEXT...")
    exit(2)
}
let texts = arguments.dropFirst().map { Array($0.utf8) }

// snippet.predict
// The folder says how texts are cleaned and tokenized, and how scores become answers; what does not fit is refused.
let scorer = try TextScorer(folder: folder, precision: .fp32, threads: 2, note: { print("note: \($0)") })
let scored = try scorer.score(texts)

for (text, scores) in zip(texts, scored.scores) {
    let answer = scorer.answers.answer(scores)
    print("\(String(decoding: text, as: UTF8.self)): \(answer)")
}
// snippet.end
precondition(scored.scores.count == texts.count)
