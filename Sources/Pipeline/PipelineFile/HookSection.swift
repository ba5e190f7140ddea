package import Diagnostics

/// What happens when a run has ended, as written.
package struct HookSection: Hashable, Sendable {
    /// The run ended with status 0.
    package var success: HookActions?
    /// The run ended with status 0, and something was warned of.
    package var warning: HookActions?
    /// The run ended with another status.
    package var failure: HookActions?

    package static let keys = ["success", "warning", "failure"]

    /// What may be in braces in a command.
    package static let placeholders = ["run", "pipeline", "date", "stage", "exit", "message"]
}

/// The ways in which one hook reaches someone; at least one.
package struct HookActions: Hashable, Sendable {
    /// A program and its arguments.
    package var command: [LocatedName]?
    /// Addresses that a mail is sent to.
    package var mail: [LocatedName] = []
    /// The address that a JSON object is posted to: a text, or a reference to one.
    package var webhook: LocatedValue?

    static let keys = ["command", "mail", "webhook"]
}
