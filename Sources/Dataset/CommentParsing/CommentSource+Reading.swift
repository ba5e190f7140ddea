internal import FieldValues
internal import JSONText
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
        for expectation in comments.accepts where !expectation.isMet(in: root) {
            if let message = comments.message?.value(in: root)?.scalarText { throw .refused(message) }
            let found = expectation.path.value(in: root)?.excerpt ?? "nothing"
            throw .refused("'\(expectation.path.text)' is \(found), not \(expectation.value)")
        }
        guard let value = comments.list.value(in: root) else {
            throw .otherForm("nothing at '\(comments.list.text)', where the list of comments should be")
        }
        guard let items = value.elements else {
            throw .otherForm("\(value.kindName) at '\(comments.list.text)'; expected the list of comments")
        }
        var page = CommentPage()
        page.items = items.count
        page.repairs = answer.repairs
        page.announced = comments.total?.value(in: root)?.exactCount.map(Int.init)
        page.next = comments.paging.next(in: root)
        for (index, item) in items.enumerated() {
            do throws(FieldFault) {
                page.comments.append(try comment(item, parent))
            } catch {
                page.refused.append(
                    RefusedComment(place: index + 1, reason: error.reason, excerpt: item.excerpt))
            }
        }
        return page
    }

    private struct FieldFault: Error {
        let reason: String

        init(_ path: JSONPath, _ found: JSONNode?, _ expected: String) {
            reason = "'\(path.text)': found \(found?.excerpt ?? "nothing"), expected \(expected)"
        }
    }

    private func comment(_ item: JSONNode, _ parent: String?) throws(FieldFault) -> FetchedComment {
        let fields = comments.fields
        guard let key = fields.key.value(in: item)?.scalarText, !key.isEmpty else {
            throw FieldFault(fields.key, fields.key.value(in: item), "the comment's number")
        }
        let up = try count(fields.up, item)
        let down = try count(fields.down, item)
        let replies = try fields.replies.map { path throws(FieldFault) in try count(path, item) } ?? 0
        let text = try text(item)
        let written = fields.createdAt?.value(in: item)
        let createdAt = created(written, fields.createdAt)
        let isRemoved =
            text.isEmpty || fields.removedIf.contains { $0.isMet(in: item) }
            || fields.removedUnless.contains { !$0.isMet(in: item) }
        return FetchedComment(
            key: key, parent: self.parent(of: item, key: key) ?? parent, text: text, up: up, down: down,
            replies: replies, createdAt: createdAt?.text, createdSeconds: createdAt?.seconds,
            author: fields.author?.value(in: item)?.scalarText, isDeleted: isRemoved)
    }

    /// Removed comments may have no text at all, or `null` for one.
    private func text(_ item: JSONNode) throws(FieldFault) -> String {
        let path = comments.fields.text
        let value = path.value(in: item)
        switch value {
        case .string(let text)?:
            guard !text.utf8.contains(0) else { throw FieldFault(path, value, "a text without NUL") }
            return text
        case .null?, nil: return ""
        default: throw FieldFault(path, value, "a text")
        }
    }

    private func count(_ path: JSONPath, _ item: JSONNode) throws(FieldFault) -> Int32 {
        let value = path.value(in: item)
        // A count of none is left out or null in removed comments.
        switch value {
        case nil, .null?: if comments.fields.text.value(in: item)?.text?.isEmpty ?? true { return 0 }
        default: break
        }
        guard let count = value?.count else { throw FieldFault(path, value, "a number of 0 or more") }
        return count
    }

    /// A date is something that a comment can do without. One that is told by how long ago it was has no seconds yet: only
    /// who knows when the answer came can tell.
    private func created(_ value: JSONNode?, _ path: JSONPath?) -> (text: String, seconds: Int64?)? {
        guard path != nil, let text = value?.scalarText, !text.isEmpty else { return nil }
        return (text, MomentText(zone: articles.zone).seconds(text))
    }

    /// Services name the comment itself, 0 or nothing as the parent of one that answers the article.
    private func parent(of item: JSONNode, key: String) -> String? {
        guard let parent = comments.fields.parent?.value(in: item)?.scalarText else { return nil }
        let isNone = parent.isEmpty || parent == "0" || parent.utf8.elementsEqual(key.utf8)
        return isNone ? nil : parent
    }
}

extension Expectation {
    func isMet(in root: JSONNode) -> Bool {
        path.value(in: root)?.scalarText?.utf8.elementsEqual(value.utf8) ?? (value == "null")
    }
}

extension Paging {
    fileprivate func next(in root: JSONNode) -> NextPage? {
        switch self {
        case .single: return NextPage.none
        case .offset, .page(_, nil): return nil
        case .page(_, let pages?): return pages.value(in: root)?.exactCount.map { .ofPages(Int($0)) }
        case .cursor(let next, let end):
            guard let mark = next.value(in: root)?.scalarText, !mark.isEmpty else { return NextPage.none }
            let last = end?.value(in: root)?.scalarText
            return last?.utf8.elementsEqual(mark.utf8) ?? false ? NextPage.none : .cursor(mark)
        case .link(let path):
            guard let link = path.value(in: root)?.text, !link.isEmpty else { return NextPage.none }
            return .link(link)
        }
    }
}
