/// An SVG picture under construction. Units are CSS pixels at full size; colors come from the page's style by class.
package struct Drawing {
    package let width: Double
    package let height: Double
    private var body = ""

    package init(width: Double, height: Double) {
        self.width = width
        self.height = height
    }

    package enum Anchor: String {
        case start, middle, end
    }

    package static let fontSize = 12.0
    /// About the width of a chart with a table at its side, so that its text is shown at its own size.
    package static let usualWidth = 560.0
    /// The same on a phone.
    package static let narrowWidth = 330.0

    package mutating func add(_ name: String, _ attributes: [(String, String)], tip: String? = nil) {
        body +=
            Markup.element(name, attributes, tip.map { [.element("title", [], Markup(text: $0))] } ?? []).html
        body += "\n"
    }

    package mutating func rect(
        _ style: String, x: Double, y: Double, width: Double, height: Double, radius: Double = 0,
        opacity: Double? = nil, tip: String? = nil
    ) {
        var attributes = [
            ("class", style), ("x", Self.text(x)), ("y", Self.text(y)), ("width", Self.text(max(0, width))),
            ("height", Self.text(max(0, height))),
        ]
        if radius > 0 { attributes.append(("rx", Self.text(radius))) }
        if let opacity { attributes.append(("fill-opacity", Numbers.trimmed(opacity, 3))) }
        add("rect", attributes, tip: tip)
    }

    package mutating func line(_ style: String, from start: (Double, Double), to end: (Double, Double)) {
        add(
            "line",
            [
                ("class", style), ("x1", Self.text(start.0)), ("y1", Self.text(start.1)),
                ("x2", Self.text(end.0)),
                ("y2", Self.text(end.1)),
            ])
    }

    /// The outline of a rectangle.
    package mutating func frame(
        _ style: String = "frame", x: Double, y: Double, width: Double, height: Double
    ) {
        add(
            "rect",
            [
                ("class", style), ("x", Self.text(x)), ("y", Self.text(y)),
                ("width", Self.text(max(0, width))),
                ("height", Self.text(max(0, height))), ("rx", "2"),
            ])
    }

    /// Filled rectangles of one style as one element.
    package mutating func rects(
        _ style: String, opacity: Double, _ rects: [(x: Double, y: Double, width: Double, height: Double)]
    ) {
        if rects.isEmpty { return }
        let path = rects.map { rect in
            "M\(Self.text(rect.x)) \(Self.text(rect.y))h\(Self.text(rect.width))v\(Self.text(rect.height))"
                + "h-\(Self.text(rect.width))z"
        }.joined()
        add("path", [("class", style), ("fill-opacity", Numbers.trimmed(opacity, 3)), ("d", path)])
    }

    package mutating func polyline(_ style: String, _ points: [(Double, Double)]) {
        let list = points.map { "\(Self.text($0.0)),\(Self.text($0.1))" }.joined(separator: " ")
        add("polyline", [("class", style), ("points", list)])
    }

    package mutating func dot(
        _ style: String, at point: (Double, Double), radius: Double = 3, tip: String? = nil
    ) {
        add(
            "circle",
            [
                ("class", style), ("cx", Self.text(point.0)), ("cy", Self.text(point.1)),
                ("r", Self.text(radius)),
            ],
            tip: tip)
    }

    package mutating func text(
        _ text: String, at point: (Double, Double), _ style: String = "label", anchor: Anchor = .start,
        turned: Bool = false
    ) {
        var attributes = [
            ("class", style), ("x", Self.text(point.0)), ("y", Self.text(point.1)),
            ("text-anchor", anchor.rawValue),
        ]
        if turned {
            attributes.append(("transform", "rotate(-90 \(Self.text(point.0)) \(Self.text(point.1)))"))
        }
        body += Markup.element("text", attributes, Markup(text: text)).html + "\n"
    }

    /// A picture drawn twice, for wide and for narrow places, of which the page's style shows the one that fits: text
    /// keeps its size in both. The wide one is a file too.
    ///
    /// - Parameters:
    ///   - id: unique on the page; ASCII letters, digits and hyphens.
    ///   - draw: draws at a width.
    package static func markup(
        id: String, title: String, description: String, width: Double, _ draw: (Double) -> Drawing
    ) -> Markup {
        let wide = draw(width)
        let file = ReportFile(
            name: id + ".svg", text: wide.picture(title: title, description: description))
        let narrow = draw(min(width, narrowWidth))
        if wide.width <= narrow.width {
            return Markup(
                trusted: wide.markup(id: id, title: title, description: description).html, files: [file])
        }
        let pictures = [(wide, id, "wide"), (narrow, id + "-narrow", "narrow")].map { drawing, id, style in
            "<div class=\"\(style)\">\n"
                + drawing.markup(id: id, title: title, description: description).html + "</div>\n"
        }
        let size = width > usualWidth ? "picture large" : "picture"
        return Markup(
            trusted: "<div class=\"\(size)\">\n\(pictures.joined())</div>\n", files: [file])
    }

    /// The finished picture with a name and a description for those who cannot see it.
    /// - Parameter id: unique on the page; ASCII letters, digits and hyphens.
    package func markup(id: String, title: String, description: String) -> Markup {
        Markup(trusted: svg(id: id, title: title, description: description, style: ""))
    }

    /// The finished picture as a whole file, in the colors of a light page.
    package func picture(title: String, description: String) -> String {
        let white = "<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n"
        return svg(
            id: "picture", title: title, description: description,
            style: "<style>\n\(ChartStyle.picture)</style>\n\(white)")
    }

    private func svg(id: String, title: String, description: String, style: String) -> String {
        let open =
            "<svg viewBox=\"0 0 \(Self.text(width)) \(Self.text(height))\" role=\"img\" "
            + "aria-labelledby=\"\(id)-t \(id)-d\" style=\"max-width:\(Self.text(width))px\" "
            + "xmlns=\"http://www.w3.org/2000/svg\">\n"
        let title = Markup.element("title", [("id", "\(id)-t")], Markup(text: title)).html
        let description = Markup.element("desc", [("id", "\(id)-d")], Markup(text: description)).html
        return "\(open)\(title)\n\(description)\n\(style)\(body)</svg>\n"
    }

    /// A coordinate with one decimal at most; 0 for what is not a number.
    package static func text(_ value: Double) -> String {
        guard value.isFinite else { return "0" }
        let tenths = Int((min(1e6, max(-1e6, value)) * 10).rounded())
        let sign = tenths < 0 ? "-" : ""
        let rest = tenths.magnitude % 10
        return "\(sign)\(tenths.magnitude / 10)" + (rest == 0 ? "" : ".\(rest)")
    }
}

extension Drawing {
    /// Draws a legend in rows from the top left corner of a box.
    /// - Returns: the height it took.
    package mutating func legend(
        _ entries: [(style: String, text: String)], x: Double, y: Double, width: Double
    )
        -> Double
    {
        var position = (x, y)
        for entry in entries {
            let lines = TextLayout.wrapped(entry.text, width: width - 18, size: Self.fontSize)
            let widest = lines.map { TextLayout.width($0, size: Self.fontSize) }.max() ?? 0
            if position.0 > x, position.0 + 18 + widest > x + width { position = (x, position.1 + 18) }
            rect("key \(entry.style)", x: position.0, y: position.1 + 1, width: 12, height: 10, radius: 2)
            for (number, line) in lines.enumerated() {
                text(line, at: (position.0 + 18, position.1 + 10 + 15 * Double(number)))
            }
            position.0 += 18 + widest + 16
            position.1 += 15 * Double(max(0, lines.count - 1))
        }
        return entries.isEmpty ? 0 : position.1 - y + 18
    }
}
