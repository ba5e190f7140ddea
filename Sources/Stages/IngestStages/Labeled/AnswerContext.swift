/// A context, and where texts are in it, in code points.
struct AnswerContext {
    private let scalars: [Unicode.Scalar]

    init(_ text: String) { scalars = Array(text.unicodeScalars) }

    /// The code points of a text; `nil` if it is not where it is said to begin.
    func place(of text: String, at start: Int) -> Range<Int>? {
        let wanted = Array(text.unicodeScalars)
        return holds(wanted, at: start) ? start..<start + wanted.count : nil
    }

    /// What is where a text should be, and where the nearest is, as the end of a sentence.
    func remark(on text: String, at start: Int) -> String {
        let wanted = Array(text.unicodeScalars)
        let found = scalars.indices.filter { holds(wanted, at: $0) }
        let nearest = found.min { (abs($0 - start), $0) < (abs($1 - start), $1) }
        let said = "'\(Self.shown(wanted[...]))' is said to begin at \(start), "
        let there =
            scalars.indices.contains(start)
            ? "where the context has '\(Self.shown(scalars[start...].prefix(max(1, wanted.count))))'"
            : "and the context has \(scalars.count) code points"
        return said + there
            + (nearest.map { "; the nearest one begins at \($0)" } ?? "; the context holds it nowhere")
    }

    private func holds(_ wanted: [Unicode.Scalar], at start: Int) -> Bool {
        start >= 0 && start + wanted.count <= scalars.count
            && scalars[start..<start + wanted.count].elementsEqual(wanted)
    }

    private static func shown(_ text: ArraySlice<Unicode.Scalar>) -> String {
        var view = String.UnicodeScalarView()
        view.append(contentsOf: text.prefix(40))
        return String(view) + (text.count > 40 ? "…" : "")
    }
}
