internal import StageKit

/// The classes of a stage's rows: those that the pipeline file names, or those that the rows turn out to have.
final class ClassNumbers {
    /// In the order in which they were named or met.
    private(set) var names: [String] = []
    private var numbers: [[UInt8]: Int] = [:]
    private let isOpen: Bool

    /// Up to this many different values are classes; more are something else.
    let mostFound: Int
    /// Of words: their tags may be joined of others.
    static let mostTags = 10_000

    init(_ given: [NamedValue]?, mostFound: Int = 1_000) {
        self.mostFound = mostFound
        isOpen = given == nil
        guard let given else { return }
        names = given.map(\.name)
        for (number, entry) in given.enumerated() {
            numbers[Array((entry.value ?? entry.name).utf8)] = number
        }
        for (number, name) in names.enumerated() where numbers[Array(name.utf8)] == nil {
            numbers[Array(name.utf8)] = number
        }
        // Names alone: the data may also count the classes from 0.
        guard given.allSatisfy({ $0.value == nil }) else { return }
        for number in names.indices where numbers[Array("\(number)".utf8)] == nil {
            numbers[Array("\(number)".utf8)] = number
        }
    }

    /// The class of a value; `nil` if there is none.
    func number(of value: some Collection<UInt8>) -> Int? {
        let value = Array(value)
        if let number = numbers[value] { return number }
        guard isOpen, names.count < mostFound else { return nil }
        numbers[value] = names.count
        names.append(String(decoding: value, as: UTF8.self))
        return names.count - 1
    }

    /// The place of each class among the names in their final order: as they were named; those that were met in the order
    /// of their numbers, or of their bytes.
    var places: [Int] {
        guard isOpen else { return Array(names.indices) }
        let values = names.map { Int($0) }
        let order = names.indices.sorted { one, other in
            if let left = values[one], let right = values[other], left != right { return left < right }
            return names[one].utf8.lexicographicallyPrecedes(names[other].utf8)
        }
        var places = Array(repeating: 0, count: names.count)
        for (place, number) in order.enumerated() { places[number] = place }
        return places
    }

    /// The names that values may have, for messages.
    var listed: String {
        names.prefix(20).joined(separator: ", ") + (names.count > 20 ? " and \(names.count - 20) more" : "")
    }
}
