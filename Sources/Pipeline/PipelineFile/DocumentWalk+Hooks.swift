internal import Diagnostics
internal import TextBasics

extension DocumentWalk {
    mutating func hooks(_ entry: LocatedValue.Entry?) -> HookSection {
        var hooks = HookSection()
        guard let entry, let members = map(entry, "'hooks'", takes: HookSection.keys) else { return hooks }
        for member in members {
            switch member.key {
            case "success": hooks.success = hook(member)
            case "warning": hooks.warning = hook(member)
            case "failure": hooks.failure = hook(member)
            default: break
            }
        }
        return hooks
    }

    private mutating func hook(_ entry: LocatedValue.Entry) -> HookActions? {
        let owner = "'hooks.\(entry.key)'"
        guard let facts = map(entry, owner, takes: HookActions.keys) else { return nil }
        if facts.isEmpty {
            error(
                "\(owner) says nothing to do", entry.keySpan,
                hint: "it takes command, mail or webhook, such as {mail: someone@example.org}")
        }
        var actions = HookActions()
        actions.command = find("command", in: facts).flatMap { command($0, owner) }
        actions.mail = find("mail", in: facts).map { addresses($0, owner) } ?? []
        actions.webhook = find("webhook", in: facts).flatMap { webhook($0, owner) }
        return actions
    }

    // MARK: Commands

    private mutating func command(_ entry: LocatedValue.Entry, _ owner: String) -> [LocatedName]? {
        guard case .list(let items) = entry.value.content, !items.isEmpty else {
            wrong(entry, "\(owner).command", "a list: the program and its arguments")
            return nil
        }
        let before = findings.count
        let arguments = items.compactMap { text($0, "an argument of \(owner).command", "a text") }
        if let first = arguments.first, first.text.isEmpty {
            error("\(owner).command starts with an empty text", first.span)
        }
        if arguments.contains(where: { $0.text.utf8.contains(0) }) {
            error("\(owner).command holds a NUL character", entry.value.span)
        }
        for argument in arguments { checkPlaceholders(argument, owner) }
        guard findings.count == before else { return nil }
        refuseForeignCode(arguments)
        return findings.count == before ? arguments : nil
    }

    private mutating func checkPlaceholders(_ argument: LocatedName, _ owner: String) {
        let literal = "write {{ and }} for literal braces"
        guard let pieces = PlaceholderText.pieces(of: argument.text) else {
            error("an argument of \(owner).command has an unmatched brace", argument.span, hint: literal)
            return
        }
        let known = HookSection.placeholders
        for case .placeholder(let name) in pieces where !known.contains(name) {
            let all = known.map { "{\($0)}" }.joined(separator: " ")
            error(
                "an argument of \(owner).command holds {\(name)}, which is not a placeholder", argument.span,
                hint: NearestName.hint(
                    for: name, among: known, shown: { "{\($0)}" }, then: "there are \(all); \(literal)"))
        }
    }

    /// The message may hold what a website answered. The other placeholders are replaced by our own names and numbers.
    private mutating func refuseForeignCode(_ command: [LocatedName]) {
        for argument in CodeArguments(command.map(\.text)).found
        where command.indices.contains(argument.index) {
            let pieces = PlaceholderText.pieces(of: command[argument.index].text) ?? []
            guard pieces.contains(.placeholder("message")) else { continue }
            error(
                "{message} is part of a text that '\(argument.program)' would run: it may contain what a website answered",
                command[argument.index].span,
                hint:
                    "write \"$1\" in the text and [..., sh, \"{message}\"] after it, or read the environment "
                    + "variable SPLITVOTE_MESSAGE")
        }
    }

    // MARK: Mail and webhooks

    private mutating func addresses(_ entry: LocatedValue.Entry, _ owner: String) -> [LocatedName] {
        let expected = "an address such as someone@example.org, or a list of them"
        let values: [LocatedValue]
        switch entry.value.content {
        case .list(let items) where !items.isEmpty: values = items
        case .list, .map, .null:
            wrong(entry, "\(owner).mail", expected)
            return []
        default: values = [entry.value]
        }
        let addresses = values.compactMap { text($0, "\(owner).mail", expected) }
        for address in addresses where !Self.isMailAddress(address.text) {
            error(
                "'\(address.text.prefix(60))' is not an address that mail can be sent to", address.span,
                hint:
                    "write someone@example.org, or the name of a user of this machine, without a display name"
            )
        }
        return addresses
    }

    /// One address, without anything that means something in a header: RFC 5322, section 3.2.3, `dot-atom`.
    private static func isMailAddress(_ text: String) -> Bool {
        let parts = text.split(separator: "@", omittingEmptySubsequences: false)
        guard text.utf8.count <= 254, (1...2).contains(parts.count), text.utf8.first != UInt8(ascii: "-")
        else {
            return false
        }
        let atoms = parts.flatMap { $0.split(separator: ".", omittingEmptySubsequences: false) }
        return atoms.allSatisfy { atom in
            !atom.isEmpty
                && atom.utf8.allSatisfy { byte in
                    switch byte {
                    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
                    default: "!#$%&'*+-/=?^_`{|}~".utf8.contains(byte)
                    }
                }
        }
    }

    private mutating func webhook(_ entry: LocatedValue.Entry, _ owner: String) -> LocatedValue? {
        switch entry.value.content {
        case .string, .reference: return entry.value
        default:
            wrong(entry, "\(owner).webhook", "an address such as https://example.org/hook, or $secrets.NAME")
            return nil
        }
    }
}
