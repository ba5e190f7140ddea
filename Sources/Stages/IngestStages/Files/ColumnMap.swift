package import TableFormat

/// Which columns of a table hold what, and the position of each among the columns requested from the reader.
package struct ColumnMap {
    /// What a column can hold, as named in the pipeline file.
    package static let roles = [
        "text", "up", "down", "replies", "article", "key", "parent", "title", "outlet", "url", "created_at",
        "observed_at", "deleted", "author", "text_pair", "label", "labels", "score", "tags", "answers",
        "split", "id", "group",
    ]
    /// What each role stands for.
    package static let meanings = [
        "text": "The comment's text, or the first text of a row with labels.",
        "up": "Number of up-votes.",
        "down": "Number of down-votes.",
        "replies": "Number of replies.",
        "article": "What identifies the article, such as its number or address.",
        "key": "The comment's number. Without it, the key is made of article and text.",
        "parent": "Number of the comment that this one answers.",
        "title": "Title of the article.",
        "outlet": "Name of the outlet that published the article.",
        "url": "Address of the article.",
        "created_at": "When the comment was written.",
        "observed_at": "When the votes were counted. Without it, the run's date.",
        "deleted": "Whether the source removed the comment: true or false, yes or no, 1 or 0.",
        "author": "Who wrote the comment; stored as a salted hash only.",
        "text_pair": "Second text of a pair. Only for rows with labels.",
        "label": "The row's class.",
        "labels": "The row's classes: several columns of 0 and 1, or one column with a list.",
        "score": "The row's score, a number.",
        "tags":
            "A tag for each word of the text, or each character, as a list or between blanks; or spans, such as "
            + "[[0, 3, \"PS\"]], in code points.",
        "answers":
            "The answers that the second text holds, as a list of {\"text\", \"answer_start\"}, its first code point from 0; empty where "
            + "it holds none.",
        "split": "The side that the row came with: train, dev or test. Only for rows with labels.",
        "id": "Another name for 'key', for rows with labels.",
        "group": "Another name for 'article', for rows with labels: what stays on one side of a split.",
    ]
    /// Roles that several columns may fill together.
    static let joinedRoles = ["article", "key", "parent", "labels", "id", "group"]
    static let requiredRoles = ["text"]
    /// What roles of rows with labels are called among comments.
    static let synonyms = ["id": "key", "group": "article"]
    /// Roles that a row may leave empty or a table may do without.
    private static let optionalInRows: Set<String> = [
        "replies", "key", "parent", "title", "outlet", "url", "created_at", "deleted",
        "author", "text_pair", "label", "labels", "score", "tags", "answers",
        "split", "id",
    ]
    /// Roles that a list of JSON may fill.
    private static let listRoles: Set<String> = ["labels", "tags", "answers"]

    /// Names of the columns that the reader is asked for, without repetitions.
    package let names: [String]
    /// Those that every row must have.
    private let required: Set<Int>
    private let lists: Set<Int>
    private let indices: [String: [Int]]

    /// - Parameter columns: column names by role.
    package init(_ columns: [String: [String]]) {
        var names: [String] = []
        var required: Set<Int> = []
        var lists: Set<Int> = []
        var indices: [String: [Int]] = [:]
        for role in Self.roles {
            for name in columns[role] ?? [] {
                let index: Int
                if let known = names.firstIndex(where: { $0.utf8.elementsEqual(name.utf8) }) {
                    index = known
                } else {
                    index = names.count
                    names.append(name)
                }
                indices[Self.synonyms[role] ?? role, default: []].append(index)
                if Self.listRoles.contains(role) { lists.insert(index) }
                if !Self.optionalInRows.contains(role) { required.insert(index) }
            }
        }
        self.names = names
        self.required = required
        self.lists = lists
        self.indices = indices
    }

    /// The columns as the reader wants them. A table with a header must name them all; JSON lines may leave out or null
    /// what a comment can do without.
    package func wanted(in kind: TableKind) -> [TableColumn] {
        names.indices.map { index in
            TableColumn(
                names[index], required: kind != .jsonl || required.contains(index),
                takesLists: lists.contains(index))
        }
    }

    /// Position of a role's one column; `nil` if the role has none.
    package subscript(role: String) -> Int? { indices[role]?.first }

    /// Positions of all columns of a role.
    package func all(_ role: String) -> [Int] { indices[role] ?? [] }
}
