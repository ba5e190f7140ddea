internal import Diagnostics
private import Foundation
internal import PipelinePlan
internal import Programs
internal import StageKit

/// Whether the hooks of a pipeline could do their work here: a night that fails should not find out that they cannot.
///
/// What only the file says, such as placeholders and addresses, is checked when the file is read, on any machine. What is
/// checked here concerns this machine: programs and variables.
struct HookReadiness {
    struct Entry {
        var occasion: Hooks.Occasion
        var span: SourceSpan?
        var result: Result<String, StageError>
    }

    /// In the order of the occasions.
    let entries: [Entry]

    /// - Parameters:
    ///   - environment: variables, among them secrets.
    ///   - sendmail: where that program is.
    init(
        _ plan: PlannedPipeline, environment: [String: String] = ProcessInfo.processInfo.environment,
        sendmail: String? = Sendmail.path
    ) {
        entries = Hooks.Occasion.allCases.flatMap { occasion in
            guard let hook = plan.hooks[occasion] else { return [Entry]() }
            return Hook.Way.allCases.compactMap { way in
                let result = Self.result(way, of: hook, in: plan, environment, sendmail)
                return result.map { Entry(occasion: occasion, span: hook.places[way], result: $0) }
            }
        }
    }

    /// Errors at their places in the file.
    var findings: [Finding] {
        entries.compactMap { entry in
            guard case .failure(let error) = entry.result else { return nil }
            return .error(
                "'hooks.\(entry.occasion.rawValue)': \(error.message)", at: entry.span, hint: error.hint)
        }
    }

    private static func result(
        _ way: Hook.Way, of hook: Hook, in plan: PlannedPipeline, _ environment: [String: String],
        _ sendmail: String?
    ) -> Result<String, StageError>? {
        switch way {
        case .command: hook.command.map { program($0, in: plan.baseFolder) }
        case .mail: hook.mail.isEmpty ? nil : mail(hook.mail, sendmail)
        case .webhook: hook.webhook.map { webhook($0, environment) }
        }
    }

    private static func program(_ command: [String], in folder: String) -> Result<String, StageError> {
        let name = command.first ?? ""
        // A placeholder in the program's own name is known only when the run has ended.
        if PlaceholderText.pieces(of: name)?.contains(where: {
            if case .placeholder = $0 { true } else { false }
        }) == true {
            return .success(name)
        }
        if let path = Program(command, folder: folder).path { return .success(path) }
        return .failure(
            StageError(
                "there is no program '\(name)'",
                hint: name.contains("/")
                    ? "check the path and that the file may be executed; relative paths start at \(folder)"
                    : "install it, or write the path of the program"))
    }

    private static func mail(_ addresses: [String], _ sendmail: String?) -> Result<String, StageError> {
        let all = addresses.joined(separator: ", ")
        guard let sendmail else {
            return .failure(
                StageError(
                    "there is no program 'sendmail', which is to send mail to \(all)",
                    hint:
                        "install one, such as msmtp-mta, nullmailer or postfix; it is looked for in PATH, /usr/sbin "
                        + "and /usr/lib"))
        }
        return .success("mail to \(all) by \(sendmail)")
    }

    private static func webhook(
        _ address: Hook.Address, _ environment: [String: String]
    ) -> Result<String, StageError> {
        switch address {
        case .url: return .success("posts to \(address.shown)")
        case .secret(_, let variable):
            if environment[variable]?.isEmpty == false { return .success("posts to \(address.shown)") }
            return .failure(
                StageError(
                    "the environment variable \(variable), which holds the address of the webhook, is not set",
                    hint: "set it where splitvote is started: \(variable)=… splitvote run …"))
        }
    }
}

extension Hook.Address {
    /// What may be shown of it: often the whole address is all it takes to write there.
    var shown: String {
        switch self {
        case .secret(let name, _): return "$secrets.\(name)"
        case .url(let text):
            guard let start = text.firstRange(of: "://")?.upperBound else { return "…" }
            let host = text[start...].prefix { !"/?#".contains($0) }
            // What is before an @ is a name and a password.
            let plain = host.split(separator: "@").last.map(String.init) ?? ""
            return "\(text[..<start])\(plain)/…"
        }
    }
}
