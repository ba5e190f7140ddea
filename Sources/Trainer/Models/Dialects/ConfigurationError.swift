/// A configuration that this program cannot run, with every reason.
package struct ConfigurationError: Error, Hashable, Sendable, CustomStringConvertible {
    package let problems: [String]

    package init(problems: [String]) { self.problems = problems }

    package var description: String { "config.json: " + problems.joined(separator: "; ") }
}
