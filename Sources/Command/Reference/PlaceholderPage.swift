internal import CommandStages
internal import IngestStages
internal import PipelineEngine
internal import StageKit

/// The page of the reference about names in braces.
package enum PlaceholderPage {
    package static var markdown: String {
        """
        # Placeholders

        Names in braces, replaced when a file is written or a program is started. `{{` and `}}` are literal braces. Which ones a
        key takes is on the page of its [stage kind](stages.md); any other is an error when the file is read.

        ## In paths that stages write to

        \(table(Placeholder.ofPaths))
        ## In hooks

        In the words of `hooks: {success: {command: […]}}` and `failure`, and in the environment as `SPLITVOTE_RUN` and so on.

        \(table(RunHook.placeholders))
        ## In the command of a command stage

        \(table(CommandStage.placeholders))
        ## In addresses of ingest.web

        In `page`, `feed` and `sitemap` of `find`.

        \(table(IngestWebStage.placeholders))
        """
    }

    private static func table(_ placeholders: [Placeholder]) -> String {
        var table = MarkdownTable("Placeholder", "Stands for")
        for placeholder in placeholders { table.add("{\(placeholder.name)}".asCode, placeholder.summary) }
        return table.text
    }
}
