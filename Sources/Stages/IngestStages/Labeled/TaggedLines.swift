internal import StageKit

/// Where the words and the tags of a file in CoNLL's manner are: a line for each word or character, its fields between tabs or
/// blanks, an empty line after each text.
struct TaggedLayout: Hashable {
    /// Columns, counted from 1; `nil`: the last one.
    var word = 1
    var tag: Int?
    /// Whether a line holds a character, blanks among them, and not a word.
    var areCharacters = false

    /// The columns that a text of such a file has.
    static let columns = ["id", "text", "tags"]

    /// - Parameter isMeant: whether the stage's files are such files.
    init?(_ parameters: inout ParameterReader, isMeant: Bool) {
        let given = parameters.map(
            "conll", help: "For format conll. What is in the columns of a line, counted from 1."
        ) { reader in
            (
                word: reader.int(
                    "word", default: 1, in: 1...100, help: "Column of the word, or of the character."),
                tag: reader.optionalInt(
                    "tag", in: 1...100, help: "Column of its tag; by default the last one."),
                unit: reader.choice(
                    "unit", default: "word", of: ["word", "character"],
                    help:
                        "What a line holds: words, which are joined by blanks, or characters, which are joined as they are."
                )
            )
        }
        guard isMeant else {
            if given != nil {
                parameters.reject(
                    "conll", "'conll' is for format: conll",
                    hint: "set 'format' to conll, or leave 'conll' out")
            }
            return nil
        }
        guard let given else { return }
        (word, tag, areCharacters) = (given.word, given.tag, given.unit == "character")
    }
}

/// Turns such lines into lines of JSON with the text, its tags, and the number that a comment line gives it. Each object is on
/// the line on which its text begins in the file, so that messages name that one.
struct TaggedLines {
    private let layout: TaggedLayout
    private let file: String
    private var rest: [UInt8] = []
    private var line = 0
    /// Lines that are written.
    private var written = 0
    private var id: String?
    private var words: [String] = []
    private var tags: [String] = []
    private var firstLine = 0

    init(_ layout: TaggedLayout, file: String) {
        self.layout = layout
        self.file = file
    }

    /// Takes the next bytes, UTF-8.
    /// - Returns: what is finished with them.
    /// - Throws: ``/StageKit/StageError`` with file and line for a line without a word or a tag.
    mutating func feed(_ bytes: UnsafeRawBufferPointer) throws(StageError) -> [UInt8] {
        var out: [UInt8] = []
        var start = bytes.startIndex
        while let end = bytes[start...].firstIndex(of: 0x0A) {
            let own = rest + bytes[start..<end]
            rest = []
            try read(own, &out)
            start = end + 1
        }
        rest += bytes[start...]
        return out
    }

    mutating func finish() throws(StageError) -> [UInt8] {
        var out: [UInt8] = []
        if !rest.isEmpty { try read(rest, &out) }
        end(&out)
        return out
    }

    private mutating func read(_ bytes: [UInt8], _ out: inout [UInt8]) throws(StageError) {
        line += 1
        let bytes = bytes.last == 0x0D ? bytes.dropLast() : bytes[...]
        let blanks: Set<UInt8> = layout.areCharacters ? [0x09] : [0x09, 0x20]
        if bytes.allSatisfy(blanks.contains) {
            end(&out)
        } else if isComment(bytes) {
            readComment(String(decoding: bytes, as: UTF8.self))
        } else {
            try readWord(bytes)
        }
    }

    /// Comments stand in front of a text. A line that ends with a tag of spans has a number sign for its word.
    private func isComment(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard words.isEmpty,
            bytes.starts(with: "## ".utf8) || bytes.starts(with: "# ".utf8) || bytes.elementsEqual("##".utf8)
        else { return false }
        let fields = bytes.split(separator: 0x20)
        guard let last = fields.last, fields.count > 1, !bytes.contains(0x09),
            !fields.contains(where: { $0.elementsEqual("=".utf8) })
        else { return true }
        return
            !(last.elementsEqual("O".utf8)
            || ["B-", "I-"].contains { last.starts(with: $0.utf8) }
            || ["-B", "-I"].contains { last.suffix(2).elementsEqual($0.utf8) })
    }

    /// `## NUMBER`, a tab and more, as in KLUE, or `# sent_id = NUMBER`, as in CoNLL-U.
    private mutating func readComment(_ text: String) {
        if text.hasPrefix("# sent_id = ") {
            id = String(text.dropFirst("# sent_id = ".count))
        } else if text.hasPrefix("## "), let tab = text.firstIndex(of: "\t") {
            id = String(text[..<tab].dropFirst("## ".count))
        }
    }

    private mutating func readWord(_ bytes: ArraySlice<UInt8>) throws(StageError) {
        let hasTabs = layout.areCharacters || bytes.contains(0x09)
        let fields = bytes.split(
            separator: hasTabs ? 0x09 : 0x20, omittingEmptySubsequences: !hasTabs)
        let tag = layout.tag ?? fields.count
        guard max(layout.word, tag) <= fields.count, tag != layout.word, !fields[tag - 1].isEmpty,
            !fields[layout.word - 1].isEmpty
        else {
            throw StageError(
                "\(file), line \(line): '\(String(decoding: bytes.prefix(60), as: UTF8.self))' has no "
                    + "\(layout.areCharacters ? "character" : "word") in column \(layout.word) with a tag in column "
                    + "\(layout.tag.map(String.init) ?? "\(max(2, fields.count))")",
                hint:
                    "say under 'conll' which columns hold them, or fix the line; nothing was taken",
                sourceIncomplete: true)
        }
        let word = String(decoding: fields[layout.word - 1], as: UTF8.self)
        let spoiled = layout.areCharacters ? word.unicodeScalars.count != 1 : word.utf8.contains(0x20)
        if spoiled {
            throw StageError(
                "\(file), line \(line): '\(word.prefix(60))' is not one \(layout.areCharacters ? "character" : "word")",
                hint: layout.areCharacters
                    ? "set 'unit' under 'conll' to word, or fix the line"
                    : "take the blank out of the word; blanks join the words of a text",
                sourceIncomplete: true)
        }
        if words.isEmpty { firstLine = line }
        words.append(word)
        tags.append(String(decoding: fields[tag - 1], as: UTF8.self))
    }

    private mutating func end(_ out: inout [UInt8]) {
        defer { (words, tags, id) = ([], [], words.isEmpty ? id : nil) }
        if words.isEmpty || words == ["-DOCSTART-"] { return }
        var members: [String: JSONValue] = [
            "text": .string(words.joined(separator: layout.areCharacters ? "" : " ")),
            "tags": .array(tags.map(JSONValue.string)),
        ]
        members["id"] = id.map(JSONValue.string)
        out += repeatElement(0x0A, count: firstLine - 1 - written)
        out += Array(JSONValue.object(members).canonicalText.utf8)
        out.append(0x0A)
        written = firstLine
    }
}
