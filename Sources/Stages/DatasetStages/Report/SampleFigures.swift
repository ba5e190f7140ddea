internal import StageKit
internal import VoteModel

/// What a sample stage reports.
struct SampleFigures: KindFigures {
    var members: Int?
    var controversial: Int?
    var uncontroversial: Int?
    var availableControversial: Int?
    var availableUncontroversial: Int?
    var rarerShare: Double?

    static let fields: [JSONField<SampleFigures>] = [
        JSONField("members", \.members, "comments chosen"),
        JSONField(Verdict.controversial.name, \.controversial, "controversial comments chosen"),
        JSONField(Verdict.uncontroversial.name, \.uncontroversial, "uncontroversial comments chosen"),
        JSONField(
            "available_controversial", \.availableControversial, "controversial comments to choose from"),
        JSONField(
            "available_uncontroversial", \.availableUncontroversial,
            "uncontroversial comments to choose from"),
        JSONField(
            "rarer_share", \.rarerShare,
            "share of the chosen comments that have the rarer label, 0 ... 0.5"),
    ]
}
