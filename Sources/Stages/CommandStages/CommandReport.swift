internal import StageKit

extension KindReport {
    /// A program of the user's reports what it likes. Figures with the names that other kinds use are shown as theirs; a
    /// test holds these names to those of the other kinds.
    static let command = KindReport(
        "command",
        identities: [
            ReportIdentity("source", "source"), ReportIdentity("rules", "cleaning rules", isCode: true),
            ReportIdentity("clean_rules", "cleaning rules", isCode: true),
            ReportIdentity("label_set", "label set", isCode: true),
            ReportIdentity("by", "controversial by"), ReportIdentity("threshold", "least score"),
            ReportIdentity("min_votes", "fewest votes"), ReportIdentity("band", "controversial ratios"),
            ReportIdentity("at_most", "uncontroversial at most"),
            ReportIdentity("at_least", "uncontroversial at least"),
            ReportIdentity("confidence", "confidence"), ReportIdentity("settle", "settle"),
            ReportIdentity("seed", "seed"), ReportIdentity("per_label", "per label"),
            ReportIdentity("per_article", "per article"), ReportIdentity("method", "method"),
            ReportIdentity("group_by", "group by"), ReportIdentity("salt", "split salt", isCode: true),
            ReportIdentity("shares", "shares"), ReportIdentity("max_tokens", "most tokens"),
            ReportIdentity("tokenizer_digest", "tokenizer", isCode: true),
            ReportIdentity("tokenizer", "tokenizer", isCode: true), ReportIdentity("initialised", "start"),
            ReportIdentity("precision", "precision", isCode: true),
            ReportIdentity("fingerprint", "fingerprint", isCode: true),
        ])
}
