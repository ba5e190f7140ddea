/// What each table and view of a store holds, for the reference. Names of kinds' own tables are with their kinds.
package enum StoreTexts {
    package static let views = [
        "article_completeness":
            "Of each article that was crawled, how complete its last visit was: comments announced, seen, removed and missing.",
        "current_vote": "The latest counts of each comment.",
        "labelled_comment":
            "The comments of the promoted label set, with text, votes, agreement ratio and label: the view to begin with.",
    ]

    package static let tables = [
        "article": "Articles, by source and the key that the source gives them.",
        "artifact": "Files and folders that stages made, with their digests.",
        "checkpoint":
            "Work folders of stages that have begun and not ended, for a later run to continue from.",
        "comment": "Comments, by source and key, with their current text.",
        "comment_version":
            "Earlier texts and articles of comments, with the time from which on each was seen.",
        "crawl": "Crawls: one for each time that a web source was visited.",
        "fetch": "Every request of a crawl, with its answer's status and the page that it gave.",
        "file_digest": "Digests of input files, with the size, time and inode that they are remembered by.",
        "grdb_migrations": "The migration steps that the store has been through.",
        "imported_file":
            "The ledger's commits: one for each reading of a file or of answers, with the counts of what it brought.",
        "label": "The rows of the promoted label sets, with the counts that they were judged by.",
        "label_set": "Label sets: their rules, the part of the ledger that they read, and counts by label.",
        "page": "Kept answers of web sources, compressed, once for each content.",
        "presence": "When comments were removed, shown again or withdrawn.",
        "promotion": "The promoted label set of each pipeline.",
        "publication": "Published files, with the stage that made each and its digest.",
        "quarantine": "Rows that could not be read, with file, line, reason and an excerpt.",
        "recount": "Comments whose counts a commit of the ledger changed.",
        "restated": "Comments whose text, article or presence a commit of the ledger changed.",
        "run": "Runs: when, where, with which date and changed parameters, and how they ended.",
        "sample_member": "The latest sample of each sample stage, in its order.",
        "setting": "Settings of the store, by name.",
        "sighting": "Observations of comments whose counts had not changed.",
        "split_family": "Splits, by their salts.",
        "split_label": "Labels of comments on frozen sides, from the day on which each became so.",
        "split_member": "The side that each group was first put on, for good.",
        "stage_run": "What each stage did in each run: verdict, reason, fingerprint, figures and warnings.",
        "tombstone": "Forgotten comments, so that no source brings them back.",
        "visit": "Articles to visit and visited, with what came of it.",
        "vote":
            "The ledger: a row for each time that a comment's counts were seen to differ. Only ever added to.",
    ]
}
