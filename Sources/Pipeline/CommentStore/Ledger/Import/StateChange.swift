/// What the looks of a file change of a comment beside its votes: its text and article, and whether it is there.
struct StateChange {
    let row: CommentStates.Row
    private(set) var versions: Timeline<CommentVersion>
    private(set) var presence: Timeline<Presence>
    /// The versions and presences as they were.
    let versionsBefore: [Timeline<CommentVersion>.Entry]
    let presenceBefore: Timeline<Presence>
    let hadPresenceRows: Bool
    private(set) var newVersions: [Timeline<CommentVersion>.Entry] = []
    private(set) var newPresences: [Timeline<Presence>.Entry] = []
    /// Texts that the store lacks, by hash.
    let texts: [UInt64: [UInt8]]
    /// The first observation, before this file.
    private var firstMoment: Int64?
    /// The commit that first brought the comment; `nil` if its rows were all taken out.
    let firstCommit: Int64?

    init(
        of comment: Int64, _ states: CommentStates, _ history: VoteHistory, texts: [UInt64: [UInt8]]
    ) throws {
        row = try states.row(of: comment)
        versionsBefore = try states.versions(of: comment)
        (presenceBefore, hadPresenceRows) = try states.presence(of: comment, row)
        self.texts = texts
        firstMoment = history.firstMoment
        firstCommit = history.entries.map(\.commit).min()
        presence = presenceBefore
        let first = versionsBefore.first?.value ?? row.version
        versions = Timeline(versionsBefore, initial: first)
    }

    /// Takes a look into account.
    /// - Parameters:
    ///   - counts: whether it is the one that counts at its moment.
    ///   - isTie: whether another row of the file, of which a comment was made, says the same counts at its moment. Of the
    ///     two the removal counts, and the text with the larger hash, whatever their order.
    ///   - next: the next later moment of an earlier observation.
    mutating func see(
        _ moment: Int64, isDeleted: Bool, _ version: CommentVersion?, counts: Bool, isTie: Bool, next: Int64?
    ) {
        firstMoment = min(firstMoment ?? moment, moment)
        guard counts else { return }
        if !isTie || isDeleted {
            newPresences += presence.see(isDeleted ? .removed : .shown, at: moment, next: next)
        }
        if let version, !isTie || version.textHash > versions.value(at: moment).textHash {
            newVersions += versions.see(version, at: moment, next: next)
        }
    }

    /// Withdraws the comment from a moment on.
    mutating func withdraw(at moment: Int64) {
        newPresences += presence.see(.withdrawn, at: moment, next: nil)
    }

    /// Takes into account that a reading which counts holds the comment. Its looks may all be older than the moment at
    /// which the comment was withdrawn; it is back all the same, as it was before.
    /// - Parameter moment: when the reading was made; `nil` if that is unknown.
    mutating func meet(at moment: Int64?) {
        guard presence.current == .withdrawn, let withdrawal = presence.entries.last else { return }
        let before = presence.value(at: withdrawal.moment - 1)
        newPresences += presence.see(
            before == .removed ? .removed : .shown, at: max(moment ?? .min, withdrawal.moment), next: nil)
    }

    /// The versions that are to be written.
    var versionsToWrite: [Timeline<CommentVersion>.Entry] { Self.last(of: newVersions) }

    /// What the comment said until now, to be written with its first change.
    var versionBefore: Timeline<CommentVersion>.Entry? {
        guard !newVersions.isEmpty, versionsBefore.isEmpty, let firstMoment,
            !newVersions.contains(where: { $0.moment == firstMoment })
        else { return nil }
        return .init(moment: firstMoment, value: row.version)
    }

    /// The presences to write: none if there is only one removal, which the comment's own row holds.
    var presencesToWrite: [Timeline<Presence>.Entry] {
        let entries = Self.last(of: newPresences)
        let isTold = presenceBefore.entries.isEmpty && entries.count == 1 && entries[0].value == .removed
        return isTold ? [] : entries
    }

    /// The removal that the comment's own row held until now, to be written with the first change.
    var removalBefore: Timeline<Presence>.Entry? {
        guard !newPresences.isEmpty, !hadPresenceRows, let removal = presenceBefore.entries.first,
            !newPresences.contains(where: { $0.moment == removal.moment })
        else { return nil }
        return removal
    }

    /// Of several entries of one moment the last.
    private static func last<Value>(of entries: [Timeline<Value>.Entry]) -> [Timeline<Value>.Entry] {
        var last: [Int64: Timeline<Value>.Entry] = [:]
        for entry in entries { last[entry.moment] = entry }
        return last.values.sorted { $0.moment < $1.moment }
    }

    /// All versions that are written down after the change.
    var allVersions: [Timeline<CommentVersion>.Entry] {
        var all: [Int64: Timeline<CommentVersion>.Entry] = [:]
        for entry in versionsBefore + [versionBefore].compactMap({ $0 }) + versionsToWrite {
            all[entry.moment] = entry
        }
        return all.values.sorted { $0.moment < $1.moment }
    }

    var isEdited: Bool { versions.current != row.version }
    var isMoved: Bool { presence.current != presenceBefore.current || row.isHidden != isHidden }
    /// Whether nothing shows the comment after the change.
    var isHidden: Bool { presence.current == .withdrawn }
}
