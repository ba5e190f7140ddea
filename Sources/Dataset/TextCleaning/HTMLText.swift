/// Turns a text that is HTML, as comment services give it, into what a reader sees.
///
/// A tag is one only if HTML has an element of its name: `3 < 5` and `<3` stay as they are. `br` and the ends of blocks
/// become line breaks, other tags vanish, with all that stands in `script` and `style`; references such as `&lt;` are
/// decoded once. Where there are tags, white space counts as HTML counts it: any run of it is one space.
package enum HTMLText {
    /// Whether there may be something to turn.
    package static func mayApply(to text: UnsafeRawBufferPointer) -> Bool {
        text.contains { $0 == 0x3C || $0 == 0x26 }
    }

    /// The text in UTF-8, if the given one was.
    package static func plain(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        var reader = TagReader(text)
        let pieces = reader.pieces()
        guard reader.foundTags else { return decoded(text) }
        var result = LineText()
        for piece in pieces {
            switch piece {
            case .text(let range):
                result.append(decoded(UnsafeRawBufferPointer(rebasing: text[range])))
            case .lineBreak: result.breakLine()
            case .block: result.endBlock()
            }
        }
        return result.finished
    }

    static func write(_ text: UnsafeRawBufferPointer, into target: ByteScratch) {
        let plain = plain(text)
        target.restart(plain.count)
        for byte in plain {
            target.start[target.count] = byte
            target.count += 1
        }
    }

    private static func decoded(_ text: UnsafeRawBufferPointer) -> [UInt8] {
        guard EntityDecoding.mayApply(to: text) else { return Array(text) }
        let scratch = ByteScratch()
        EntityDecoding.decode(text, into: scratch)
        return Array(scratch.bytes)
    }
}

/// Finds the tags of a text.
private struct TagReader {
    enum Piece {
        case text(Range<Int>)
        case lineBreak
        case block
    }

    private let text: UnsafeRawBufferPointer
    private(set) var foundTags = false

    init(_ text: UnsafeRawBufferPointer) { self.text = text }

    mutating func pieces() -> [Piece] {
        var pieces: [Piece] = []
        var start = 0
        var at = 0
        while at < text.count {
            guard text[at] == 0x3C, let tag = tag(at) else {
                at += 1
                continue
            }
            foundTags = true
            if start < at { pieces.append(.text(start..<at)) }
            if tag.name == "br" {
                pieces.append(.lineBreak)
            } else if Self.blocks.contains(tag.name) {
                pieces.append(.block)
            }
            at = tag.end
            if !tag.closes, tag.name == "script" || tag.name == "style" { at = behind(tag.name, at) }
            start = at
        }
        if start < text.count { pieces.append(.text(start..<text.count)) }
        return pieces
    }

    /// The tag or comment that starts at a `<`; `nil` where there is none.
    private func tag(_ start: Int) -> (name: String, closes: Bool, end: Int)? {
        var at = start + 1
        if text[at...].starts(with: [0x21, 0x2D, 0x2D]) {
            at += 3
            while at + 2 < text.count, !text[at...].starts(with: [0x2D, 0x2D, 0x3E]) { at += 1 }
            return at + 2 < text.count ? ("", false, at + 3) : nil
        }
        let closes = at < text.count && text[at] == 0x2F
        if closes { at += 1 }
        let name = at
        while at < text.count, at - name < 16, (text[at] | 0x20) &- 0x61 < 26 || text[at] &- 0x30 < 10 {
            at += 1
        }
        guard at < text.count, [0x20, 0x09, 0x0A, 0x0D, 0x2F, 0x3E].contains(text[at]) else { return nil }
        let word = String(decoding: text[name..<at], as: UTF8.self).lowercased()
        guard Self.elements.contains(word) else { return nil }
        var quote: UInt8?
        while at < text.count {
            let byte = text[at]
            at += 1
            if let open = quote {
                if byte == open { quote = nil }
            } else if byte == 0x22 || byte == 0x27 {
                // A quotation mark counts where a value begins.
                if text[at - 2] == 0x3D { quote = byte }
            } else if byte == 0x3E {
                return (word, closes, at)
            }
        }
        return nil
    }

    /// Where the content of an element that holds no text ends.
    private func behind(_ name: String, _ start: Int) -> Int {
        var at = start
        while at < text.count {
            if text[at] == 0x3C, let tag = tag(at), tag.closes, tag.name == name { return tag.end }
            at += 1
        }
        return text.count
    }

    private static let blocks: Set<String> = Set(
        """
        address article aside blockquote dd details div dl dt fieldset figcaption figure footer form h1 h2 h3 h4 h5 h6 \
        header hr li main nav ol p pre section summary table tbody tfoot thead tr ul
        """.split(separator: " ").map(String.init))

    /// Source: HTML Living Standard, "Index of elements", with those of earlier versions that comments still hold.
    private static let elements = blocks.union(
        """
        a abbr acronym audio b base bdi bdo big body br button canvas caption center cite code col colgroup data datalist \
        del dfn dialog em embed font head html i iframe img input ins kbd label legend link map mark menu meta meter \
        noscript object optgroup option output param picture progress q rp rt ruby s samp script select slot small source \
        span strike strong style sub sup svg td template textarea th time title track tt u var video wbr
        """.split(separator: " ").map(String.init))
}

/// Puts lines together from texts in which white space counts for little.
private struct LineText {
    private var bytes: [UInt8] = []
    /// White space that waits for what follows it.
    private var hasSpace = false
    private var isBlockEnded = false

    var finished: [UInt8] {
        var bytes = bytes
        while bytes.last == 0x0A || bytes.last == 0x20 { bytes.removeLast() }
        return bytes
    }

    mutating func append(_ text: [UInt8]) {
        for byte in text {
            if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D || byte == 0x0C {
                hasSpace = true
                continue
            }
            if isBlockEnded, !bytes.isEmpty { bytes.append(0x0A) }
            if hasSpace, let last = bytes.last, last != 0x0A { bytes.append(0x20) }
            (hasSpace, isBlockEnded) = (false, false)
            bytes.append(byte)
        }
    }

    mutating func breakLine() {
        if isBlockEnded, !bytes.isEmpty { bytes.append(0x0A) }
        bytes.append(0x0A)
        (hasSpace, isBlockEnded) = (false, false)
    }

    mutating func endBlock() {
        hasSpace = false
        // A line that has just been broken ends its block with it.
        isBlockEnded = bytes.last != 0x0A
    }
}
