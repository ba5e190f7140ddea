/// What each stage takes from which others: one line a stage, in an order in which each comes after all it takes from,
/// with the ways between them at the left.
package struct LineageChart {
    package struct Stage {
        package var name: String
        package var kind: String
        /// What became of it, in a word or two.
        package var state: String
        /// Fill of its dot.
        package var style: String
        /// How long it took; empty for nothing.
        package var time: String
        /// Places of the stages that it takes from, each before its own.
        package var sources: [Int]

        package init(
            name: String, kind: String, state: String, style: String, time: String, sources: [Int]
        ) {
            self.name = name
            self.kind = kind
            self.state = state
            self.style = style
            self.time = time
            self.sources = sources
        }
    }

    package var stages: [Stage]

    package init(stages: [Stage]) {
        self.stages = stages
    }

    private static let laneWidth = 13.0
    /// Narrower than that a stage has two lines.
    private static let roomForOneLine = 480.0

    package func markup(id: String, title: String) -> Markup {
        let words = stages.map { stage in
            let sources = stage.sources.map { stages[$0].name }
            return "\(stage.name): \(stage.state)"
                + (sources.isEmpty ? "" : ", from \(sources.joined(separator: ", "))")
        }
        return Drawing.markup(
            id: id, title: title, description: words.joined(separator: "; ") + ".", width: 760, drawing)
    }

    /// The ways, one for each stage that others take from: its lane, 0 beside the dots, and the places that it leads to.
    /// Lanes that lie side by side never hold two ways at one place.
    package var ways: [(from: Int, lane: Int, to: [Int])] {
        var ends: [Int] = []
        return stages.indices.compactMap { place in
            let takers = stages.indices.filter { stages[$0].sources.contains(place) }
            guard let last = takers.last else { return nil }
            let lane = ends.firstIndex { $0 <= place } ?? ends.count
            if lane == ends.count { ends.append(last) } else { ends[lane] = last }
            return (place, lane, takers)
        }
    }

    private func drawing(_ width: Double) -> Drawing {
        let hasOneLine = width >= Self.roomForOneLine
        let rowHeight = hasOneLine ? 28.0 : 44.0
        let ways = ways
        let lanes = Double((ways.map(\.lane).max() ?? -1) + 1)
        let dots = min(width * 0.35, 10 + Self.laneWidth * lanes)
        let lane = lanes > 0 ? (dots - 10) / lanes : 0
        var drawing = Drawing(width: width, height: rowHeight * Double(stages.count) + 4)
        let times = (stages.map { TextLayout.width($0.time, size: Drawing.fontSize) }.max() ?? 0) + 8
        func middle(_ place: Int) -> Double { rowHeight * Double(place) + (hasOneLine ? 15 : 14) }
        for way in ways {
            let x = dots - lane * Double(way.lane + 1)
            for taker in way.to {
                drawing.polyline(
                    "wire",
                    [
                        (dots, middle(way.from)), (x, middle(way.from) + 5), (x, middle(taker) - 5),
                        (dots, middle(taker)),
                    ])
            }
        }
        for (place, stage) in stages.enumerated() {
            drawing.dot(
                stage.style, at: (dots, middle(place)), radius: 5, tip: "\(stage.name): \(stage.state)")
            write(stage, at: (dots + 14, middle(place) + 4), isWide: hasOneLine, width, times, in: &drawing)
            drawing.text(stage.time, at: (width - 4, middle(place) + 4), "tick", anchor: .end)
        }
        return drawing
    }

    /// - Parameter times: the room at the right of the first line that is taken.
    private func write(
        _ stage: Stage, at point: (Double, Double), isWide: Bool, _ width: Double, _ times: Double,
        in drawing: inout Drawing
    ) {
        let size = Drawing.fontSize
        let room = width - point.0 - 4 - times
        func text(_ text: String, at x: Double, _ y: Double, _ style: String, _ room: Double) {
            drawing.text(TextLayout.fitting(text, width: room, size: size), at: (x, y), style)
        }
        guard isWide else {
            text(stage.name, at: point.0, point.1, "value", room)
            // The second line has the room below the time too.
            text("\(stage.kind), \(stage.state)", at: point.0, point.1 + 16, "tick", room + times)
            return
        }
        text(stage.name, at: point.0, point.1, "value", room * 0.34 - 10)
        text(stage.kind, at: point.0 + room * 0.34, point.1, "tick", room * 0.22 - 10)
        text(stage.state, at: point.0 + room * 0.56, point.1, "label", room * 0.44 - 4)
    }
}
