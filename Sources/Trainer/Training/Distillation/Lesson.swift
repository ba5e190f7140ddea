import Models
import ShardFormat
import TextBasics

/// What the teachers of a run said, and how that is told.
struct Lesson {
    /// Nil when the run was interrupted while they were asked.
    let distillation: Distillation?
    private let teaching: Teaching
    private let devMetric: Double?

    var isStopped: Bool { distillation == nil }

    /// Asks the teachers, or reads what they said before; parameters as for ``Teaching``.
    init(
        from teaching: Teaching, to student: Teaching.Student, names: [String], folder: String,
        observe: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws {
        self.teaching = teaching
        let found = try teaching.asked(
            of: student, folder: folder, observe: observe, shouldStop: shouldStop)
        distillation = found?.distillation
        guard let dev = student.dev, let answers = found?.dev else {
            devMetric = nil
            return
        }
        let task = student.task
        devMetric = try task.scores(ScoredRows(dev, form: task.name.form, names: names, answers: answers))
            .value(of: student.options.metric)
    }

    private var unlabeledRows: Int { distillation.map { $0.rowCount - $0.labeled } ?? 0 }

    private var temperature: Double? {
        distillation?.form == .numbers
            ? nil : teaching.options.temperature ?? DistillationOptions.standardTemperature
    }

    var taught: FineTuning.Taught {
        FineTuning.Taught(
            options: teaching.options, teachers: teaching.teachers.count, temperature: temperature,
            unlabeledRows: unlabeledRows, devMetric: devMetric)
    }

    /// What the model's card says.
    /// - Parameter sentences: of the teachers and the texts.
    func card(_ sentences: [String]) -> ModelCard.Teaching {
        let options = teaching.options
        var loss =
            "The loss is \(Decimals.text(1 - options.weight, places: 2)) of the rows' own and "
            + "\(Decimals.text(options.weight, places: 2)) of the distance from "
            + (teaching.teachers.count == 1 ? "the teacher's answers" : "the mean of the teachers' answers")
            + (temperature.map { " at temperature \(Decimals.text($0, places: 2))" } ?? "")
        if options.hidden > 0 { loss += ", \(options.hidden) of that from the teacher's states" }
        if options.attention > 0 { loss += ", \(options.attention) of that from its attention" }
        let rows =
            unlabeledRows == 0
            ? "All rows have labels."
            : "Beside the labeled rows it learned from \(unlabeledRows) without labels."
        return ModelCard.Teaching(
            rows: distillation?.rowCount ?? 0, sentences: sentences + [loss + ".", rows])
    }
}
