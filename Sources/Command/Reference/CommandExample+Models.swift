extension CommandExample {
    static let train = [
        CommandExample(
            "Everything up to the trained models.", "splitvote train mine.yaml --label-set promoted"),
        CommandExample(
            "Without a pipeline, with each step in a file.",
            "splitvote train --shards shards --init models/my-model --out model --metrics steps.jsonl"),
        CommandExample(
            "With other settings.",
            "splitvote train --shards shards --init models/my-model --out small --epochs 2 --batch-size 16 "
                + "--accumulate 2 --learning-rate 5e-4 --warmup 0.1 --weight-decay 0.01 --clip 1 --seed 7 "
                + "--precision fp32 --threads 2"),
        CommandExample(
            "Up to a number of steps, or until dev gets no better.",
            "splitvote train --shards shards --init models/my-model --out stopped --max-steps 20 "
                + "--evaluate-every 5 --patience 2 --metric accuracy --checkpoint-every 10 --keep-checkpoints 2 "
                + "--gradient-checkpointing"),
        CommandExample(
            "From random weights, with uneven classes and cautious answers.",
            "splitvote train --shards shards --init models/my-model --init-weights random --out cautious --epochs 1 "
                + "--class-weights balanced --label-smoothing 0.1 --answers tuned --abstain 0.1"),
        CommandExample(
            "On the shares of votes in place of labels, gently.",
            "splitvote train --shards shards --init models/my-model --out soft --epochs 1 --targets votes "
                + "--layer-decay 0.9 --freeze-layers 1"),
        CommandExample(
            "Adapters in place of the weights, which stay as they are.",
            "splitvote train --shards shards --init soft --out adapters --epochs 1 --lora-rank 2 --lora-alpha 4 "
                + "--lora-maps all"),
        CommandExample(
            "Only the last map, on the frozen model.",
            "splitvote train --shards shards --init models/my-model --out head --method features --l2 1"),
        CommandExample(
            "Several seeds, with their mean and its interval.",
            "splitvote train --shards shards --init models/my-model --out seeds --epochs 1 --seeds 1,2"),
        CommandExample(
            "The bits that mpiexec -n 2 splitvote train gives, in one process.",
            "splitvote train --shards shards --init models/my-model --out blocks --epochs 1 --block-rows 8 "
                + "--checkpoints states"),
        CommandExample(
            "By PyTorch, in two processes of this machine.",
            "splitvote train --shards shards --init models/my-model --out gpu --engine torchrun --processes 2 "
                + "--launcher torchrun --python venv/bin/python",
            obstacle: "it needs PyTorch"),
        CommandExample(
            "A learning rate to begin with.",
            "splitvote train --shards shards --init models/my-model --find-lr"),
    ]

    static let predict = [
        CommandExample(
            "One text, or a text a line.", "echo '이 기사에 찬성과 반대가 팽팽하다' | splitvote predict --model out/model"),
        CommandExample(
            "A column of a table, with others kept.",
            "splitvote predict --model out/model --column document --keep id,label --escapes --logits --format jsonl "
                + "out/test.tsv"),
        CommandExample(
            "With another rule for answers, and exact products.",
            "splitvote predict --model out/model --threshold 0.6 --temperature 1.5 --abstain 0.45,0.55 --precision fp32 "
                + "comments.txt"),
        CommandExample(
            "What moved the answers of a TF-IDF model.",
            "splitvote predict --model out/tfidf --explain --format words comments.txt"),
        CommandExample(
            "With titles, or with second texts.",
            "splitvote predict --model out/titled --column text --title-column title comments.tsv\n"
                + "splitvote predict --model out/pairs --column text --pair-column text_pair pairs.tsv",
            obstacle: "it needs models of pairs"),
    ]

    static let evaluate = [
        CommandExample(
            "Scores on a table, with their intervals.",
            "splitvote evaluate --model out/model --text document --label label --escapes out/test.tsv"),
        CommandExample(
            "Beside another model, with the answer to each row.",
            "splitvote evaluate --model out/model --text document --label label --against out/tfidf --resamples 1000 "
                + "--predictions answers.tsv --keep id --json out/test.tsv"),
        CommandExample(
            "With another rule for answers.",
            "splitvote evaluate --model out/model --text document --label label --threshold 0.6 --temperature 1.5 "
                + "--abstain none --precision fp32 out/test.tsv"),
        CommandExample(
            "With titles, or with second texts.",
            "splitvote evaluate --model out/titled --text text --label label --title-column title comments.tsv\n"
                + "splitvote evaluate --model out/pairs --text text --label label --pair-column text_pair pairs.tsv",
            obstacle: "it needs models of pairs"),
    ]

    static let features = [
        CommandExample(
            "The vector of each line.",
            "splitvote features --model out/model --out vectors.safetensors comments.txt"),
        CommandExample(
            "Vectors as the model pools them, whatever their lengths.",
            "splitvote features --model out/model --out raw.safetensors --no-normalize comments.txt"),
        CommandExample(
            "Other layers and tokens, of a column of a table.",
            "splitvote features --model out/model --out states.safetensors --pooling cls --layers 1 "
                + "--output sequence --shown 10 --column document --escapes --precision fp32 out/test.tsv"),
        CommandExample(
            "As sentence-transformers has it, and a folder for it.",
            "splitvote features --model out/model --out unit.safetensors --normalize --save-model out/sentences "
                + "comments.txt"),
        CommandExample(
            "With titles, or with second texts.",
            "splitvote features --model out/model --out v.safetensors --column text --title-column title comments.tsv\n"
                + "splitvote features --model out/model --out v.safetensors --column text --pair-column text_pair pairs.tsv",
            obstacle: "it needs tables of pairs"),
    ]

    static let generate = [
        CommandExample(
            "The likeliest continuation of a text, and of each line.",
            "splitvote generate out/gpt2 \"이 기사는\" --max-new-tokens 20 --min-new-tokens 5\n"
                + "splitvote generate out/gpt2 --beams 4 --length-penalty 0.8 --no-repeat-ngram 3 --json < prompts.txt",
            obstacle: "it needs a language model"),
        CommandExample(
            "Drawn, with less of what was said before.",
            "splitvote generate out/gpt2 \"이 기사는\" --sample --temperature 0.8 --top-k 40 --top-p 0.95 "
                + "--repetition-penalty 1.2 --seed 7 --precision fp32",
            obstacle: "it needs a language model"),
    ]

    static let similar = [
        CommandExample(
            "The comments that are most like a text.",
            "splitvote similar mine.yaml \"찬성과 반대가 갈리는 의견\" -k 20 --stage features",
            obstacle: "it needs a features stage"),
        CommandExample(
            "Like a comment of the store, and near copies of every comment.",
            "splitvote similar mine.yaml --like my-news:437/0000459026 --count 5\n"
                + "splitvote similar mine.yaml --each --least 0.95 > copies.tsv",
            obstacle: "it needs a features stage"),
    ]

    static let readNext = [
        CommandExample(
            "Sixty comments whose labels a few votes would change, and forty at random; no model is needed.",
            "splitvote read-next mine.yaml --by border=60,random=40 --seed 7 -o round-1.tsv"),
        CommandExample(
            "The next round, with what only the texts should decide.",
            "splitvote read-next mine.yaml --by border,random -n 20 --except round-1.tsv --blind --out round-2.tsv"
        ),
        CommandExample(
            "What the model is least sure of, and labels that it doubts.",
            "splitvote read-next mine.yaml --by uncertainty=50,wrong=20,border=20,random=10 --uncertainty entropy "
                + "--answers answers -o round-3.tsv",
            obstacle: "it needs a predict stage"),
    ]

    static let agreement = [
        CommandExample(
            "People against votes, and against each other.",
            "splitvote agreement mine.yaml read/kim.tsv read/lee.tsv",
            obstacle: "it needs tables that people filled in"),
        CommandExample(
            "Of grades, where a near miss is half as bad; with other resamples.",
            "splitvote agreement grades.yaml read/*.tsv --weights quadratic --resamples 10000 --seed 7",
            obstacle: "it needs rows with classes in an order"),
    ]

    static let filter = [
        CommandExample(
            "Clean as a stage of a pipeline does.",
            "splitvote filter clean --pipeline mine.yaml --column comment my-comments.tsv"),
        CommandExample(
            "Rows without those that repeat an earlier one.",
            "splitvote filter copies --drop --similarity 0.9 --shingle 3 comments.txt"),
        CommandExample(
            "Ids of each line, then a model's answers.",
            "splitvote filter tokenize --vocab models/my-model --max-tokens 64 comments.txt\n"
                + "splitvote filter predict --model out/model --null NULL --escapes --column document out/test.tsv\n"
                + "splitvote filter predict --model out/model --threshold 0.6 --temperature 1.5 --abstain none "
                + "--precision fp32 comments.txt"),
        CommandExample(
            "The settings of one of several stages, and rules of one's own.",
            "splitvote filter copies --pipeline mine.yaml --stage split --column 2 < my-comments.tsv\n"
                + "splitvote filter clean --rules kcbert-2022 --min-chars 2 comments.txt"),
    ]

    static let tokenize = [
        CommandExample(
            "Ids, pieces, or their places.",
            "splitvote tokenize --vocab models/my-model comments.txt\n"
                + "splitvote tokenize --vocab models/my-model --pieces --max-tokens 64 comments.txt\n"
                + "splitvote tokenize --vocab models/my-model --offsets --mode hf-slow comments.txt\n"
                + "splitvote tokenize --vocab models/my-model --json comments.txt"),
        CommandExample(
            "Safetensors files for other programs.",
            "splitvote tokenize --vocab models/my-model --shards ids comments.txt"),
        CommandExample(
            "Hard texts, to compare with other tokenizers.",
            "splitvote tokenize --vocab models/my-model --certificate"),
    ]

    static let start = [
        CommandExample("A pipeline to start from.", "splitvote init news"),
        CommandExample(
            "One that runs every night.", "splitvote init --schedule systemd --at 02:30 nightly"),
    ]

    static let doctor = [
        CommandExample("This machine.", "splitvote doctor"),
        CommandExample("And everything that a pipeline needs.", "splitvote doctor mine.yaml --json"),
    ]

    static let demoData = [
        CommandExample("Synthetic comments.", "splitvote demo-data"),
        CommandExample("Others, and fewer.", "splitvote demo-data --seed 2 --articles 50 --comments 20 more"),
    ]

    static let schema = [
        CommandExample("Which schemas there are.", "splitvote schema"),
        CommandExample(
            "The one for editors of pipeline files.", "splitvote schema pipeline > pipeline.schema.json"),
    ]

    static let stage = [
        CommandExample("Which stage kinds there are.", "splitvote help stage"),
        CommandExample("What one of them takes.", "splitvote help stage label"),
    ]
}
