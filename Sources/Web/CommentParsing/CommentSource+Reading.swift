internal import FieldValues
internal import JSON
internal import VoteModel
internal import WebFormats

extension CommentSource {
    /// Reads one page of comments.
    ///
    /// An item that cannot be taken is refused with its reason and loses nothing but itself.
    ///
    /// - Parameters:
    ///   - charset: `charset` of the Content-Type header.
    ///   - parent: the comment whose replies these are.
    /// - Throws: ``AnswerError`` where the answer as a whole is none.
    package func page(
        _ bytes: [UInt8], charset: String? = nil, parent: String? = nil
    ) throws(AnswerError) -> CommentPage {
        let answer = try JSONAnswer(bytes, charset: charset)
        let root = answer.root
        if comments.emptyIf.contains(where: { $0.isMet(in: root) }) { return Self.none(answer) }
        try refuse(root)
        let announced = comments.total?.value(in: root)?.exactCount.map(Int.init)
        guard let items = try items(in: root, announced) else { return Self.none(answer) }
        var page = CommentPage()
        page.items = items.count
        page.repairs = answer.repairs
        page.announced = announced
        page.next = comments.paging.next(in: root)
        let form = ItemForm(comments, asksForReplies: parent == nil)
        try form.check(items)
        for (index, item) in items.enumerated() {
            take(item, place: index + 1, parent, into: &page, depth: 0)
        }
        if page.comments.isEmpty, let first = page.refused.first {
            throw .changed(form.refusal(of: items, first.reason))
        }
        page.unread = form.unread(items)
        return page
    }

    /// A page without comments.
    private static func none(_ answer: JSONAnswer) -> CommentPage {
        var page = CommentPage()
        page.repairs = answer.repairs
        return page
    }

    /// - Throws: where the answer itself says that it is none.
    private func refuse(_ root: JSONValue) throws(AnswerError) {
        for expectation in comments.accepts where !expectation.isMet(in: root) {
            try fail(root, expectation, "not \(expectation.value)")
        }
        for fault in comments.refusedIf where fault.isMet(in: root) {
            try fail(root, fault, "which the source names as a refusal")
        }
    }

    private func fail(_ root: JSONValue, _ at: Expectation, _ why: String) throws(AnswerError) {
        if let message = comments.message?.value(in: root)?.scalarText { throw .refused(message) }
        throw .refused("'\(at.path.text)' is \(at.path.value(in: root)?.excerpt ?? "nothing"), \(why)")
    }

    /// The list of comments; `nil` where the service says in another way that there is none: with `null`, or with nothing at
    /// all beside a total of 0.
    private func items(in root: JSONValue, _ announced: Int?) throws(AnswerError) -> [JSONValue]? {
        guard let value = comments.list.value(in: root) else {
            if announced == 0 { return nil }
            throw .otherForm(
                "nothing at '\(comments.list.text)', where the list of comments should be"
                    + ItemForm.holds(root, named: comments.list))
        }
        if let items = value.arrayValue { return items }
        if announced == 0 { return nil }
        if case .null = value, announced == nil { return nil }
        throw .otherForm("\(value.kindName) at '\(comments.list.text)'; expected the list of comments")
    }

    /// Most replies inside one another.
    private static let deepest = 64

    /// Takes an item and, where the source says that they stand inside it, its replies.
    private func take(
        _ item: JSONValue, place: Int, _ parent: String?, into page: inout CommentPage, depth: Int
    ) {
        var key = parent
        do throws(FieldFault) {
            let comment = try comment(item, parent)
            key = comment.key
            page.comments.append(comment)
            let inside = try replies(in: item)
            if comments.repliesIn != nil, comments.replies == nil, Int(comment.replies) > inside.count {
                page.missingReplies += Int(comment.replies) - inside.count
            }
        } catch {
            page.refused.append(RefusedComment(place: place, reason: error.reason, excerpt: item.excerpt))
        }
        guard let inside = try? replies(in: item) else { return }
        guard depth < Self.deepest else {
            page.missingReplies += inside.count
            return
        }
        for reply in inside { take(reply, place: place, key, into: &page, depth: depth + 1) }
    }

    /// The replies that stand inside an item. Services write nothing, `null`, `false` or an empty text for none.
    private func replies(in item: JSONValue) throws(FieldFault) -> [JSONValue] {
        guard let path = comments.repliesIn, let value = path.value(in: item) else { return [] }
        switch value {
        case .array(let replies): return replies
        case .null, .string(""), .bool(false): return []
        case .object(let members) where members.isEmpty: return []
        default: throw FieldFault(path, value, "the list of replies")
        }
    }

