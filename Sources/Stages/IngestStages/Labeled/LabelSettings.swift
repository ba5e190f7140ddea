internal import ShardFormat
internal import StageKit

/// The targets in a table's rows, from the stage's parameters.
struct LabelSettings {
    /// How a row says what it is.
    enum Form: Hashable {
        /// One class.
        case label
        /// A column of 0 or 1 for each class.
        case flags
        /// A list of classes in one column.
        case list
        case score
        /// A tag for each word, in one column.
        case tags
        /// Answers in the second text, in one column.
        case answers
    }

    let form: Form
    /// What is to be learned of the rows.
    let task: TaskName
    /// The columns that targets are in.
    let targetColumns: [String]
    /// The classes that the pipeline file names; `nil`: those that the rows turn out to have.
    let classes: [NamedValue]?
    /// Sides and the patterns of their files' names.
    let sides: [(name: String, pattern: String)]
    /// Whether rows without a label are left out; otherwise they stop the run.
    let dropsUnlabeled: Bool
    /// Whether pairs of which one text is empty are left out; otherwise they stop the run.
    let dropsHalfPairs: Bool

    /// Roles of columns that say what a row is; a stage without any of them reads comments with votes.
    static let targetRoles = ["label", "labels", "score", "tags", "answers"]
    /// The usual names of sides, and what else they are called.
    static let usualSides = [
        "train": "train", "training": "train", "dev": "dev", "valid": "dev", "val": "dev",
        "validation": "dev", "test": "test",
    ]

    /// Problems are recorded in the reader. `nil` if rows come with votes.
    /// - Parameter columns: by role.
    init?(_ parameters: inout ParameterReader, columns: [String: [String]]) {
        let given = parameters.optionalNames(
            "classes",
            help:
                "For rows with labels. The classes in their order, or a map from values in the data to their names; by "
                + "default the values that the rows have.")
        let patterns = parameters.optionalNames(
            "sides",
            help:
                "For rows with labels. A map from train, dev and test to patterns of the names of their files, or the one side "
                + "that all of them are on, in brackets."
        )
        let unlabeled = parameters.optionalChoice(
            "unlabelled", of: ["refuse", "drop"],
            help:
                "For rows with labels. What becomes of rows without one: refuse, the default, stops the run.")
        let halfPairs = parameters.optionalChoice(
            "half_pairs", of: ["refuse", "drop"],
            help:
                "For rows with labels. What becomes of pairs of which one text is empty: refuse, the default, stops the run."
        )
        let named = parameters.optionalChoice(
            "task", of: TaskName.allCases.map(\.rawValue),
            help:
                "For rows with labels. What is to be learned; by default single_label of a label, multi_label of labels, "
                + "regression of a score, tokens of tags, answers of answers."
        ).flatMap(TaskName.init)
        let roles = Self.targetRoles.filter { columns[$0] != nil }
        guard let role = roles.first else {
            for key in ["classes", "sides", "unlabelled", "half_pairs", "task"] where parameters.isSet(key) {
                parameters.reject(
                    key, "'\(key)' is for rows that come with labels, and 'columns' names no label",
                    hint:
                        "name the column under 'columns' as label, labels, score, tags or answers, or leave '\(key)' out"
                )
            }
            return nil
        }
        targetColumns = columns[role] ?? []
        form =
            switch role {
            case "label": .label
            case "score": .score
            case "tags": .tags
            case "answers": .answers
            default: targetColumns.count > 1 ? .flags : .list
            }
        task = named ?? TaskName(of: form.targets)
        classes = form == .tags ? given.map(TagReading.prefixed(classes:)) : given
        let isOneSide = patterns?.count == 1 && patterns?[0].value == nil
        sides = (patterns ?? []).map { isOneSide ? ($0.name, "*") : ($0.value ?? "", $0.name) }
        dropsUnlabeled = unlabeled == "drop"
        dropsHalfPairs = halfPairs == "drop"
        if halfPairs != nil, columns["text_pair"] == nil {
            parameters.reject(
                "half_pairs", "'half_pairs' is for pairs of texts, and 'columns' names no text_pair",
                hint: "name the column of the second text as text_pair, or leave 'half_pairs' out")
        }
        check(&parameters, columns, roles)
    }

    private func check(
        _ parameters: inout ParameterReader, _ columns: [String: [String]], _ roles: [String]
    ) {
        if roles.count > 1 {
            parameters.reject(
                "columns", "'columns' names \(roles.joined(separator: " and ")); rows have one of them",
                hint: "keep the one that is to be learned")
        }
        for role in ["up", "down"] where columns[role] != nil {
            parameters.reject(
                "columns", "'columns' names '\(role)' and '\(roles[0])': rows come with votes or with labels",
                hint: "leave out what is not to be learned from")
        }
        if roles[0] == "tags", columns["text_pair"] != nil {
            parameters.reject(
                "columns", "'columns' names 'tags' and 'text_pair': tags are of the words of one text",
                hint: "leave 'text_pair' out")
        }
        if roles[0] == "answers", columns["text_pair"] == nil {
            parameters.reject(
                "columns",
                "'columns' names 'answers' and no 'text_pair': answers are in the second of two texts",
                hint: "name the column of the question as text, and that of the context as text_pair")
        }
        checkTask(&parameters, roles[0])
        checkClasses(&parameters)
        checkSides(&parameters, hasColumn: columns["split"] != nil)
    }

    private func checkTask(_ parameters: inout ParameterReader, _ role: String) {
        if task.form != form.targets {
            let fitting = TaskName.allCases.filter { $0.form == form.targets }.map(\.rawValue)
            parameters.reject(
                "task", "'task' is \(task.rawValue), and 'columns' names a '\(role)'",
                hint: "of a '\(role)' can be learned: \(fitting.joined(separator: ", "))")
        } else if task.hasOrder, classes == nil {
            parameters.reject(
                "task", "'task' is \(task.rawValue), and nothing says in which order the classes are",
                hint: "name them from the least to the most under 'classes'")
        }
    }

    private func checkClasses(_ parameters: inout ParameterReader) {
        guard let classes else { return }
        let names = classes.map { Array($0.name.utf8) }
        if form == .score || form == .answers {
            parameters.reject(
                "classes", "\(form == .score ? "a score has" : "answers have") no classes",
                hint: "leave 'classes' out")
        } else if Set(names).count != names.count {
            parameters.reject("classes", "two classes have the same name")
        } else if names.count < 2 {
            parameters.reject(
                "classes", "there is \(names.count) class; at least two are needed")
        } else if form == .flags, names.count != targetColumns.count {
            parameters.reject(
                "classes",
                "there are \(names.count) classes for the \(targetColumns.count) columns of 'labels'",
                hint: "name one class for each column, in their order")
        }
    }

    private func checkSides(_ parameters: inout ParameterReader, hasColumn: Bool) {
        if hasColumn, !sides.isEmpty {
            parameters.reject(
                "sides", "'sides' goes by the files' names, 'columns' names a column 'split'",
                hint: "keep one of the two")
        }
        for side in sides where side.name.isEmpty || side.name.contains("/") {
            parameters.reject(
                "sides", "'sides' takes a map from the names of sides to patterns of files",
                hint:
                    "such as sides: {train: \"*train*\", test: \"*test*\"}, or sides: [train] for all files of the stage"
            )
        }
    }
}

extension LabelSettings.Form {
    /// What a row's target is made of.
    fileprivate var targets: TargetForm {
        switch self {
        case .label: .oneClass
        case .flags, .list: .anyClasses
        case .score: .number
        case .tags: .wordClasses
        case .answers: .answerPlaces
        }
    }
}
