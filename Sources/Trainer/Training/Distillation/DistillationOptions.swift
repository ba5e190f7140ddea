import Models
import ShardFormat

/// How much a student learns from its teachers, and of what. Everything here decides the result.
package struct DistillationOptions: Hashable, Codable, Sendable {
    /// What probabilities are compared at; above 0, or nil for 2. Numbers have none.
    package var temperature: Double?
    /// Weight of the teachers' answers beside the rows' own targets, 0 ... 1.
    package var weight = 0.5
    /// Weight of the distance from a teacher's states, of embeddings and layers; 0 leaves them out.
    package var hidden = 0.0
    /// The same of attention scores.
    package var attention = 0.0
    /// Most texts without labels that are learned from, evenly chosen; nil for all.
    package var mostTexts: Int?

    package init() {}

    static let standardTemperature = 2.0

    /// Whether layers are compared.
    package var comparesLayers: Bool { hidden > 0 || attention > 0 }

    /// Refuses what the task has no use for.
    func check(_ task: TrainingTask) throws(TrainingError) {
        if let other = task.rowsHave {
            throw .options([
                "a student learns one answer to each row from its teachers, and these rows have \(other)"
            ])
        }
        guard task.name.form == .number, let temperature else { return }
        throw .options([
            "temperature is \(temperature), which is for probabilities; the rows have scores, so leave it out"
        ])
    }

    /// What is learned of rows by a task's own objective and the teachers' answers.
    func objective(_ own: any Objective, _ form: TargetForm) -> TaughtObjective {
        TaughtObjective(
            own, form: form.answers, temperature: temperature ?? Self.standardTemperature, weight: weight)
    }
}

extension TargetForm {
    /// What a teacher's answers to such rows are.
    var answers: TeacherAnswers.Form {
        switch self {
        case .oneClass, .wordClasses: .oneClass
        case .anyClasses: .anyClasses
        case .number, .answerPlaces: .numbers
        }
    }
}
