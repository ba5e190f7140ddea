internal import Diagnostics
internal import VoteModel

extension ParameterReader {
    /// A map from names to dates or times, in the order written, which matters.
    /// - Parameters:
    ///   - words: allowed instead of a date.
    ///   - zoneSeconds: offset of dates that give none, seconds east of Greenwich.
    /// - Returns: seconds since 1970, UTC, for each name; `nil` for a word.
    package mutating func dates(
        _ key: String, words: [String] = [], zoneSeconds: Int64 = 0, help: String = ""
    ) -> [(name: String, seconds: Int64?)] {
        specify(key, .dates, help: help)
        let choices = (["a date such as 2025-10-01"] + words.map { "'\($0)'" }).joined(separator: ", or ")
        rejectEmpty(key, "a map from names to \(choices)")
        guard let value = given(key) else { return [] }
        guard case .map(let members) = value.content, !members.isEmpty else {
            wrongType(value, key, "a map from names to \(choices)")
            return []
        }
        var dates: [(name: String, seconds: Int64?)] = []
        for member in members where !isDangling(member.value) {
            let path = "\(key).\(member.key)"
            guard let text = readText(member.value, path, choices) else { continue }
            let isWord = words.contains { $0.utf8.elementsEqual(text.utf8) }
            let seconds = Array(text.utf8).withUnsafeBytes { Moment.seconds($0, zoneSeconds: zoneSeconds) }
            if !isWord, seconds == nil {
                wrongType(member.value, path, choices)
                continue
            }
            dates.append((member.key, isWord ? nil : seconds))
        }
        resolvedMembers[key] = .array(
            dates.map { [.string($0.name), $0.seconds.map { .integer(Int($0)) } ?? .null] })
        return dates
    }
}
