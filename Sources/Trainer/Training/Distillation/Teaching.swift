import Models
import ShardFormat

/// The teachers of a student and what it learns from them, before anything is asked of them.
package struct Teaching {
    package let options: DistillationOptions
    /// At least one; a student learns from the mean of their answers.
    package let teachers: [any Teacher]
    /// The one whose layers are compared with the student's; nil for none.
    package let layers: EncoderTeacher?
    /// Tokenized texts without labels; nil for none.
    package let unlabeled: TokenRows?
    /// What the card says of teachers and texts, a sentence each.
    package var sentences: [String] = []
    /// Whether texts that later scores are taken on were read, by a teacher or here.
    package var hasReadEverySide = false

    package init(
        _ options: DistillationOptions, teachers: [any Teacher], layers: EncoderTeacher?,
        unlabeled: TokenRows?
    ) {
        self.options = options
        self.teachers = teachers
        self.layers = options.comparesLayers ? layers : nil
        self.unlabeled = unlabeled
    }

    /// The student and its rows.
    struct Student {
        let model: any TrainableModel
        let task: TrainingTask
        let options: TrainingOptions
        let training: TokenRows
        let dev: TokenRows?
    }

    /// Asks the teachers.
    ///
    /// - Parameters:
    ///   - folder: where their answers are kept.
    ///   - observe: called with the rows that are done.
    ///   - shouldStop: asked between pieces of work.
    /// - Returns: nil when it was asked to stop.
    func asked(
        of student: Student, folder: String, observe: (TrainingEvent) throws -> Void, shouldStop: () -> Bool
    ) throws -> (distillation: Distillation, dev: [Double]?)? {
        try options.check(student.task)
        let hints = try hints(for: student)
        let store = try TeacherAnswerStore(teachers, scoreCount: student.model.labelCount, folder: folder)
        let parts = [student.training, unlabeled, student.dev]
        let all = parts.reduce(0) { $0 + ($1?.count ?? 0) }
        var done = 0
        var found: [[Double]?] = []
        for rows in parts {
            guard let rows else {
                found.append(nil)
                continue
            }
            let answers = try store.answers(
                to: rows, progress: { try observe(.answers(done: done + $0, of: all)) },
                shouldStop: shouldStop)
            guard let answers else { return nil }
            done += rows.count
            found.append(answers)
        }
        let distillation = Distillation(
            options, form: student.task.name.form.answers, scoreCount: student.model.labelCount,
            labeled: student.training.count, labeledAnswers: found[0] ?? [], unlabeled: unlabeled,
            unlabeledAnswers: found[1] ?? [], hints: hints, hintIdentity: layers?.identity)
        return (distillation, found[2])
    }

    private func hints(for student: Student) throws -> Distillation.Hints? {
        try layers.map { layers in
            do {
                let hints = try LayerHints(
                    student: student.model.configuration.plan, teacher: layers.configuration.plan,
                    weights: .init(states: options.hidden, attention: options.attention),
                    seed: student.options.seed)
                return Distillation.Hints(hints, layers.model)
            } catch let error as ConfigurationError {
                throw TrainingError.advised(
                    error.problems.joined(separator: "; "),
                    hint: "leave 'hidden' and 'attention' of 'distillation' out, or take another student")
            }
        }
    }
}
