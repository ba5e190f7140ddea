/// The declaration of one setting of training: its name, what it takes, and where its value goes.
///
/// Pipeline files, the flags of `train --shards`, their limits and messages, the schema and the identity of a run are
/// all read from ``all``, so that they cannot differ.
package struct TrainingSetting: Sendable {
    /// The values that a setting takes.
    package enum Form: Hashable, Sendable {
        case integer(ClosedRange<Int>)
        case number(ClosedRange<Double>)
        case choice([String])
        case flag
        /// One of the words, or a list of numbers.
        case wordOrNumbers([String], ClosedRange<Double>)
    }

    package enum Value: Hashable, Sendable {
        case integer(Int)
        case number(Double)
        case word(String)
        case flag(Bool)
        case numbers([Double])
    }

    /// As in a pipeline file, in `snake_case`.
    package let key: String
    package let form: Form
    /// Plural noun, such as `rows`; empty for none.
    package let unit: String
    /// A sentence.
    package let help: String
    /// `nil` if saying nothing means "none".
    package let defaultValue: Value?
    /// Whether a different value gives a different model: a resumed run must share it with the killed one.
    package let decidesModel: Bool
    /// Whether another value makes a pipeline's stage run again.
    package let isFingerprinted: Bool
    private let get: @Sendable (TrainingSettings) -> Value?
    private let set: @Sendable (inout TrainingSettings, Value) -> Void

    init(
        _ key: String, _ form: Form, unit: String = "", _ help: String, default defaultValue: Value? = nil,
        decidesModel: Bool = true, isFingerprinted: Bool = true,
        get: @escaping @Sendable (TrainingSettings) -> Value?,
        set: @escaping @Sendable (inout TrainingSettings, Value) -> Void
    ) {
        self.key = key
        self.form = form
        self.unit = unit
        self.help = help
        self.defaultValue = defaultValue ?? get(TrainingSettings())
        self.decidesModel = decidesModel
        self.isFingerprinted = isFingerprinted
        self.get = get
        self.set = set
    }

    /// The setting's value; `nil` for none.
    package func value(in settings: TrainingSettings) -> Value? { get(settings) }

    /// - Parameter value: of the setting's own form.
    package func write(_ value: Value, to settings: inout TrainingSettings) { set(&settings, value) }

    package static func named(_ key: String) -> TrainingSetting? { all.first { $0.key == key } }
}

/// A value of a setting as one of Swift's types.
protocol SettingRepresentable: Sendable {
    var settingValue: TrainingSetting.Value { get }
    init?(_ value: TrainingSetting.Value)
}

extension Int: SettingRepresentable {
    var settingValue: TrainingSetting.Value { .integer(self) }
    init?(_ value: TrainingSetting.Value) {
        guard case .integer(let number) = value else { return nil }
        self = number
    }
}

extension Double: SettingRepresentable {
    var settingValue: TrainingSetting.Value { .number(self) }
    init?(_ value: TrainingSetting.Value) {
        guard case .number(let number) = value else { return nil }
        self = number
    }
}

extension Bool: SettingRepresentable {
    var settingValue: TrainingSetting.Value { .flag(self) }
    init?(_ value: TrainingSetting.Value) {
        guard case .flag(let flag) = value else { return nil }
        self = flag
    }
}

extension TrainingSetting {
    typealias Place<Value> = any WritableKeyPath<TrainingSettings, Value> & Sendable

    /// A setting that is in one property as it is.
    init<Property: SettingRepresentable>(
        _ key: String, _ place: Place<Property>, _ form: Form, unit: String = "", _ help: String,
        decidesModel: Bool = true, isFingerprinted: Bool = true
    ) {
        self.init(
            key, form, unit: unit, help, decidesModel: decidesModel, isFingerprinted: isFingerprinted,
            get: { $0[keyPath: place].settingValue },
            set: { if let value = Property($1) { $0[keyPath: place] = value } })
    }

    /// A setting that need not be given.
    init<Property: SettingRepresentable>(
        _ key: String, optional place: Place<Property?>, _ form: Form, unit: String = "", _ help: String
    ) {
        self.init(
            key, form, unit: unit, help,
            get: { $0[keyPath: place]?.settingValue },
            set: { if let value = Property($1) { $0[keyPath: place] = value } })
    }

    /// A setting that is one of a type's words.
    init<Word: RawRepresentable<String> & CaseIterable & SendableMetatype>(
        _ key: String, oneOf place: Place<Word>, _ help: String
    ) {
        self.init(
            key, .choice(Word.allCases.map(\.rawValue)), help,
            get: { .word($0[keyPath: place].rawValue) },
            set: { settings, value in
                if case .word(let word) = value, let word = Word(rawValue: word) {
                    settings[keyPath: place] = word
                }
            })
    }
}
