internal import VoteModel

/// A form of dates as `strftime` describes them, for texts that no rule can tell: `%d/%m/%Y %H:%M`.
///
/// `%Y` `%y` year (of two digits: 1969 ... 2068), `%m` `%d` `%H` `%M` `%S` numbers, `%I` hour 1 ... 12, `%p` AM, PM, 오전 or
/// 오후, `%b` `%B` English month, `%a` `%A` a weekday that is passed over, `%f` fraction, `%z` offset, `%s` seconds since
/// 1970, `%F` for `%Y-%m-%d`, `%T` for `%H:%M:%S`, `%%` a percent sign. A blank stands for any number of blanks; anything
/// else for itself.
package struct DateFormat: Hashable, Sendable {
    /// As it was written.
    package let text: String
    private let parts: [Part]

    private enum Part: Hashable, Sendable {
        case field(Character)
        case blank
        case letter(Character)
    }

    private static let fields: Set<Character> = [
        "Y", "y", "m", "d", "e", "H", "k", "M", "S", "I", "l", "p", "b", "B", "a", "A", "f", "z", "s",
    ]

    /// - Throws: ``DateFormatError`` for a field that there is not, or a form that names no day.
    package init(_ text: String) throws(DateFormatError) {
        self.text = text
        var parts: [Part] = []
        let spelled = text.replacing("%F", with: "%Y-%m-%d").replacing("%T", with: "%H:%M:%S")
        var rest = spelled[...]
        while let letter = rest.popFirst() {
            if letter == "%" {
                guard let name = rest.popFirst() else { throw DateFormatError(problem: "ends in %") }
                if name == "%" {
                    parts.append(.letter("%"))
                } else if Self.fields.contains(name) {
                    parts.append(.field(name))
                } else {
                    throw DateFormatError(problem: "has no field %\(name)")
                }
            } else {
                parts.append(letter == " " ? .blank : .letter(letter))
            }
        }
        let names = Set(parts.compactMap { part in if case .field(let name) = part { name } else { nil } })
        let isWhole =
            names.contains("s")
            || !names.isDisjoint(with: ["Y", "y"]) && !names.isDisjoint(with: ["m", "b", "B"])
                && !names.isDisjoint(with: ["d", "e"])
        guard isWhole else { throw DateFormatError(problem: "names no day: it needs %Y, %m and %d") }
        self.parts = parts
    }

    /// What may stand in a form, for messages.
    package static let expectation =
        "%Y %y %m %d %H %M %S %I %p %b %B %a %A %f %z %s %F %T and %%, as in %d/%m/%Y %H:%M"

    /// Seconds since 1970, UTC; `nil` where the text has another form or is no time.
    package func seconds(_ text: String, zone: TimeZoneRule) -> Int64? {
        var reader = FormatReader(text)
        for part in parts {
            switch part {
            case .blank: reader.skipBlanks()
            case .letter(let letter): guard reader.take(letter) else { return nil }
            case .field(let name): guard reader.take(field: name) else { return nil }
            }
        }
        return reader.seconds(in: zone)
    }
}

/// Why a text describes no form of dates.
package struct DateFormatError: Error, Hashable, Sendable {
    package let problem: String
}

private struct FormatReader {
    private var rest: Substring
    private var numbers = [0, 0, 0, 0, 0, 0]
    private var shift: Int?
    private var offset: Int64?
    private var epoch: Int64?

    init(_ text: String) { rest = text[...] }

    func seconds(in zone: TimeZoneRule) -> Int64? {
        guard rest.isEmpty else { return nil }
        if let epoch { return epoch }
        var numbers = numbers
        if let shift {
            guard (1...12).contains(numbers[3]) else { return nil }
            numbers[3] = numbers[3] % 12 + shift
        }
        guard let local = CivilText.local(numbers) else { return nil }
        return offset.map { local - $0 } ?? zone.moment(ofLocal: local)
    }

    mutating func skipBlanks() { rest = rest.drop { $0 == " " } }

    mutating func take(_ letter: Character) -> Bool {
        guard rest.first == letter else { return false }
        rest.removeFirst()
        return true
    }

    mutating func take(field: Character) -> Bool {
        switch field {
        case "Y": return number(0, 4)
        case "y":
            guard number(0, 2) else { return false }
            numbers[0] += numbers[0] < 69 ? 2000 : 1900
            return true
        case "m": return number(1, 2)
        case "d", "e": return number(2, 2)
        case "H", "k", "I", "l": return number(3, 2)
        case "M": return number(4, 2)
        case "S": return number(5, 2)
        case "f": return digits(9) != nil
        case "s":
            epoch = digits(12).flatMap { Int64($0) }
            return epoch != nil
        case "p": return halfOfDay()
        case "b", "B": return month()
        case "a", "A": return word() != nil
        default: return zone()
        }
    }

    private mutating func digits(_ most: Int) -> Substring? {
        let found = rest.prefix(most).prefix { $0.isASCII && $0.isNumber }
        rest = rest.dropFirst(found.count)
        return found.isEmpty ? nil : found
    }

    private mutating func number(_ place: Int, _ most: Int) -> Bool {
        skipBlanks()
        guard let found = digits(most).flatMap({ Int($0) }) else { return false }
        numbers[place] = found
        return true
    }

    private mutating func word() -> String? {
        let found = rest.prefix { $0.isLetter }
        rest = rest.dropFirst(found.count)
        return found.isEmpty ? nil : found.lowercased()
    }

    private mutating func halfOfDay() -> Bool {
        switch word() {
        case "am", "오전": shift = 0
        case "pm", "오후": shift = 12
        default: return false
        }
        return true
    }

    private mutating func month() -> Bool {
        let names = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
        guard let word = word(), let place = names.firstIndex(of: String(word.prefix(3))) else {
            return false
        }
        numbers[1] = place + 1
        return true
    }

    private mutating func zone() -> Bool {
        let found = rest.prefix { $0.isASCII && ($0.isNumber || "+-:Zz".contains($0)) }
        rest = rest.dropFirst(found.count)
        offset = Moment.zoneSeconds(String(found))
        return offset != nil
    }
}
