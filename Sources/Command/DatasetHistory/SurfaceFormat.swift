package import Diagnostics
package import LabelStudies
internal import Reports

/// How a surface of thresholds is written.
package enum SurfaceFormat: String, CaseIterable, Sendable {
    case tsv, json, svg

    /// - Parameter reference: id of the label set that the surface is compared with.
    /// - Returns: the whole file, its last line ended.
    /// - Throws: `DiagnosticsError` for a picture of nothing, `TableError`.
    package func text(of surface: ThresholdSurface, reference: String) throws -> String {
        switch self {
        case .tsv: return String(decoding: try surface.tsv(), as: UTF8.self)
        case .json: return String(decoding: surface.json(reference: reference), as: UTF8.self)
        case .svg:
            guard let figures = SurfaceFigures(surface) else {
                throw DiagnosticsError("a surface without cells cannot be drawn", hint: "try more thresholds")
            }
            return figures.svg() + "\n"
        }
    }
}

extension SweepAxes {
    /// Reads what a command line says.
    /// - Throws: `DiagnosticsError` for the first thing that cannot be meant.
    package static func given(minVotes: String, bands: String) throws(DiagnosticsError) -> SweepAxes {
        do {
            return try SweepAxes(minVotes: minVotes, bands: bands)
        } catch {
            throw DiagnosticsError("\(error)")
        }
    }
}
