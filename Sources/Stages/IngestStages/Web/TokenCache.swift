internal import Synchronization

/// Tokens and similar values that are valid for many articles for a while.
final class TokenCache: Sendable {
    private struct Entry {
        let values: [String: String]
        let at: ContinuousClock.Instant
    }

    private static let age: Duration = .seconds(1800)
    private let entries = Mutex<[String: Entry]>([:])

    subscript(request: String) -> [String: String]? {
        get {
            entries.withLock { entries in
                guard let entry = entries[request], ContinuousClock.now - entry.at < Self.age else {
                    return nil
                }
                return entry.values
            }
        }
        set {
            entries.withLock { $0[request] = newValue.map { Entry(values: $0, at: ContinuousClock.now) } }
        }
    }

    func drop() { entries.withLock { $0 = [:] } }

    /// All secrets that came in this run, for answers that repeat them later.
    private let known = Mutex<[String: String]>([:])

    func remember(_ secrets: [String: String]) {
        known.withLock { known in
            for (name, value) in secrets where !known.values.contains(value) {
                known[known[name] == nil ? name : "\(name)_\(known.count)"] = value
            }
        }
    }

    var mask: SecretMask { SecretMask(known.withLock { $0 }, shortest: 4) }
}
