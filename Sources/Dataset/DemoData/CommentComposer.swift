/// Composes a comment's text and predicts its reception.
package struct CommentComposer {
    struct Comment {
        var text: String
        /// Sum of the heat of everything in it, in logits; above 0 divides readers more than it unites them.
        var heat: Double
        /// Whether those who agree among themselves about it would rather vote it down.
        var isTiresome: Bool
        /// Whether it takes the topic's first side.
        var takesFirstSide: Bool
    }

    var topic: Topic

    package init(topic: Topic) { self.topic = topic }

    func compose(using random: inout Draws) -> Comment {
        let takesFirstSide = random.chance(0.5)
        let sides = takesFirstSide ? topic.sides : (topic.sides.1, topic.sides.0)
        let mood = Mood(using: &random)
        var comment = Comment(text: "", heat: 0, isTiresome: false, takesFirstSide: takesFirstSide)
        var used: Set<String> = []
        if random.chance(0.3) { comment.text = random.pick(PhraseBook.openings) + " " }
        let count = random.pick([1, 2, 2, 2, 3, 3, 4])
        for index in 0..<count {
            let tone = mood.tone(using: &random)
            let sentence = random.pick(PhraseBook.sentences[tone] ?? [])
            guard used.insert(sentence.text).inserted else { continue }
            let (text, heat) = expand(sentence.text, sides: sides, using: &random)
            if index > 0 { comment.text += " " }
            comment.text += text + random.pick(PhraseBook.endings)
            comment.heat += sentence.heat + heat
            if tone == .tiresome { comment.isTiresome = true }
        }
        return comment
    }

    /// Fills the slots of one sentence.
    /// - Returns: the text and the heat of the words that were put in.
    package func expand(
        _ sentence: String, sides: (String, String), using random: inout Draws
    ) -> (text: String, heat: Double) {
        var text = ""
        var heat = 0.0
        var rest = sentence[...]
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            text += rest[..<open]
            let slot = rest[rest.index(after: open)..<close].split(separator: ":")
            let word = fill(String(slot[0]), sides: sides, using: &random)
            heat += word.heat
            text += word.text
            if slot.count > 1, let particle = Particle(rawValue: String(slot[1])) {
                text += particle.form(after: word.text)
            }
            rest = rest[rest.index(after: close)...]
        }
        return (text + rest, heat)
    }

    private func fill(
        _ slot: String, sides: (String, String), using random: inout Draws
    ) -> PhraseBook.Word {
        switch slot {
        case "주제": PhraseBook.Word(topic.name)
        case "가": PhraseBook.Word(sides.0)
        case "나": PhraseBook.Word(sides.1)
        case "것": PhraseBook.Word(random.pick(topic.things))
        case "곳": PhraseBook.Word(random.pick(topic.places))
        default: random.pick(PhraseBook.words[slot] ?? [PhraseBook.Word("{\(slot)}")])
        }
    }
}

/// What kinds of sentence a writer tends to. Most stay with one; some mix.
struct Mood {
    private let favorite: PhraseBook.Tone
    private let loyalty: Double

    init(using random: inout Draws) {
        let draw = random.unit()
        favorite = draw < 0.50 ? .divisive : draw < 0.80 ? .kind : draw < 0.90 ? .tiresome : .plain
        loyalty = 0.5 + 0.35 * random.unit()
    }

    func tone(using random: inout Draws) -> PhraseBook.Tone {
        if random.chance(loyalty) { return favorite }
        return random.chance(0.5) ? .plain : random.pick([.divisive, .kind])
    }
}
