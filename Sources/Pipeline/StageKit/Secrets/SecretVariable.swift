private import Foundation

/// Secrets, which only the environment holds.
package enum SecretVariable {
    /// The secret that an environment variable holds.
    /// - Throws: ``StageError`` naming the variable when it is not set, or empty.
    package static func value(of name: String) throws(StageError) -> String {
        guard let value = ProcessInfo.processInfo.environment[name], !value.isEmpty else {
            throw StageError(
                "the environment variable \(name), which holds a secret, is not set",
                hint: "set it where splitvote is started: \(name)=… splitvote run …")
        }
        return value
    }
}
