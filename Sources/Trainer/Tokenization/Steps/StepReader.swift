private import Foundation
internal import JSON

/// Reads normalizers and pre-tokenizers of a `tokenizer.json`. What is not done exactly is refused by name.
struct StepReader {
    private let json: JSONSection

    init(_ json: JSONSection) { self.json = json }

    /// How text becomes words.
    func words() throws(TokenizationError) -> StepCutter.Words {
        let normalizer = json.section("normalizer")
        let splitter = json.section("pre_tokenizer")
        let types = [try normalizer?.text("type"), try splitter?.text("type")]
        if types.contains("BertNormalizer") || types.contains("BertPreTokenizer") {
            return .bert(try bertOptions(normalizer, splitter))
        }
        return .steps(try normalizers(normalizer), try preTokenizers(splitter))
    }

    private func bertOptions(
        _ normalizer: JSONSection?, _ splitter: JSONSection?
    ) throws(TokenizationError) -> TokenizerOptions {
        guard let normalizer, try normalizer.text("type") == "BertNormalizer",
            try splitter?.text("type") == "BertPreTokenizer"
        else {
            throw json.wrong(
                "normalizer",
                "of the type BertNormalizer where 'pre_tokenizer' is BertPreTokenizer, and the other way around"
            )
        }
        var options = TokenizerOptions(
            lowercase: try normalizer.bool("lowercase") ?? true,
            stripAccents: try normalizer.bool("strip_accents"))
        options.cleansText = try normalizer.bool("clean_text") ?? true
        options.isolatesIdeographs = try normalizer.bool("handle_chinese_chars") ?? true
        return options
    }

    // MARK: Normalizers

    private func normalizers(_ section: JSONSection?) throws(TokenizationError) -> [TextNormalizer] {
        guard let section else { return [] }
        let type = try section.text("type") ?? ""
        switch type {
        case "Sequence":
            var all: [TextNormalizer] = []
            for step in try steps(section, "normalizers") { all += try normalizers(step) }
            return all
        case "Precompiled":
            guard let text = try section.text("precompiled_charsmap") else { return [] }
            guard let map = Data(base64Encoded: text) else {
                throw section.wrong("precompiled_charsmap", "text in base64")
            }
            return map.isEmpty ? [] : [.map(try CharacterMap(Array(map), name: section.file))]
        case "NFC", "NFD", "NFKC", "NFKD": return TextForm(rawValue: type).map { [.form($0)] } ?? []
        case "StripAccents": return [.stripMarks]
        case "Lowercase": return [.lowercase]
        case "Strip":
            return [
                .strip(
                    left: try section.bool("strip_left") ?? true,
                    right: try section.bool("strip_right") ?? true)
            ]
        case "Prepend": return [.prepend(scalars(try section.text("prepend") ?? ""))]
        case "Replace": return try [replacement(section)]
        default:
            throw section.wrong(
                "type",
                "Sequence, Precompiled, NFC, NFD, NFKC, NFKD, StripAccents, Lowercase, Strip, Prepend or Replace, not "
                    + "'\(type)'; this normalizer is not supported")
        }
    }

    private func replacement(_ section: JSONSection) throws(TokenizationError) -> TextNormalizer {
        let content = scalars(try section.text("content") ?? "")
        let pattern = section.value["pattern"]
        if let text = pattern?["String"]?.stringValue { return .replace(.text(scalars(text)), with: content) }
        guard let regex = pattern?["Regex"]?.stringValue else {
            throw section.wrong("pattern", "an object with 'String' or 'Regex'")
        }
        guard regex == " {2,}" else {
            throw section.wrong(
                "pattern",
                "a 'String', or the 'Regex' \" {2,}\"; other regular expressions, as '\(regex)', are not supported"
            )
        }
        return .replace(.spaces, with: content)
    }

    // MARK: Pre-tokenizers

    private func preTokenizers(_ section: JSONSection?) throws(TokenizationError) -> [PreTokenizer] {
        guard let section else { return [] }
        switch try section.text("type") ?? "" {
        case "Sequence":
            var all: [PreTokenizer] = []
            for step in try steps(section, "pretokenizers") { all += try preTokenizers(step) }
            return all
        case "WhitespaceSplit": return [.whitespaceSplit]
        case "Metaspace": return [.metaspace(try metaspace(section))]
        case let type:
            throw section.wrong(
                "type",
                "Sequence, WhitespaceSplit, Metaspace, ByteLevel or BertPreTokenizer, not '\(type)'; this pre-tokenizer is not "
                    + "supported with a model of this type")
        }
    }

    private func metaspace(_ section: JSONSection) throws(TokenizationError) -> PreTokenizer.Metaspace {
        var rule = PreTokenizer.Metaspace()
        let replacement = scalars(try section.text("replacement") ?? "\u{2581}")
        guard replacement.count == 1 else { throw section.wrong("replacement", "one character") }
        rule.replacement = replacement[0]
        rule.splits = try section.bool("split") ?? true
        if let name = try section.text("prepend_scheme") {
            guard let scheme = PreTokenizer.Metaspace.Scheme(rawValue: name) else {
                throw section.wrong("prepend_scheme", "always, first or never, not '\(name)'")
            }
            rule.scheme = scheme
        }
        // Older files have this key alone.
        if try section.bool("add_prefix_space") == false {
            guard rule.scheme == .never || section.value["prepend_scheme"] == nil else {
                throw section.wrong("add_prefix_space", "true where prepend_scheme is '\(rule.scheme)'")
            }
            rule.scheme = .never
        }
        return rule
    }

    private func steps(_ section: JSONSection, _ key: String) throws(TokenizationError) -> [JSONSection] {
        guard let items = section.value[key]?.arrayValue else { throw section.wrong(key, "a list") }
        return items.enumerated().map { at, item in
            JSONSection(
                item, file: section.file,
                path: (section.path.isEmpty ? "" : section.path + ".") + "\(key)[\(at)]")
        }
    }

    private func scalars(_ text: String) -> [UInt32] { text.unicodeScalars.map(\.value) }
}
