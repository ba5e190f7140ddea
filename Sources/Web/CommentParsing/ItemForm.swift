internal import JSON

/// What the items of one answer have in common: finds a field that all of them lack, which is a service that changed and no
/// list of faulty comments, and replies that the source's description passes over.
struct ItemForm {
    private let listing: CommentListing
    private let asksForReplies: Bool

    /// - Parameter asksForReplies: whether the replies of these items need requests of their own, if the source has any.
    init(_ listing: CommentListing, asksForReplies: Bool) {
        self.listing = listing
        self.asksForReplies = asksForReplies
    }

    /// - Throws: ``AnswerError/changed(_:)`` for a field that is missing in every item.
    func check(_ items: [JSONValue]) throws(AnswerError) {
        let fields = listing.fields
        let objects = items.filter { $0.members != nil }
        guard !objects.isEmpty else { return }
        let kept = objects.filter { !isSaidRemoved($0) }
        var required = [fields.key]
        if listing.replies != nil, asksForReplies, let replies = fields.replies { required.append(replies) }
        for path in required where objects.allSatisfy({ path.value(in: $0) == nil }) {
            throw missing(path, in: objects)
        }
        guard !kept.isEmpty else { return }
        let ofComments = [fields.text, fields.up, fields.down] + [fields.createdAt].compactMap { $0 }
        for path in ofComments where kept.allSatisfy({ path.value(in: $0) == nil }) {
            throw missing(path, in: kept)
        }
        guard kept.count > 1, kept.allSatisfy({ isEmpty(fields.text.value(in: $0)) }) else { return }
        throw .changed(
            "the text at '\(fields.text.text)' is empty in all of \(kept.count) comments, and none says that it was removed"
                + Self.holds(kept[0], named: fields.text))
    }

    /// What all items are refused for.
    func refusal(of items: [JSONValue], _ reason: String) -> String {
        let count = items.count == 1 ? "the only comment" : "none of \(items.count) comments"
        let can = items.count == 1 ? "cannot be taken" : "can be taken; the first one"
        return "\(count) \(can): \(reason)" + Self.holds(items[0], named: nil)
    }

    private func missing(_ path: JSONPath, in items: [JSONValue]) -> AnswerError {
        .changed(
            "nothing at '\(path.text)' in \(items.count == 1 ? "the only item" : "any of \(items.count) items")"
                + Self.holds(items[0], named: path))
    }

    private func isSaidRemoved(_ item: JSONValue) -> Bool {
        listing.fields.removedIf.contains { $0.isMet(in: item) }
            || listing.fields.removedUnless.contains { !$0.isMet(in: item) }
    }

    private func isEmpty(_ text: JSONValue?) -> Bool {
        switch text {
        case nil, .null?, .string("")?: true
        default: false
        }
    }

    // MARK: - What there is instead

    /// The keys that a value has, with one that is close to the name sought: `; it holds id, body, likes (likes?)`.
    static func holds(_ node: JSONValue, named path: JSONPath?) -> String {
        guard let members = path?.parent(in: node) ?? node.members, !members.isEmpty else { return "" }
        let keys = members.prefix(20).map(\.key)
        let more = members.count > 20 ? ", …" : ""
        let close = path?.lastKey.flatMap { name in members.map(\.key).first { isClose($0, name) } }
        let guess = close.map { "; is '\($0)' meant now?" } ?? ""
        return "; it holds \(keys.map { String($0.prefix(40)) }.joined(separator: ", "))\(more)\(guess)"
    }

    /// Whether one name begins or ends with the other, capitals and underscores aside.
    private static func isClose(_ one: String, _ other: String) -> Bool {
        let (a, b) = (plain(one), plain(other))
        guard min(a.utf8.count, b.utf8.count) > 1 else { return false }
        return a.hasPrefix(b) || a.hasSuffix(b) || b.hasPrefix(a) || b.hasSuffix(a)
    }

    private static func plain(_ name: String) -> String {
        name.lowercased().filter { $0 != "_" && $0 != "-" }
    }

    // MARK: - Replies that nothing reads

    /// Lists inside items whose elements have a number and a text as comments do.
    func unread(_ items: [JSONValue]) -> [UnreadReplies] {
        guard listing.repliesIn == nil, listing.replies == nil, asksForReplies else { return [] }
        var found: [String: [String]] = [:]
        for item in items { look(in: item, at: [], &found) }
        return found.sorted { $0.key < $1.key }.map { UnreadReplies(path: $0.key, keys: $0.value) }
    }

    private func look(in node: JSONValue, at path: [String], _ found: inout [String: [String]]) {
        guard path.count < 4, let members = node.members else { return }
        for member in members {
            let place = path + [member.key.replacing(".", with: "\\.")]
            guard let elements = member.value.arrayValue else {
                look(in: member.value, at: place, &found)
                continue
            }
            let keys = elements.compactMap { key(of: $0) }
            if !keys.isEmpty { found[place.joined(separator: "."), default: []] += keys }
        }
    }

    private func key(of element: JSONValue) -> String? {
        guard listing.fields.text.value(in: element)?.stringValue != nil else { return nil }
        return listing.fields.key.value(in: element)?.scalarText
    }
}
