/// All that the stages of one kind report about their results: the one value that a stage fills in, and that its
/// headline, its part of reports and its own next run read.
///
/// Members are optional: which there are depends on what a stage did, and results of earlier versions lack some.
package protocol KindFigures: JSONRecord {}

extension KindFigures {
    /// Reads what a stage reported, whatever there is of it.
    package init(_ figures: JSONValue) { self = Self(json: figures) ?? Self() }

    /// The figures that checks may test, which are those with a summary.
    /// - Parameter moments: those that depend on when the stage ran.
    package static func declared(ofTheMoment moments: PartialKeyPath<Self>...) -> DeclaredFigures {
        let names = Set(moments.map { name($0) })
        return DeclaredFigures(
            fields.filter { !$0.summary.isEmpty }.map {
                Figure($0.name, $0.summary, isOfTheMoment: names.contains($0.name))
            }, readAs: Self.self)
    }

    /// A figure that names or rules something.
    package static func identity(
        _ path: PartialKeyPath<Self>, _ name: String, isCode: Bool = false
    ) -> ReportIdentity {
        ReportIdentity(Self.name(path), name, isCode: isCode)
    }
}

/// The figures that checks may test, and the value that all figures of the kind are read as.
package struct DeclaredFigures: Sendable, ExpressibleByArrayLiteral {
    package let figures: [Figure]
    /// `nil` for a kind whose figures nobody reads.
    package let type: (any KindFigures.Type)?

    package init(_ figures: [Figure], readAs type: (any KindFigures.Type)?) {
        self.figures = figures
        self.type = type
    }

    package init(arrayLiteral figures: Figure...) { self.init(figures, readAs: nil) }
}
