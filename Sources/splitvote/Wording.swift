private import Foundation
package import StageKit
internal import TextBasics

/// Figures in a few words.
package enum FigureText {
    /// `comments 120, kept 118`; zeros are left out.
    /// - Parameter headline: names of the figures to tell, in their order; see `StageKind.headline`.
    package static func summary(of figures: JSONValue, headline: [String]) -> String {
        headline.compactMap { name in
            guard let value = figures[name], value != .integer(0) else { return nil }
            return "\(name.replacing("_", with: " ")) \(text(value))"
        }.joined(separator: ", ")
    }

    /// The same for a kind of this program; empty for one that it does not know.
    static func summary(of figures: JSONValue, kind: String) -> String {
        summary(of: figures, headline: StageRegistry.all[kind]?.kind.headline ?? [])
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
