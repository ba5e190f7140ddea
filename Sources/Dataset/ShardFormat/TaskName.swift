/// What a row's target is made of, whatever is to be learned of it.
package enum TargetForm: Hashable, Sendable {
    /// Its class.
    case oneClass
    /// A 1 or a 0 for each class.
    case anyClasses
    /// A number.
    case number
    /// A class of each of its words.
    case wordClasses
    /// Places in its second text, or none.
    case answerPlaces
}

/// The task that labeled rows are for, as manifests and tables of rows name it.
package enum TaskName: String, Codable, CaseIterable, Hashable, Sendable {
    /// One class of each row.
    case singleLabel = "single_label"
    /// Any number of classes of each row, none included.
    case multiLabel = "multi_label"
    /// A number for each row.
    case regression
    /// One class of each row, of classes in an order, such as grades.
    case ordinal
    /// A tag of each word, or of each character: parts of entities, or parts of speech.
    case tokens
    /// Where in a context the answer to a question is, or that it holds none.
    case answers

    /// What the targets of its rows are made of.
    package var form: TargetForm {
        switch self {
        case .singleLabel, .ordinal: .oneClass
        case .multiLabel: .anyClasses
        case .regression: .number
        case .tokens: .wordClasses
        case .answers: .answerPlaces
        }
    }

    /// Whether the order of the classes says something.
    package var hasOrder: Bool { self == .ordinal }

    /// The task of rows with such targets where nobody says which.
    package init(of form: TargetForm) {
        self =
            switch form {
            case .oneClass: .singleLabel
            case .anyClasses: .multiLabel
            case .number: .regression
            case .wordClasses: .tokens
            case .answerPlaces: .answers
            }
    }

    /// Names of what a model scores where that does not go by the data.
    package var ownNames: [String]? { form == .answerPlaces ? ["start", "end"] : nil }

    /// Numbers that a row's target is made of; 0 where it is kept beside, as places in texts.
    package func targetWidth(names: [String]) -> Int {
        switch form {
        case .anyClasses: names.count
        case .oneClass, .number: 1
        case .wordClasses, .answerPlaces: 0
        }
    }
}
