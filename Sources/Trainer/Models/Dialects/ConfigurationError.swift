/// A configuration that this program cannot run, with every reason.
public struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    public let problems: [String]

    package init(problems: [String]) { self.problems = problems }

    public var description: String { "config.json: " + problems.joined(separator: "; ") }
}
