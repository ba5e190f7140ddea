/// Noise as in real comments, put into a few of the synthetic ones. It is unrelated to the votes.
enum Untidiness: CaseIterable {
    case emoji, quotation, address, heldKey, decomposed, entity

    private static let share = 1.0 / 12

    static func apply(to text: String, using random: inout Draws) -> String {
        guard random.chance(share) else { return text }
        switch random.pick(allCases) {
        case .emoji: return text + " " + random.pick(PhraseBook.emoji) + random.pick(PhraseBook.emoji)
        case .quotation: return random.chance(0.5) ? "\"\(text)\"" : "“\(text)” \"진짜로"
        case .address: return text + " https://example.com/news/\(100 + random.below(900))"
        case .heldKey:
            let key = random.pick(["ㅋ", "ㅎ", "ㅠ", "!", "."])
            return text + String(repeating: key, count: 5 + random.below(20))
        case .decomposed: return Hangul.decomposed(text)
        case .entity: return text + random.pick([" 1 &lt; 2", " A&amp;B", " &quot;음&quot;", " 하트 &hearts;"])
        }
    }
}
