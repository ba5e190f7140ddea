import Testing
import Training

/// What holds for every setting of training, however many there are.
struct TrainingSettingTests {
    typealias Value = TrainingSetting.Value

    static let keys = TrainingSetting.all.map(\.key)

    /// Values that a setting takes, none of them its default.
    private static func others(_ setting: TrainingSetting) -> [Value] {
        let values: [Value]
        switch setting.form {
        case .integer(let bounds): values = [.integer(bounds.lowerBound), .integer(bounds.upperBound)]
        case .number(let bounds): values = [.number(bounds.lowerBound), .number(bounds.upperBound)]
        case .choice(let words): values = words.filter { $0 != "auto" }.map { .word($0) }
        case .flag: values = [.flag(true), .flag(false)]
        case .wordOrNumbers(let words, let bounds):
            values = words.map { .word($0) } + [.numbers([bounds.lowerBound, bounds.upperBound])]
        }
        return values.filter { $0 != setting.value(in: TrainingSettings()) }
    }

    /// Values just outside of the limits, or of another form.
    private static func strangers(_ form: TrainingSetting.Form) -> [Value] {
        switch form {
        case .integer(let bounds):
            [.integer(bounds.lowerBound - 1), .integer(bounds.upperBound + 1), .word("many")]
        case .number(let bounds):
            [
                .number(bounds.lowerBound.nextDown), .number(bounds.upperBound.nextUp), .number(.nan),
                .word("many"),
            ]
        case .choice: [.word("nonsense"), .integer(1)]
        case .flag: [.word("true")]
        case .wordOrNumbers(_, let bounds):
            [
                .word("nonsense"), .numbers([1, bounds.lowerBound.nextDown]),
                .numbers([bounds.upperBound.nextUp]),
            ]
        }
    }

    private static func changed(_ setting: TrainingSetting, to value: Value) -> TrainingSettings {
        var settings = TrainingSettings()
        setting.write(value, to: &settings)
        return settings
    }

    @Test func namesAreOfOneKindAndNoneComesTwice() {
        #expect(Set(Self.keys).count == Self.keys.count)
        for key in Self.keys {
            #expect(key.allSatisfy { $0.isLowercase || $0.isNumber || $0 == "_" }, "\(key)")
        }
    }

    @Test(arguments: keys)
    func itSaysWhatItDoesAndItsDefaultIsWithinItsLimits(key: String) throws {
        let setting = try #require(TrainingSetting.named(key))
        #expect(setting.help.hasSuffix("."))
        if let value = setting.defaultValue { #expect(setting.takes(value)) }
        for value in Self.strangers(setting.form) { #expect(!setting.takes(value), "\(value)") }
    }

    @Test(arguments: keys)
    func whatIsWrittenIsReadAndNothingElseChanges(key: String) throws {
        let setting = try #require(TrainingSetting.named(key))
        let values = Self.others(setting)
        #expect(!values.isEmpty)
        for value in values {
            #expect(setting.takes(value))
            let settings = Self.changed(setting, to: value)
            #expect(setting.value(in: settings) == value)
            for other in TrainingSetting.all where other.key != key {
                #expect(other.value(in: settings) == other.value(in: TrainingSettings()), "\(other.key)")
            }
        }
    }

    @Test(arguments: keys)
    func itIsPartOfTheIdentityWhereItDecidesTheModel(key: String) throws {
        let setting = try #require(TrainingSetting.named(key))
        for value in Self.others(setting) {
            let options = Self.changed(setting, to: value).options.decidingTheModel
            #expect((options != TrainingOptions().decidingTheModel) == setting.decidesModel, "\(value)")
        }
    }

    @Test(arguments: keys)
    func aValueOutsideOfItsLimitsIsAProblemThatNamesIt(key: String) throws {
        let setting = try #require(TrainingSetting.named(key))
        for value in Self.strangers(setting.form) {
            let settings = Self.changed(setting, to: value)
            // What cannot be written, such as a word instead of a number, is not there to be wrong.
            guard let written = setting.value(in: settings), !setting.takes(written) else { continue }
            guard settings.options != TrainingOptions() else { continue }
            #expect(
                settings.options.problems(classCount: nil).contains(
                    "\(key) is \(written.text); it takes \(setting.limits)"))
        }
    }

    /// A new option of the trainer must be declared too, or listed here with the reason.
    @Test func everyOptionOfTheTrainerHasASetting() {
        func parts(_ options: TrainingOptions) -> [String: String] {
            let parts = Mirror(reflecting: options).children.map { ($0.label ?? "", "\($0.value)") }
            return Dictionary(uniqueKeysWithValues: parts)
        }
        let standard = parts(TrainingOptions())
        var reached: Set<String> = []
        for setting in TrainingSetting.all {
            for value in Self.others(setting) {
                let parts = parts(Self.changed(setting, to: value).options)
                reached.formUnion(standard.keys.filter { parts[$0] != standard[$0] })
            }
        }
        // The number of threads is that of the machine, or of the pipeline's run; Adadelta goes with a Text-CNN, which a stage
        // describes in one map.
        #expect(reached.union(["threads", "adadelta"]) == Set(standard.keys))
    }

    @Test func settingsThatDoNotGoTogetherAreNamed() {
        var options = TrainingOptions()
        options.accumulate = 64
        options.classWeights = .given([0, 0])
        #expect(
            options.conflicts(classCount: nil).map { "\($0.key) \($0.text)" } == [
                "accumulate is 64; at most batch_size, 32",
                "class_weights are [0.0, 0.0]; 2 are needed, not negative and not all 0",
            ])
        options.classWeights = .given([1, 2])
        #expect(options.conflicts(classCount: 3).map(\.key) == ["accumulate", "class_weights"])
    }

    @Test func noRowsGoWithoutAnAnswerWhereNothingIsChosen() {
        var options = TrainingOptions()
        options.abstaining = 0.1
        #expect(options.conflicts(classCount: 2).isEmpty)
        options.answers = .plain
        #expect(
            options.conflicts(classCount: 2).map { "\($0.key) \($0.text)" } == [
                "abstain is 0.1, and answers is plain, which chooses no rows to leave without an answer; set answers to tuned "
                    + "or calibrated, or leave abstain out"
            ])
    }
}
