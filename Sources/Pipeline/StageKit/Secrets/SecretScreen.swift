private import Foundation

/// Takes the values of secrets out of what programs and services say, before it is shown or kept.
///
/// A value is found as it is and as it is commonly written: with percent signs, with the escapes of JSON, shells and
/// HTML, in hexadecimal digits, in base 64 also where it is only a part of what was encoded. Of a text that was cut
/// short, the beginning of a value at its end is taken out too.
package struct SecretScreen: Sendable {
    private let patterns: [SecretPattern]

    /// - Parameters:
    ///   - secrets: names of environment variables, by the names of the secrets that they hold.
    ///   - environment: values by variable; those that are not set or blank are nowhere to be found.
    package init(_ secrets: [String: String], environment: [String: String]) {
        let found = secrets.sorted { $0.key < $1.key }.flatMap { name, variable in
            SecretPattern.all(of: environment[variable] ?? "", named: name)
        }
        // What covers more goes first: a key as a whole before one of its lines.
        patterns = found.enumerated()
            .sorted { ($1.element.count, $0.offset) < ($0.element.count, $1.offset) }.map(\.element)
    }

    /// - Parameter secrets: names of this process's environment variables, by the names of the secrets.
    package init(_ secrets: [String: String]) {
        self.init(secrets, environment: secrets.isEmpty ? [:] : ProcessInfo.processInfo.environment)
    }

    /// The text with values replaced by `[secret NAME]`.
    package func of(_ text: String) -> String {
        if patterns.isEmpty { return text }
        var bytes = Array(text.utf8)
        var isChanged = false
        for pattern in patterns {
            var start = 0
            while start < bytes.count {
                guard let end = pattern.end(in: bytes, at: start) else {
                    start += 1
                    continue
                }
                bytes.replaceSubrange(start..<end, with: pattern.substitute)
                start += pattern.substitute.count
                isChanged = true
            }
        }
        return isChanged ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// The value with every text in it, keys included, so changed.
    package func of(_ value: JSONValue) -> JSONValue {
        if patterns.isEmpty { return value }
        switch value {
        case .string(let text): return .string(of(text))
        case .array(let items): return .array(items.map { of($0) })
        case .object(let members):
            let changed = members.map { (of($0.key), of($0.value)) }
            return .object(Dictionary(changed, uniquingKeysWith: { first, _ in first }))
        default: return value
        }
    }
}

/// Passes on a stage's progress, without secrets.
package struct ScreenedProgress: ProgressSink {
    private let sink: any ProgressSink
    private let screen: SecretScreen

    package init(_ sink: any ProgressSink, _ screen: SecretScreen) {
        self.sink = sink
        self.screen = screen
    }

    package func report(_ done: Int, of total: Int?, unit: String, note: String) {
        sink.report(done, of: total, unit: unit, note: screen.of(note))
    }

    package func log(_ message: String, _ metadata: [String: String]) {
        sink.log(screen.of(message), metadata.mapValues { screen.of($0) })
    }

    package func warn(_ message: String) {
        sink.warn(screen.of(message))
    }
}
