package import Diagnostics
internal import PipelineFile

/// What happens when a run has ended; `nil` for nothing.
package struct Hooks: Hashable, Sendable {
    /// When one is due.
    package enum Occasion: String, CaseIterable, Sendable {
        /// The run ended with status 0.
        case success
        /// The run ended with status 0, and something was warned of.
        case warning
        /// The run ended with another status.
        case failure
    }

    package var success: Hook?
    package var warning: Hook?
    package var failure: Hook?

    /// What may be in braces in a command.
    package static let placeholders = HookSection.placeholders

    package init(success: Hook? = nil, warning: Hook? = nil, failure: Hook? = nil) {
        self.success = success
        self.warning = warning
        self.failure = failure
    }

    package subscript(occasion: Occasion) -> Hook? {
        switch occasion {
        case .success: success
        case .warning: warning
        case .failure: failure
        }
    }
}

/// How one hook reaches someone: in one way or several.
package struct Hook: Hashable, Sendable {
    package enum Way: String, CaseIterable, Sendable {
        case command, mail, webhook
    }

    /// Where a webhook leads.
    package enum Address: Hashable, Sendable {
        case url(String)
        /// Only the environment has it.
        case secret(name: String, variable: String)
    }

    /// A program and its arguments, with placeholders.
    package var command: [String]?
    /// Addresses.
    package var mail: [String]
    package var webhook: Address?
    /// Where the pipeline file says so.
    package var places: [Way: SourceSpan]

    package init(
        command: [String]? = nil, mail: [String] = [], webhook: Address? = nil,
        places: [Way: SourceSpan] = [:]
    ) {
        self.command = command
        self.mail = mail
        self.webhook = webhook
        self.places = places
    }
}

/// Makes hooks of what the file says of them.
struct HookPlanner {
    private(set) var findings: [Finding] = []

    mutating func hooks(_ section: HookSection, _ references: inout ReferenceResolver) -> Hooks {
        Hooks(
            success: hook(section.success, .success, &references),
            warning: hook(section.warning, .warning, &references),
            failure: hook(section.failure, .failure, &references))
    }

    private mutating func hook(
        _ actions: HookActions?, _ occasion: Hooks.Occasion, _ references: inout ReferenceResolver
    ) -> Hook? {
        guard let actions else { return nil }
        var places: [Hook.Way: SourceSpan] = [:]
        places[.command] = actions.command?.first?.span
        places[.mail] = actions.mail.first?.span
        places[.webhook] = actions.webhook?.span
        return Hook(
            command: actions.command?.map(\.text), mail: actions.mail.map(\.text),
            webhook: actions.webhook.flatMap { address(references.resolve($0), occasion) }, places: places)
    }

    private mutating func address(_ value: LocatedValue, _ occasion: Hooks.Occasion) -> Hook.Address? {
        switch value.content {
        case .secret(let variable):
            let name = value.origin.map { String($0.drop { $0 != "." }.dropFirst()) }
            return .secret(name: name ?? variable, variable: variable)
        case .string(let text) where Self.isWebAddress(text): return .url(text)
        // That the reference leads nowhere is said already.
        case .reference: return nil
        default:
            findings.append(
                .error(
                    "'hooks.\(occasion.rawValue)'.webhook is \(value.summary), which is not a web address",
                    at: value.span,
                    hint:
                        "write https://HOST/PATH, or keep it in a variable: secrets: {hook: {env: NAME}} and "
                        + "webhook: $secrets.hook"))
            return nil
        }
    }

    private static func isWebAddress(_ text: String) -> Bool {
        let lower = text.lowercased()
        guard let scheme = ["https://", "http://"].first(where: lower.hasPrefix) else { return false }
        let host = lower.dropFirst(scheme.count).prefix { !"/?#".contains($0) }
        return !host.isEmpty && text.unicodeScalars.allSatisfy { $0.value > 0x20 && $0.value != 0x7F }
    }
}
