import IngestStages
import StageKit
import StageKitTesting
import Testing

/// Which settings contradict each other, and what is said of them.
struct IngestParametersTests {
    private static let votes: JSONValue = ["text": "t", "up": "u", "down": "d"]

    private static func complaints(_ columns: JSONValue, _ more: (String, JSONValue)...) -> [String] {
        let parameters: JSONValue = ["paths": ["x"], "source": "news", "columns": columns]
        return IngestFilesStage.complaints(about: more.reduce(parameters) { $0.adding($1.0, $1.1) })
    }

    @Test func textAndVotesAreEnough() {
        #expect(Self.complaints(Self.votes) == [])
    }

    @Test func rowsHaveVotesOrLabels() {
        #expect(Self.complaints(["text": "t", "label": "l"]) == [])
        let hint = " (rows that come with labels have label, labels or score instead of votes)"
        #expect(
            Self.complaints(["text": "t"]) == [
                "'columns' needs an entry 'up'" + hint, "'columns' needs an entry 'down'" + hint,
            ])
        #expect(
            Self.complaints(Self.votes.adding("split", "s")) == [
                "'columns' names 'split', which is for rows that come with labels"
            ])
    }

    @Test func numbersOfArticlesNeedAnArticleAndANumber() {
        let complaint =
            "'key_scope: article' needs the columns 'key' and 'article' (name them under 'columns')"
        let keyed = Self.votes.adding("key", "k")
        #expect(Self.complaints(keyed, ("key_scope", "article")) == [complaint])
        #expect(Self.complaints(keyed.adding("article", "a"), ("key_scope", "article")) == [])
    }

    @Test func authorsAreKeptAsSaltedHashesOrNotAtAll() {
        let authors = Self.votes.adding("author", "a")
        #expect(Self.complaints(authors, ("author_salt", "$secrets.SALT")) == [])
        #expect(
            Self.complaints(authors).first?.hasPrefix(
                "the column 'author' needs 'author_salt': authors are kept as salted hashes only") == true)
        #expect(
            Self.complaints(Self.votes, ("author_salt", "$secrets.SALT")).first?.hasPrefix(
                "'author_salt' is given, and no column 'author'") == true)
    }

    @Test(arguments: ["Z", "+09:00", "Asia/Seoul"])
    func placesAndOffsetsHaveAClock(zone: String) {
        #expect(Self.complaints(Self.votes, ("time_zone", .string(zone))) == [])
    }

    @Test(arguments: ["Seoul", "+9", ""])
    func whatHasNoClockIsRefused(zone: String) {
        let complaints = Self.complaints(Self.votes, ("time_zone", .string(zone)))
        #expect(complaints.count == 1 && complaints[0].contains("is neither a UTC offset nor a time zone"))
    }

    @Test func aFormOfDatesThatNothingReadsIsToldWithItsProblem() {
        #expect(Self.complaints(Self.votes, ("date_format", "%d/%m/%Y %H:%M")) == [])
        let complaints = Self.complaints(Self.votes, ("date_format", "%d/%Q"))
        #expect(complaints.count == 1 && complaints[0].hasPrefix("'%d/%Q' "), "\(complaints)")
    }

    @Test(arguments: ["", "a:b"])
    func aSourcesNameSeparatesItsKeys(name: String) {
        let complaints = IngestFilesStage.complaints(about: [
            "paths": ["x"], "source": .string(name), "columns": Self.votes,
        ])
        #expect(complaints.last == "a source's name is not empty and holds no ':'", "\(complaints)")
    }

    /// Figures of labels are there for checks only where rows come with labels.
    @Test func figuresAreThoseThatTheRowsHave() throws {
        func figures(_ columns: JSONValue) throws -> Set<String> {
            let stage = try IngestFilesStage(["paths": ["x"], "source": "s", "columns": columns])
            return Set(stage.reportedFigures.map(\.name))
        }
        #expect(try !figures(Self.votes).contains("labelled"))
        #expect(try figures(["text": "t", "label": "l"]).isSuperset(of: ["labelled", "unlabelled", "rows"]))
    }
}
