internal import JSONText

extension CommentWalk {
    /// Where the walk stands, as JSON; without the values that the preparation took.
    package var state: String {
        var members: [JSONMember] = [
            JSONMember("walk", .integer(1)),
            JSONMember("threads", .array(threads.map(\.node))),
            JSONMember("pages", .integer(report.pages)),
            JSONMember("comments", .integer(report.comments)),
            JSONMember("removed", .integer(report.removed)),
            JSONMember("replies", .integer(report.replies)),
            JSONMember("repeats", .integer(report.repeats)),
            JSONMember("refused", .integer(report.refused)),
            JSONMember("repairs", .integer(report.repairs)),
            JSONMember("problems", .array(report.problems.map { .string($0) })),
        ]
        if let announced = report.announced { members.append(JSONMember("announced", .integer(announced))) }
        return String(decoding: JSONNode.object(members).encoded(), as: UTF8.self)
    }

    /// Takes up a walk where it stood; `nil` where the text is no state of one.
    package init?(_ source: CommentSource, values: [String: String], replies: Bool = true, state: String) {
        guard let node = try? JSONNode(parsing: state.utf8), node["walk"]?.integer == 1,
            let stored = node["threads"]?.elements
        else { return nil }
        let threads = stored.compactMap(WalkThread.init)
        guard threads.count == stored.count else { return nil }
        var report = WalkReport()
        func count(_ key: String) -> Int { node[key]?.integer ?? 0 }
        report.pages = count("pages")
        report.comments = count("comments")
        report.removed = count("removed")
        report.replies = count("replies")
        report.repeats = count("repeats")
        report.refused = count("refused")
        report.repairs = count("repairs")
        report.announced = node["announced"]?.integer
        report.problems = node["problems"]?.elements?.compactMap(\.text) ?? []
        self.init(source, values: values, replies: replies, threads: threads, report: report)
    }
}

extension WalkThread {
    fileprivate var node: JSONNode {
        var members = [JSONMember("page", .integer(page))]
        if let parent { members.append(JSONMember("parent", .string(parent))) }
        if let cursor { members.append(JSONMember("cursor", .string(cursor))) }
        if let link { members.append(JSONMember("link", .string(link))) }
        if let digest { members.append(JSONMember("digest", .string(String(digest, radix: 16)))) }
        return .object(members)
    }

    fileprivate init?(_ node: JSONNode) {
        guard let page = node["page"]?.integer, page >= 0 else { return nil }
        self.init(
            parent: node["parent"]?.text, page: page, cursor: node["cursor"]?.text, link: node["link"]?.text,
            digest: node["digest"]?.text.flatMap { UInt64($0, radix: 16) })
    }
}
