/// The scripts that texts are written in, by their letters.
package struct ScriptCounts: Hashable, Sendable {
    /// A script, or a group of scripts that one language is written in.
    package enum Script: String, Hashable, Sendable, CaseIterable {
        case hangul = "Hangul"
        case kana = "Kana"
        case han = "Han"
        case latin = "Latin"
        case cyrillic = "Cyrillic"
        case greek = "Greek"
        case arabic = "Arabic"
        case hebrew = "Hebrew"
        case devanagari = "Devanagari"
        case thai = "Thai"
        case armenian = "Armenian"
        case georgian = "Georgian"
        case other = "other"

        /// The language that a script implies, ISO 639-1; `nil` if several share it. Han without kana is taken for
        /// Chinese.
        package var language: String? {
            switch self {
            case .hangul: "ko"
            case .kana: "ja"
            case .han: "zh"
            case .greek: "el"
            case .hebrew: "he"
            case .thai: "th"
            case .armenian: "hy"
            case .georgian: "ka"
            case .latin, .cyrillic, .arabic, .devanagari, .other: nil
            }
        }

        private static let ranges: [(ClosedRange<UInt32>, Script)] = [
            (0x41...0x5A, .latin), (0x61...0x7A, .latin), (0xC0...0x24F, .latin), (0x370...0x3FF, .greek),
            (0x400...0x52F, .cyrillic), (0x531...0x587, .armenian), (0x5D0...0x5EA, .hebrew),
            (0x620...0x64A, .arabic), (0x671...0x6D3, .arabic), (0x904...0x939, .devanagari),
            (0xE01...0xE2E, .thai), (0x10A0...0x10FF, .georgian), (0x1100...0x11FF, .hangul),
            (0x1E00...0x1EFF, .latin), (0x1F00...0x1FFF, .greek), (0x3041...0x30FA, .kana),
            (0x3131...0x318E, .hangul), (0x3400...0x4DBF, .han), (0x4E00...0x9FFF, .han),
            (0xAC00...0xD7A3, .hangul),
        ]

        /// The script of a letter.
        static func of(_ scalar: UInt32) -> Script {
            ranges.first { $0.0.contains(scalar) }?.1 ?? .other
        }
    }

    /// How many texts of a table are examined to infer the language of all.
    package static let mostTexts = 20_000

    private var letters = [Int](repeating: 0, count: Script.allCases.count)

    package init() {}

    /// Counts the letters of a text, given as UTF-8.
    package mutating func count(_ text: UnsafeRawBufferPointer) {
        guard let base = text.baseAddress else { return }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        let classes = CharacterClasses.of(.none)
        var at = 0
        while at < text.count {
            let (scalar, length) = ScalarBytes.decode(bytes, at, text.count)
            at += length
            guard classes.table[Int(scalar)] & CharacterClasses.word != 0, scalar > 0x7F || scalar >= 0x41,
                scalar != 0x5F
            else { continue }
            if (0xAC00...0xD7A3).contains(scalar) {
                letters[0] += 1
            } else {
                letters[Script.allCases.firstIndex(of: Script.of(scalar)) ?? 0] += 1
            }
        }
    }

    package mutating func merge(_ other: ScriptCounts) {
        for index in letters.indices { letters[index] += other.letters[index] }
    }

    /// The scripts that occur with their part of all letters, the most frequent first. Where kana are among them, Han
    /// counts as kana: Japanese is written in both.
    package var shares: [(script: Script, share: Double)] {
        var counts = Dictionary(uniqueKeysWithValues: zip(Script.allCases, letters))
        let all = Double(letters.reduce(0, +))
        if let kana = counts[.kana], let han = counts[.han], kana * 10 >= han, kana > 0 {
            counts[.kana] = kana + han
            counts[.han] = 0
        }
        return Script.allCases.compactMap { script in
            counts[script].flatMap { $0 > 0 ? (script, Double($0) / all) : nil }
        }.sorted { $0.share > $1.share }
    }
}
