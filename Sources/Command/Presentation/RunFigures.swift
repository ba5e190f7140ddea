package import RunStore
package import StageKit
internal import TextBasics

/// Numbers that several runs have in common, such as scores, by `stage.figure`.
package struct RunFigures {
    /// A figure of a stage.
    package struct Name: Hashable, Sendable {
        package var stage: String
        package var figure: String

        package init(stage: String, figure: String) {
            (self.stage, self.figure) = (stage, figure)
        }

        package var text: String { "\(stage).\(figure)" }
    }

    package struct Column {
        package var name: Name
        /// One for each run, in their order.
        package var values: [JSONValue?]
        /// Whether it is a score or share, and not a count.
        package var isFraction: Bool
    }

    /// In the order of the stages.
    package let columns: [Column]

    /// The figures that each kind shows first.
    /// - Parameters:
    ///   - stages: what became of the stages of each run.
    ///   - headlines: gives the names of the figures.
    package init(_ stages: [[StageState]], _ headlines: Headlines) {
        var names: [Name] = []
        for state in stages.joined() where state.verdict.hasResult {
            for figure in headlines.names(of: state.kind) {
                let name = Name(stage: state.stage, figure: figure)
                if !names.contains(name) { names.append(name) }
            }
        }
        // What is always zero says nothing, as in a stage's headline.
        columns = Self.columns(names, stages).filter { column in
            column.values.contains { ($0?.doubleValue ?? 0) != 0 }
        }
    }

    /// The figures named.
    package init(_ stages: [[StageState]], named names: [Name]) {
        columns = Self.columns(names, stages)
    }

    private static func columns(_ names: [Name], _ stages: [[StageState]]) -> [Column] {
        names.compactMap { name in
            let values = stages.map { value(of: name, in: $0) }
            let numbers = values.compactMap { $0 }
            if numbers.isEmpty { return nil }
            return Column(
                name: name, values: values, isFraction: numbers.contains { $0.intValue == nil })
        }
    }

    /// The number that a stage reported in a run, which may be that of the earlier run whose result it kept.
    package static func value(of name: Name, in stages: [StageState]) -> JSONValue? {
        guard let state = stages.last(where: { $0.stage == name.stage }), state.verdict.hasResult else {
            return nil
        }
        let value = member(name.figure, of: state.figures)
        return value?.doubleValue == nil ? nil : value
    }

    /// A member, or one of a member: `sides.test`.
    private static func member(_ name: String, of value: JSONValue) -> JSONValue? {
        if let member = value[name] { return member }
        guard let dot = name.firstIndex(of: ".") else { return nil }
        return value[String(name[..<dot])].flatMap { member(String(name[name.index(after: dot)...]), of: $0) }
    }

    /// Every number that the stages of a run reported, with those inside of others.
    package static func names(in stages: [StageState]) -> [Name] {
        stages.filter(\.verdict.hasResult).flatMap { state in
            paths(of: state.figures).map { Name(stage: state.stage, figure: $0) }
        }
    }

    private static func paths(of value: JSONValue, prefix: String = "") -> [String] {
        (value.members ?? []).flatMap { member -> [String] in
            let path = prefix + member.key
            if member.value.doubleValue != nil { return [path] }
            return paths(of: member.value, prefix: path + ".")
        }
    }

    /// `12,345`, `0.6912`.
    package static func text(_ value: JSONValue) -> String {
        if let whole = value.intValue { return Counts.grouped(whole) }
        guard let number = value.doubleValue else { return value.canonicalText }
        return abs(number) < 1000
            ? Decimals.text(number, places: 4) : Decimals.text(number, places: 1, grouped: true)
    }
}
