private import Foundation
internal import StageKit
internal import TableFormat
package import Training

/// Writes answers as TSV or JSON lines.
package struct AnswerWriter {
    private let answers: ModelAnswers
    private let isJSON: Bool
    private let withLogits: Bool
    private let hasEscapes: Bool
    private let explains: Bool
    private var hasHeader = false
    /// Rows whose answer the model would not give.
    package private(set) var abstained = 0

    /// - Parameters:
    ///   - withLogits: whether rows also have the scores as the head gives them.
    ///   - hasEscapes: whether TSV is written as exports write it, with two backslashes for one.
    ///   - explains: whether rows also have the reasons for their answers.
    package init(
        _ answers: ModelAnswers, isJSON: Bool, withLogits: Bool, hasEscapes: Bool = false,
        explains: Bool = false
    ) {
        self.answers = answers
        self.isJSON = isJSON
        self.withLogits = withLogits
        self.hasEscapes = hasEscapes
        self.explains = explains
    }

    /// The lines of some more rows, after the header where they are the first.
    /// - Parameters:
    ///   - scores: of each row, as the head gives them; `nil` for a row without a text.
    ///   - reasons: for each row's answer; may be left out where none are written.
    package mutating func text(
        of block: TextBlock, _ scores: [[Float]?], reasons: [[AnswerReason]] = []
    ) -> String {
        var text = header(block.keptColumns)
        for (place, (row, scores)) in zip(block.rows, scores).enumerated() {
            let reasons = place < reasons.count ? reasons[place] : []
            let answer = scores.map { answers.answer($0) }
            if case .oneClass(nil, _)? = answer { abstained += 1 }
            text +=
                isJSON
                ? json(block.keptColumns, row, answer, scores, reasons) : line(row, answer, scores, reasons)
        }
        return text
    }

    /// The rest after the last row: without any row only the header.
    package mutating func rest(keeping columns: [String] = []) -> String { header(columns) }

    private var labels: [String] { answers.labels }

    /// Empty from the second time on.
    private mutating func header(_ kept: [String]) -> String {
        if isJSON || hasHeader { return "" }
        hasHeader = true
        return columns(keeping: kept).map(field).joined(separator: "\t") + "\n"
    }

    /// Names of the columns of a table: those that are kept, then those of the answers.
    package func columns(keeping kept: [String]) -> [String] {
        var columns =
            switch answers.form {
            case .oneClass: ["label", "probability"] + labels.map { "p_\($0)" }
            case .anyClasses: ["labels"] + labels.map { "p_\($0)" }
            case .numbers: labels.count == 1 ? ["score"] : labels.map { "score_\($0)" }
            }
        if withLogits { columns += labels.map { "logit_\($0)" } }
        if explains { columns.append("reasons") }
        return kept + Self.apart(columns, from: kept)
    }

    /// The names of the answers' columns, none of which a kept column has: `predicted` where the first one would have, and
    /// `predicted_` before the others.
    private static func apart(_ columns: [String], from kept: [String]) -> [String] {
        var taken = Set(kept.map { Array($0.utf8) })
        let own = columns.filter { !taken.contains(Array($0.utf8)) }
        taken.formUnion(own.map { Array($0.utf8) })
        return columns.enumerated().map { index, column in
            if kept.allSatisfy({ !$0.utf8.elementsEqual(column.utf8) }) { return column }
            var name = index == 0 ? "predicted" : "predicted_" + column
            while !taken.insert(Array(name.utf8)).inserted { name += "_" }
            return name
        }
    }

    private func line(
        _ row: TextRow, _ answer: ModelAnswers.Answer?, _ scores: [Float]?, _ reasons: [AnswerReason]
    ) -> String {
        var fields = row.kept.map { field($0 ?? "") }
        switch answer {
        case .oneClass(let label, let probabilities):
            let best = label ?? answers.rule.bestClass(probabilities)
            fields += [label.map { labels[$0] } ?? "", Self.text(probabilities[best])]
            fields += probabilities.map(Self.text)
        case .anyClasses(let chosen, let probabilities):
            fields.append(chosen.map { labels[$0] }.joined(separator: ","))
            fields += probabilities.map(Self.text)
        case .numbers(let values): fields += values.map(Self.text)
        case nil:
            let extra =
                switch answers.form {
                case .oneClass: 2
                case .anyClasses: 1
                case .numbers: 0
                }
            fields += Array(repeating: "", count: extra + labels.count)
        }
        if withLogits { fields += scores?.map { "\($0)" } ?? labels.map { _ in "" } }
        if explains { fields.append(field(shown(reasons))) }
        return fields.joined(separator: "\t") + "\n"
    }

    /// `+0.312 "good"; -0.120 "news" (title)`, after the name of the class where there are reasons for several.
    private func shown(_ reasons: [AnswerReason]) -> String {
        let hasSeveral = Set(reasons.map(\.label)).count > 1
        return reasons.map { reason in
            (hasSeveral ? "\(labels[reason.label]): " : "") + String(format: "%+.3f", reason.effect)
                + " \"\(reason.feature)\"" + (reason.field == "text" ? "" : " (\(reason.field))")
        }.joined(separator: "; ")
    }

    private static func text(_ value: Double) -> String { String(format: "%.6f", value) }

    /// A kept value on one line.
    private func field(_ text: String) -> String {
        TableWriter.line(text, doublesBackslashes: hasEscapes)
    }

    private func json(
        _ kept: [String], _ row: TextRow, _ answer: ModelAnswers.Answer?, _ scores: [Float]?,
        _ reasons: [AnswerReason]
    ) -> String {
        func named(_ values: [Double]) -> JSONValue {
            .object(Dictionary(zip(labels, values.map(JSONValue.number)), uniquingKeysWith: { $1 }))
        }
        var members: [String: JSONValue] = [:]
        switch answer {
        case .oneClass(let label, let probabilities):
            members["label"] = label.map { .string(labels[$0]) } ?? .null
            members["probability"] = .number(probabilities[label ?? answers.rule.bestClass(probabilities)])
            members["probabilities"] = named(probabilities)
        case .anyClasses(let chosen, let probabilities):
            members["labels"] = .array(chosen.map { .string(labels[$0]) })
            members["probabilities"] = named(probabilities)
        case .numbers(let values):
            if values.count == 1 {
                members["score"] = .number(values[0])
            } else {
                members["scores"] = named(values)
            }
        case nil:
            for name in emptyMembers { members[name] = .null }
        }
        if withLogits, let scores { members["logits"] = .array(scores.map { .number(Double($0)) }) }
        if explains, answer != nil { members["reasons"] = .array(reasons.map(json)) }
        if !kept.isEmpty {
            members["row"] = .object(
                Dictionary(
                    zip(kept, row.kept.map { $0.map(JSONValue.string) ?? .null }), uniquingKeysWith: { $1 }))
        }
        return JSONValue.object(members).canonicalText + "\n"
    }

    private func json(_ reason: AnswerReason) -> JSONValue {
        [
            "label": .string(labels[reason.label]), "field": .string(reason.field),
            "feature": .string(reason.feature), "weight": .number(reason.weight),
            "effect": .number(reason.effect),
        ]
    }

    private var emptyMembers: [String] {
        switch answers.form {
        case .oneClass: ["label", "probability", "probabilities"]
        case .anyClasses: ["labels", "probabilities"]
        case .numbers: [labels.count == 1 ? "score" : "scores"]
        }
    }
}
