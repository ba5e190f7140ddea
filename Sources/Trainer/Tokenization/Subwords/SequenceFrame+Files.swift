internal import JSON

extension SequenceFrame {
    /// Reads `post_processor` of a `tokenizer.json`, and whether it takes spaces off the places of pieces.
    static func read(
        _ json: JSONSection, _ id: (String) -> Int32?
    ) throws(TokenizationError) -> (frame: SequenceFrame, trimsOffsets: Bool) {
        guard let section = json.section("post_processor") else { return (SequenceFrame(), false) }
        switch try section.text("type") ?? "" {
        case "ByteLevel": return (SequenceFrame(), try section.bool("trim_offsets") ?? true)
        case "RobertaProcessing":
            let ends = try (named("cls", section), named("sep", section))
            return (.roberta(ends.0, ends.1), try section.bool("trim_offsets") ?? true)
        case "BertProcessing":
            let ends = try (named("cls", section), named("sep", section))
            return (.bert(ends.0, ends.1), false)
        case "TemplateProcessing": return (try template(section), false)
        case let type:
            throw section.wrong(
                "type", "ByteLevel, RobertaProcessing, BertProcessing or TemplateProcessing, not '\(type)'")
        }
    }

    /// A token given as its text and its id.
    private static func named(_ key: String, _ section: JSONSection) throws(TokenizationError) -> Int {
        guard let id = section.value[key]?.arrayValue?.last?.intValue, 0..<Int(Int32.max) ~= id else {
            throw section.wrong(key, "a token and its id")
        }
        return id
    }

    private static func template(_ section: JSONSection) throws(TokenizationError) -> SequenceFrame {
        var frame = SequenceFrame()
        let single = try parts(section, "single")
        guard single.count == 2 else {
            throw section.wrong("single", "one text with special tokens around it")
        }
        (frame.before, frame.after) = (single[0].ids, single[1].ids)
        guard (single[0].segments + single[1].segments).allSatisfy({ $0 == 0 }), single[0].segment == 0 else {
            throw section.wrong("single", "a template whose segments are all 0")
        }
        let pair = try parts(section, "pair")
        guard pair.count == 3, pair[0].ids == frame.before, pair[2].ids == frame.after else {
            throw section.wrong("pair", "two texts, with the special tokens of 'single' around both")
        }
        frame.between = pair[1].ids
        frame.secondSegment = pair[1].segment ?? 0
        guard (pair[0].segments + pair[1].segments).allSatisfy({ $0 == 0 }), pair[0].segment == 0,
            pair[2].segments.allSatisfy({ $0 == frame.secondSegment })
        else {
            throw section.wrong(
                "pair", "a template whose special tokens are of the segment of the text in front of them")
        }
        return frame
    }

    /// The special tokens in front of each text and after the last with their segments, and the segment of the text that
    /// follows.
    private static func parts(
        _ section: JSONSection, _ key: String
    ) throws(TokenizationError) -> [(ids: [Int32], segments: [Int], segment: UInt8?)] {
        var parts: [(ids: [Int32], segments: [Int], segment: UInt8?)] = [([], [], nil)]
        for item in section.value[key]?.arrayValue ?? [] {
            if let text = item["Sequence"] {
                guard let segment = text["type_id"]?.intValue, 0...1 ~= segment else {
                    throw section.wrong(key, "a template whose segments are 0 and 1")
                }
                parts[parts.count - 1].segment = UInt8(segment)
                parts.append(([], [], nil))
                continue
            }
            guard let name = item["SpecialToken"]?["id"]?.stringValue,
                let ids = section.value["special_tokens"]?[name]?["ids"]?.arrayValue
            else {
                throw section.wrong(key, "a template of texts and special tokens that 'special_tokens' lists")
            }
            for id in ids {
                guard let id = id.intValue, 0..<Int(Int32.max) ~= id else {
                    throw section.wrong("special_tokens.\(name).ids", "ids from 0")
                }
                parts[parts.count - 1].ids.append(Int32(id))
                parts[parts.count - 1].segments.append(item["SpecialToken"]?["type_id"]?.intValue ?? 0)
            }
        }
        return parts
    }
}
