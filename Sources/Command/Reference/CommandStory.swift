/// What a command's help says beyond its first sentence. Each command's options have their own words, beside their
/// declarations.
package enum CommandStory {
    /// Empty for commands that need no more words.
    package static func text(of command: String) -> String { byCommand[command] ?? "" }

    /// The forms of a command, one on each line; `nil` for one whose arguments say it.
    package static func usage(of command: String) -> String? { usages[command] }

    private static let usages = [
        "train": """
        splitvote train FILE [options of run]
        splitvote train --shards DIR --init MODEL --out DIR [options of the trainer]
        """,
        "runs": """
        splitvote runs FILE [ls] [--limit N] [--figure STAGE.FIGURE] [--json]
        splitvote runs FILE show RUN [--json]
        splitvote runs FILE diff OLD NEW [--json]
        splitvote runs FILE plot STAGE.FIGURE [--limit N] [-o FILE.svg] [--json]
        splitvote runs FILE export tensorboard|mlflow -o DIR [--limit N] [--json]
        """,
        "labels": """
        splitvote labels FILE [ls] [--json]
        splitvote labels FILE show SET [--json]
        splitvote labels FILE diff OLD [NEW] [--json | --list [--format tsv|json]]
        splitvote labels FILE agreement [SET] [--json]
        splitvote labels FILE promote SET
        """,
        "why": "splitvote why FILE COMMENT [--json]",
    ]

    private static let byCommand: [String: String] = [
        "agreement": """
        Reads tables with columns id and label, and where they have them annotator (otherwise the file's name), time and \
        strategy, as read-next writes them. What most people say is compared with the label by votes, or with the class that \
        rows came with: percent agreement and Cohen's kappa, with the 95 % interval of resampled comments; the same of \
        comments that were drawn at random, of each person and of each pair of people, and Krippendorff's alpha of all. \
        --weights weighs classes in an order by how far they are apart, and makes alpha ordinal.
        """,
        "demo-data": """
        Nobody wrote these comments: they come from a generative model that is documented in the module DemoData. \
        The same seed gives the same bytes everywhere.
        """,
        "evaluate": """
        Reads a TSV, CSV, JSONL or Parquet table, text compressed with gzip or not, and writes accuracy, macro, micro and weighted F1, \
        Matthews' correlation, areas under the ROC and the precision-recall curve, log loss, Brier score, calibration \
        error, and precision, recall and F1 of each label; of a model of any number of labels also the share of rows with \
        all of them right; of a regression correlations and errors. With 95 % intervals from samples of the rows. Rows \
        without a text or label are left out and counted. Labels are the model's; of a model without names for them, \
        their numbers.
        """,
        "explain": """
        A stage runs when its fingerprint is not that of an earlier result. Lines that changed are marked with *.
        """,
        "generate": """
        Reads texts as arguments, or a text a line, and prints each with what the model has follow; line breaks within a text \
        are \\n. The model is a folder of type gpt2 or openai-gpt: a published one, or what a pretrain stage with objective clm \
        wrote. Without --beams and --sample the best token is taken each time; a text ends with the model's eos_token_id, or \
        with --max-new-tokens. Scores are changed in the order of transformers: repetition penalty, no repeated runs, least \
        number of tokens, temperature, top-k, top-p. The same seed draws the same texts.
        """,
        "features": """
        Reads a text a line, or with --column a column of a TSV, CSV, JSONL or Parquet table. Tensor features has a row for \
        each, in order; --output sequence or layers adds the states of all tokens, with input_ids and offsets. A folder of \
        sentence-transformers says how it pools, whether it scales vectors to length 1 and how much it reads of a text; one \
        with modules that are not computed exactly is refused.
        """,
        "filter": """
        Reads rows, one a line, and writes one row for each, in order, as soon as the input pauses: Spark's TRANSFORM … USING, \
        pipe(), GNU parallel and the like run the same cleaning, tokenizer and model as a pipeline does. A line is a text, \
        or with --column a field of a TSV row is. A missing value, \\N, stays one.

        clean puts the cleaned text where the text was, and \\N where cleaning leaves nothing. tokenize puts ids there. \
        predict gives the label, its probability and that of each label; copies gives the number of the earlier row that a row \
        repeats, counted from 1, or \\N: of a line in its place, of a TSV row after it. copies compares with the rows before \
        it in this stream, all of which it remembers.
        """,
        "forget": """
        The list has one ID per line, source:key as exports show it; lines that begin with # are ignored. Texts and \
        votes are overwritten, results that hold texts are removed, and no source brings a forgotten comment back. \
        Of rows that could not be read, those that name or quote a comment of the list are emptied; warnings and \
        errors that stages of earlier runs gave, which may quote rows, are removed. \
        The next run writes exports, shards and answers without them. Files that it does not write again, such as \
        those of trials (out@b5ff0a12) and of earlier dates, are listed for you to delete. Models that were trained \
        on them stay, and kept evaluations keep their IDs until gc.
        """,
        "gather": """
        The stage has 'spool' in the pipeline file, the same file for all workers and for the run. Each worker takes the files \
        whose names, or the articles whose keys, are in its share, and leaves sealed batches in the spool: files named by the \
        SHA-256 of their bytes, written under another name and renamed. 'run' takes them in, each once, in an order \
        that does not depend on who finished first. A worker that was killed leaves nothing that counts; the next one of its share continues. Files \
        whose batch is there cost nothing. What a worker has to remember is next to the pipeline's store, in gather/, or in \
        the folder of --memory, which no two workers share.
        """,
        "gc": """
        The pipeline file says what is kept: store: {keep: {runs: 30, max_size: 20GB, answers: 90d}}. Always safe are the \
        current results, promoted label sets, and everything that these were made from. Published files are never \
        touched. Of the other kept results only what differs between them is kept, packed; should all take more than \
        the store itself, the oldest are discarded, and rebuilt when needed. Trained models and what \
        programs of your own made are not packed and not counted. Answers of web sources beyond 'answers' are given \
        up, except those of the last crawl and of visits under way; what they brought stays in the store. What predict \
        and features stages have kept there goes if the file no longer has the stage.
        """,
        "labels": """
        A SET is an id as ls shows it, its beginning, 'promoted', 'previous' (the set promoted before that) or \
        'latest'. The promoted set is what the view labelled_comment shows, and what diff compares with unless NEW \
        is given; the next run promotes its own, unless -S changes a rule. --list names every comment whose label \
        differs, with its votes then and now and why. agreement takes as many comments from the top of each score that \
        'by' of a label stage knows as the set calls controversial, and shows how many they have in common.
        """,
        "predict": """
        Reads a text a line, or with --column a column of a TSV, CSV, JSONL or Parquet table, text compressed with gzip or not. \
        Writes one row for each, in order: the label, its probability, and the probability of every label; for a model \
        of any number of labels those it gives, for a regression the score. A row without a text gets an empty answer. \
        From a pipe that stays open, each line is answered when it has come.

        Temperature, threshold and the band in which no label is given are those that the model's folder keeps.
        """,
        "read-next": """
        The table has id, title and text of each comment, empty columns label and note to fill in, and why it was chosen: \
        strategy and reason; then its label, votes and side, and the model's answer. A comment comes once, of near copies one. \
        uncertainty takes comments without a label that the model cannot decide on; wrong takes labels that the model \
        contradicts as firmly as it confirms others (confident learning), those first that it has not learned; border takes \
        comments to which the fewest votes would give another label; unlike takes comments without a label that are least like \
        any labeled one, by their n-grams, of at most 10,000 drawn by the seed; random draws a control from all, before the others \
        choose. Forgotten, deleted and withdrawn comments are in no list. An earlier list is never written over.
        """,
        "relabel": """
        For example: splitvote relabel news.yaml -S labels.min_votes=30. Stages before the labels are used as they are, \
        even where new files have come. The result is compared with the promoted label set and is not promoted \
        where -S changes a rule; its files then go beside those of the promoted set, as out@b5ff0a12/train.tsv \
        beside out/train.tsv, or where the file says with {label_set}. --publish puts them in their place.
        """,
        "similar": """
        Every vector that the features stage has in the store is compared with the text's, which the same encoder makes of it: \
        by the cosine, exactly. A table goes to standard output, the most similar first, of equal ones the comment that came \
        first: id, score, text. With --each there are lines for each comment that has others like it: id, other_id, score, \
        text, other_text. Forgotten comments have no vector.
        """,
        "sweep": """
        For example: splitvote sweep news.yaml --min-votes 5:50:5 --band 0.35-0.65,0.4-0.6 --format svg > map.svg. \
        Everything else of the rule is as in the promoted set, which flips are counted against. No stage runs.
        """,
        "train": """
        With a pipeline file it does what 'run --until' with the names of its train stages does.

        With --shards it needs no pipeline and no store. MODEL is a Hugging Face folder; one without weights starts \
        from random ones. The shards' side train is learned from, the side dev chooses the weights that are kept. \
        Checkpoints are kept in DIR.checkpoints until the model is written: a run that was killed, stopped or out of time \
        is simply run again, and ends with the same bytes. What came of it goes to standard output.

        Exit status: as of run; 10 when the time limit came before the end.
        """,
        "doctor": "Changes nothing. The exit status is 1 if something would make a run fail.",
        "init": "Existing files are never overwritten: if one of them exists, nothing is written at all.",
        "runs": "A RUN is an id as ls shows it, its beginning, 'last', or 'last~1' for the one before it.",
        "verify": """
        The digest is over id, label and side of each row, in the order of the split. With --engine the program writes the \
        project of 'export --engine', runs it, and compares: one rule, two engines, one digest. Exit status 1 if they \
        differ.
        """,
    ]
}