    private struct FieldFault: Error {
        let reason: String

        init(_ path: JSONPath, _ found: JSONValue?, _ expected: String) {
            reason = "'\(path.text)': found \(found?.excerpt ?? "nothing"), expected \(expected)"
        }
    }

    private func comment(_ item: JSONValue, _ parent: String?) throws(FieldFault) -> FetchedComment {
        let fields = comments.fields
        guard let key = fields.key.value(in: item)?.scalarText, !key.isEmpty else {
            throw FieldFault(fields.key, fields.key.value(in: item), "the comment's number")
        }
        let up = try count(fields.up, item)
        let down = try count(fields.down, item)
        let replies = try fields.replies.map { path throws(FieldFault) in try count(path, item) } ?? 0
        let isSaidRemoved =
            fields.removedIf.contains { $0.isMet(in: item) }
            || fields.removedUnless.contains { !$0.isMet(in: item) }
        let text = try text(item, isSaidRemoved)
        let written = fields.createdAt?.value(in: item)
        let createdAt = created(written, fields.createdAt)
        return FetchedComment(
            key: key, parent: self.parent(of: item, key: key) ?? parent, text: text, up: up, down: down,
            replies: replies, createdAt: createdAt?.text, createdSeconds: createdAt?.seconds,
            author: fields.author?.value(in: item)?.scalarText, isDeleted: text.isEmpty || isSaidRemoved)
    }

    /// Removed comments may have an empty text or `null` for one; no text at all only where the source says that they are
    /// removed, since a field that is missing tells nothing of the comment.
    private func text(_ item: JSONValue, _ isSaidRemoved: Bool) throws(FieldFault) -> String {
        let path = comments.fields.text
        let value = path.value(in: item)
        switch value {
        case .string(let text)?:
            guard !text.utf8.contains(0) else { throw FieldFault(path, value, "a text without NUL") }
            return text
        case .null?: return ""
        case nil where isSaidRemoved: return ""
        default: throw FieldFault(path, value, "a text")
        }
    }

    private func count(_ path: JSONPath, _ item: JSONValue) throws(FieldFault) -> Int32 {
        let value = path.value(in: item)
        // A count of none is left out or null in removed comments.
        switch value {
        case nil, .null?: if comments.fields.text.value(in: item)?.stringValue?.isEmpty ?? true { return 0 }
        default: break
        }
        guard let count = value?.count else { throw FieldFault(path, value, "a number of 0 or more") }
        return count
    }

    /// A date is something that a comment can do without. One that is told by how long ago it was has no seconds yet: only
    /// who knows when the answer came can tell.
    private func created(_ value: JSONValue?, _ path: JSONPath?) -> (text: String, seconds: Int64?)? {
        guard path != nil, let text = value?.scalarText, !text.isEmpty else { return nil }
        return (text, MomentText(zone: articles.zone).seconds(text))
    }

    /// Services name the comment itself, 0 or nothing as the parent of one that answers the article.
    private func parent(of item: JSONValue, key: String) -> String? {
        guard let parent = comments.fields.parent?.value(in: item)?.scalarText else { return nil }
        let isNone = parent.isEmpty || parent == "0" || parent.utf8.elementsEqual(key.utf8)
        return isNone ? nil : parent
    }
}

extension Expectation {
    /// `*` stands for anything but nothing, `null`, `false`, 0 and what is empty.
    func isMet(in root: JSONValue) -> Bool {
        if value == "*" { return path.value(in: root)?.saysSomething ?? false }
        return path.value(in: root)?.scalarText?.utf8.elementsEqual(value.utf8) ?? (value == "null")
    }
}

extension JSONValue {
    fileprivate var saysSomething: Bool {
        switch self {
        case .null, .bool(false), .string(""), .number("0"): false
        case .array(let elements): !elements.isEmpty
        case .object(let members): !members.isEmpty
        default: true
        }
    }
}

extension Paging {
    fileprivate func next(in root: JSONValue) -> NextPage? {
        switch self {
        case .single: return NextPage.none
        case .offset, .page(_, nil): return nil
        case .page(_, let pages?): return pages.value(in: root)?.exactCount.map { .ofPages(Int($0)) }
        case .cursor(let next, let end):
            guard let mark = next.value(in: root)?.scalarText, !mark.isEmpty else { return NextPage.none }
            let last = end?.value(in: root)?.scalarText
            return last?.utf8.elementsEqual(mark.utf8) ?? false ? NextPage.none : .cursor(mark)
        case .link(let path):
            guard let link = path.value(in: root)?.stringValue, !link.isEmpty else { return NextPage.none }
            return .link(link)
        }
    }
}
