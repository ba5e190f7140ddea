extension Sequence<Finding> {
    /// By file, line and column; findings without a place come last. Of findings that are equal, one stays.
    package func inFileOrder() -> [Finding] {
        var seen: Set<Finding> = []
        let unique = filter { seen.insert($0).inserted }
        return unique.enumerated().sorted { left, right in
            switch (left.element.span, right.element.span) {
            case (let a?, let b?):
                let first = (a.line, a.column)
                let second = (b.line, b.column)
                if !a.file.utf8.elementsEqual(b.file.utf8) { return left.offset < right.offset }
                return first == second ? left.offset < right.offset : first < second
            case (_?, nil): return true
            case (nil, _?): return false
            case (nil, nil): return left.offset < right.offset
            }
        }.map(\.element)
    }
}
