private import Foundation
package import StageKit
internal import TextBasics

/// Figures in a few words.
package enum FigureText {
    /// `comments 120, kept 118`; zeros are left out.
    /// - Parameter headline: names of the figures to show, in this order; see `StageKind.headline`.
    package static func summary(of figures: JSONValue, headline: [String]) -> String {
        headline.compactMap { name in
            guard let value = figures[name], value != .integer(0) else { return nil }
            return "\(name.replacing("_", with: " ")) \(text(value))"
        }.joined(separator: ", ")
    }

    private static func text(_ value: JSONValue) -> String {
        switch value {
        case .number:
            value.intValue.map(Counts.grouped) ?? String(format: "%.4g", value.doubleValue ?? .nan)
        case .string(let text): text
        default: value.canonicalText
        }
    }
}

/// The figures of each kind that people look for first.
package struct Headlines: Sendable {
    private let names: @Sendable (_ kind: String) -> [String]

    /// - Parameter names: gives the names of a kind's figures, in their order; none for a kind that is not known.
    package init(_ names: @escaping @Sendable (_ kind: String) -> [String]) {
        self.names = names
    }

    /// Those of every kind that a registry has.
    package init(_ registry: StageRegistry) {
        self.init { registry[$0]?.kind.headline ?? [] }
    }

    /// Names of the figures of a kind, in the order in which they are shown.
    package func names(of kind: String) -> [String] { names(kind) }

    /// The figures of a kind in a few words.
    package func summary(of figures: JSONValue, kind: String) -> String {
        FigureText.summary(of: figures, headline: names(kind))
    }
}
