/// The pipeline that `init` writes.
package enum StarterPipeline {
    /// The file beside it that tells editors what it may say; `splitvote schema pipeline` prints a newer one.
    static let schemaName = "pipeline.schema.json"

    package static let text = """
        # yaml-language-server: $schema=\(schemaName)
        # From comments and their votes to train, dev and test files. Everything here can be changed; try:
        #   splitvote plan pipeline.yaml                      what would run, and why
        #   splitvote run pipeline.yaml                       run it; a killed run resumes where it stopped
        #   splitvote run pipeline.yaml -S min_votes=30       the same with another threshold
        #   splitvote status pipeline.yaml
        splitvote: 1
        pipeline: comments
        store: {state: state/comments.sqlite, artifacts: state/artifacts, keep: {runs: 30, max_size: 20GB}}
        params:
          min_votes: 20
          band: [0.4, 0.6]
        stages:
          comments:
            uses: ingest.files
            with:
              # Put your own files here, and the names of their columns. These are synthetic.
              paths: ["data/*.tsv"]
              source: synthetic
              columns:
                text: contents
                up: sympathyCount
                down: antipathyCount
                article: [oid, aid]
                created_at: regDate
                observed_at: rankDate
          clean: {uses: clean, from: comments, with: {rules: kcbert-2020}}
          labels:
            uses: label
            from: clean
            with:
              min_votes: $params.min_votes
              controversial: $params.band
              uncontroversial: {at_most: 0.2, at_least: 0.8}
            checks:
              - {that: abstain_share, at_most: 95%, else: warn}
          sample: {uses: sample, from: labels, with: {per_label: balanced, per_article: 50, seed: 1}}
          split: {uses: split, from: sample, with: {shares: {train: 0.8, dev: 0.1, test: 0.1}, salt: v1}}
          tsv: {uses: export, from: split, with: {format: tsv, path: "out/{split}.tsv"}}
          report: {uses: report, from: [labels, split], with: {path: out/report.html}}
        # Whom to tell when a night fails, or ends well and warns; command and webhook are other ways to.
        # hooks: {failure: {mail: you@example.org}, warning: {mail: you@example.org}}

        """
}
