package import LabelStudies
package import Reports
internal import VoteModel

extension SurfaceFigures {
    /// What a picture shows of a surface.
    /// - Returns: `nil` for one without cells.
    package init?(_ surface: ThresholdSurface) {
        let columns = surface.axes.minVotes.count
        guard columns > 0, !surface.cells.isEmpty else { return nil }
        func grid(_ value: (ThresholdSurface.Cell) -> Int) -> [[Int]] {
            stride(from: 0, to: surface.cells.count, by: columns).map { start in
                surface.cells[start..<(start + columns)].map(value)
            }
        }
        let isCompared = surface.cells.allSatisfy { $0.flips != nil }
        self.init(
            comments: surface.comments, minVotes: surface.axes.minVotes, bands: surface.axes.bands,
            controversial: grid { $0.counts[.controversial] },
            uncontroversial: grid { $0.counts[.uncontroversial] },
            flips: isCompared ? grid { $0.flips?.all ?? 0 } : nil)
    }
}
