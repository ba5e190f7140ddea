/// Artifact types that these stages hand to each other.
enum ArtifactType {
    static let comments = "comments-v1"
    static let texts = "texts-v1"
    static let labels = "labels-v1"
    /// Labels of votes and of people.
    static let annotated = "annotated-v1"
    static let sample = "sample-v1"
    static let split = "split-v1"
    static let export = "export-v1"
    static let tokenizer = "tokenizer-v1"
    static let shards = "shards-v1"
}
