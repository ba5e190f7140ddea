/// Steps 3, 5 and 6 of cleaning, over UTF-8 bytes.
enum Squeeze {
    /// Writes `text` with one space for each run of characters that are not kept: step 3 alone.
    static func filter(_ text: UnsafeRawBufferPointer, _ classes: CharacterClasses, into target: ByteScratch)
    {
        target.restart(text.count)
        guard let base = text.baseAddress else { return }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        let table = classes.table
        let out = target.start
        var written = 0
        var at = 0
        var inRun = false
        while at < text.count {
            let (scalar, length) = ScalarBytes.decode(bytes, at, text.count)
            if table[Int(scalar)] & CharacterClasses.kept != 0 {
                for offset in 0..<length { out[written + offset] = bytes[at + offset] }
                written += length
                inRun = false
            } else if !inRun {
                out[written] = 0x20
                written += 1
                inRun = true
            }
            at += length
        }
        target.count = written
    }

    /// Writes `text` filtered, with repeats shortened and, if asked for, white space collapsed and trimmed.
    ///
    /// One pass does the work of three: a character that is not kept is white space to the steps after it.
    ///
    /// - Returns: how many code points were written.
    static func squeeze(
        _ text: UnsafeRawBufferPointer, _ classes: CharacterClasses, repeats: RepeatRule?,
        collapsingSpace: Bool, into target: ByteScratch
    ) -> Int {
        target.restart(text.count)
        guard let base = text.baseAddress else { return 0 }
        let bytes = base.assumingMemoryBound(to: UInt8.self)
        let count = text.count
        let table = classes.table
        let out = target.start
        let shortestRun = repeats?.shortestRun ?? .max
        let keep = repeats?.keep ?? 0
        var written = 0
        var characters = 0
        var at = 0
        var last = ScalarBytes.malformed
        var run = 0
        var spaceWaits = false
        while at < count {
            let (scalar, length) = ScalarBytes.decode(bytes, at, count)
            let kind = table[Int(scalar)]
            if collapsingSpace,
                kind & (CharacterClasses.kept | CharacterClasses.space) != CharacterClasses.kept
            {
                spaceWaits = true
                last = ScalarBytes.malformed
                at += length
                continue
            }
            if scalar == last, kind & CharacterClasses.word != 0 {
                run += 1
                if run >= shortestRun {
                    if run == shortestRun {
                        let extra = shortestRun - 1 - keep
                        written -= extra * length
                        characters -= extra
                    }
                    at += length
                    continue
                }
            } else {
                last = scalar
                run = 1
            }
            if spaceWaits {
                spaceWaits = false
                if written > 0 {
                    out[written] = 0x20
                    written += 1
                    characters += 1
                }
            }
            copy(bytes + at, length, to: out + written)
            written += length
            characters += 1
            at += length
        }
        target.count = written
        return characters
    }
    /// Copies a code point of 1 ... 4 bytes.
    @inline(__always)
    private static func copy(
        _ source: UnsafePointer<UInt8>, _ length: Int, to target: UnsafeMutablePointer<UInt8>
    ) {
        target[0] = source[0]
        guard length > 1 else { return }
        target[1] = source[1]
        if length > 2 { target[2] = source[2] }
        if length > 3 { target[3] = source[3] }
    }
}
