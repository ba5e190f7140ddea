internal import StageKit
internal import TextCleaning

/// The languages that a card names: those that the pipeline file gives, or those that the scripts of the texts tell.
struct ExportLanguages {
    /// Short names of ISO 639; empty where nothing is known.
    let names: [String]
    /// What the card says where the names leave something open; `nil` where they do not.
    let note: String?

    /// A script that fewer of the letters are written in is passed over.
    private static let least = 0.1

    init(named: [String], _ scripts: ScriptCounts) {
        if !named.isEmpty {
            (names, note) = (named, nil)
            return
        }
        let shares = scripts.shares.filter { $0.share >= Self.least }
        names = shares.compactMap(\.script.language)
        let open = shares.filter { $0.script.language == nil }
        if shares.isEmpty {
            note =
                "The language of the texts was not determined; the key 'language' of the export stage names it."
        } else if open.isEmpty {
            note = nil
        } else {
            let list = open.map { "\($0.script.rawValue) \(Int(($0.share * 100).rounded())) %" }
            note =
                "Scripts that several languages are written in: \(list.joined(separator: ", ")) of the letters. Which "
                + "languages these are was not determined; the key 'language' of the export stage names them."
        }
    }

    /// Whether a text has the form of a language's name: two or three letters, and parts such as a country after hyphens.
    static func isName(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count),
            first.utf8.allSatisfy({ (0x61...0x7A).contains($0) })
        else { return false }
        return parts.dropFirst().allSatisfy { part in
            (2...8).contains(part.utf8.count)
                && part.unicodeScalars.allSatisfy {
                    $0.isASCII && $0.properties.isAlphabetic || ("0"..."9") ~= $0
                }
        }
    }
}
