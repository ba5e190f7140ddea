internal import RunStore
internal import Synchronization

/// The warnings of a stage's run: each sentence once, in order.
final class WarningList: Sendable {
    /// Maximum number kept of one run of a stage. Each may name a file or an article, and there may be many of those.
    static let most = 50

    private struct Kept {
        var warnings: [StageWarning] = []
        var known: Set<StageWarning> = []
        var left = 0
    }

    private let kept = Mutex(Kept())

    func add(_ warning: StageWarning) {
        kept.withLock { kept in
            if kept.known.contains(warning) { return }
            guard kept.warnings.count < Self.most else {
                kept.left += 1
                return
            }
            kept.known.insert(warning)
            kept.warnings.append(warning)
        }
    }

    /// Ends with the number of those that were dropped.
    var all: [StageWarning] {
        kept.withLock { kept in
            if kept.left == 0 { return kept.warnings }
            let rest = kept.left == 1 ? "1 further warning was" : "\(kept.left) further warnings were"
            return kept.warnings + [StageWarning(.stage, "\(rest) shown while the stage ran")]
        }
    }
}
