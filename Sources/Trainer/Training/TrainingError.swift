import Foundation

/// Why training, saving or loading cannot continue; says what was found, what is allowed and what to do.
package enum TrainingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Settings out of range, a sentence each.
    case options([String])
    /// A file that cannot be opened, read or written.
    case file(path: String, problem: String)
    /// Data that cannot be trained on.
    case data(String)
    /// A model folder that does not hold what it has to.
    case model(String)
    /// A model folder that cannot be used as it is, and what to do.
    case advised(String, hint: String)
    /// A checkpoint of another run, or a damaged one.
    case checkpoint(String)
    /// A number became infinite or undefined, first at a place such as `the output of layer 3`.
    case notFinite(step: Int, place: String, comments: [Int64])
    /// The loss or a gradient became infinite or undefined.
    case diverged(step: Int, loss: Double)
    /// What cannot fit into memory or onto the disk.
    case budget([String])

    package var description: String { hint.map { "\(problem); \($0)" } ?? problem }

    /// What to do, where that is not said with the problem.
    package var hint: String? {
        if case .advised(_, let hint) = self { hint } else { nil }
    }

    /// What was found and what is allowed.
    package var problem: String {
        switch self {
        case .options(let problems), .budget(let problems): problems.joined(separator: "\n")
        case .file(let path, let problem): "\(path): \(problem)"
        case .data(let problem), .model(let problem), .checkpoint(let problem), .advised(let problem, _):
            problem
        case .diverged(let step, let loss):
            "step \(step): the loss is \(loss), or a gradient is not finite. Lower learning_rate, raise warmup, or look at the "
                + "weights training started from"
        case .notFinite(let step, let place, let comments):
            "step \(step): \(place) is not finite, for comment\(comments.count == 1 ? "" : "s") "
                + "\(comments.map(String.init).joined(separator: ", ")). Lower learning_rate, or look at the "
                + "weights training started from"
        }
    }
}

extension Error {
    /// What the system said, without the path that the message names already.
    var reason: String {
        let error = self as NSError
        let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError
        return underlying?.localizedDescription ?? error.localizedDescription
    }
}
