internal import Diagnostics
internal import TextBasics

/// One of a few words, or numbers instead, such as a weight for each class.
package enum WordOrNumbers: Hashable, Sendable {
    case word(String)
    case numbers([Double])
}

extension ParameterReader {
    /// One of a few words, or a list of finite numbers in its place, which is not empty.
    package mutating func wordOrNumbers(
        _ key: String, default word: String, of words: [String], in bounds: ClosedRange<Double>,
        help: String = ""
    ) -> WordOrNumbers {
        specify(key, .wordOrNumbers(words, within: bounds), default: .string(word), help: help)
        let expected =
            "one of: \(words.joined(separator: ", ")), or a list of numbers, \(Bounds.text(bounds, ""))"
        rejectEmpty(key, expected)
        let value = given(key).flatMap { readWordOrNumbers($0, key, words, bounds, expected) } ?? .word(word)
        switch value {
        case .word(let word): resolvedMembers[key] = .string(word)
        case .numbers(let numbers): resolvedMembers[key] = .array(numbers.map(JSONValue.number))
        }
        return value
    }

    private mutating func readWordOrNumbers(
        _ value: LocatedValue, _ key: String, _ words: [String], _ bounds: ClosedRange<Double>,
        _ expected: String
    ) -> WordOrNumbers? {
        switch value.content {
        case .string(let word) where words.contains { $0.utf8.elementsEqual(word.utf8) }:
            return .word(word)
        case .string(let word):
            let guess = NearestName.suggestion(for: word, among: words)
            wrongType(value, key, expected, hint: guess.map { "did you mean '\($0)'?" })
            return nil
        case .list(let items) where !items.isEmpty:
            let numbers = items.compactMap { Self.number($0, percent: bounds.upperBound <= 1) }
            if numbers.count == items.count, numbers.allSatisfy(bounds.contains) { return .numbers(numbers) }
        default: break
        }
        wrongType(value, key, expected)
        return nil
    }
}
