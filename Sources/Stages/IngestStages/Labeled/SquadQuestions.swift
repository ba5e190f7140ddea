internal import StageKit

/// The questions of a JSON document as SQuAD has them, `data[].paragraphs[].qas[]`, each as a line of JSON: KorQuAD 1.0 and KLUE-MRC
/// have the same nesting. Messages name the place of a question in the document; its line has the number of the question.
///
/// Source: Rajpurkar et al., "SQuAD" (2016), arXiv:1606.05250, and "Know What You Don't Know" (2018), arXiv:1806.03822, for
/// `is_impossible`; `plausible_answers`, which are wrong on purpose, are left alone.
struct SquadQuestions {
    private let data: [JSONValue]
    private let file: String

    /// - Throws: ``/StageKit/StageError`` for what is no such document.
    init(_ document: [UInt8], file: String) throws(StageError) {
        self.file = file
        guard let value = try? JSONValue(parsing: String(decoding: document, as: UTF8.self)),
            let data = value["data"]?.arrayValue
        else {
            throw StageError(
                "\(file) is not a JSON document with a list called 'data', as SQuAD has it",
                hint: "set 'format' of the stage to what it is, such as jsonl; nothing was taken",
                sourceIncomplete: true)
        }
        self.data = data
    }

    /// Calls `body` with the line of each question.
    func forEachLine(_ body: ([UInt8]) throws -> Void) throws {
        var places: [String: String] = [:]
        for (number, article) in data.enumerated() {
            let paragraphs = try list("paragraphs", of: article, "data[\(number)]")
            for (count, paragraph) in paragraphs.enumerated() {
                let place = "data[\(number)].paragraphs[\(count)]"
                guard let context = paragraph["context"]?.stringValue, !context.isEmpty else {
                    throw problem(place, "has no text called 'context'")
                }
                for (index, question) in try list("qas", of: paragraph, place).enumerated() {
                    let own = "\(place).qas[\(index)]"
                    var line = try self.line(question, at: own)
                    let id = line["id"]?.stringValue ?? ""
                    if let other = places.updateValue(own, forKey: id) {
                        throw problem(own, "has the id '\(id)', as has \(other); each question has its own")
                    }
                    line["context"] = .string(context)
                    line["title"] = article["title"]?.stringValue.map(JSONValue.string)
                    try body(Array(JSONValue.object(line).canonicalText.utf8) + [0x0A])
                }
            }
        }
    }

    /// A question without its context.
    private func line(_ question: JSONValue, at place: String) throws(StageError) -> [String: JSONValue] {
        // KLUE calls it guid.
        let given = question["id"] ?? question["guid"]
        guard let id = given?.stringValue ?? given?.intValue.map(String.init), !id.isEmpty else {
            throw problem(place, "has no id, or an empty one")
        }
        guard let text = question["question"]?.stringValue, !text.isEmpty else {
            throw problem(place, "has no text called 'question'")
        }
        let answers = question["answers"]?.arrayValue ?? []
        let isImpossible = question["is_impossible"] == .bool(true)
        guard answers.isEmpty == isImpossible else {
            throw problem(
                place,
                isImpossible
                    ? "is called impossible and has \(answers.count) answers"
                    : "has no answer and is not called impossible",
                hint: "give it answers, or set is_impossible: true and leave them out")
        }
        var line: [String: JSONValue] = [
            "id": .string(id), "question": .string(text), "answers": .array(answers),
        ]
        line["question_type"] = question["question_type"]
        return line
    }

    private func list(_ key: String, of value: JSONValue, _ place: String) throws(StageError) -> [JSONValue] {
        guard let list = value[key]?.arrayValue else { throw problem(place, "has no list called '\(key)'") }
        return list
    }

    private func problem(_ place: String, _ what: String, hint: String? = nil) -> StageError {
        StageError(
            "\(file): \(place) \(what)", hint: hint ?? "fix the document; nothing was taken",
            sourceIncomplete: true)
    }
}
