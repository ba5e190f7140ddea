package import ArgumentParser
package import Diagnostics
package import Generation

/// What `generate` takes.
package struct GenerateFlags: ParsableArguments {
    @Argument(
        help: "Folder of a model such as GPT-2, or the name of one in the Hugging Face cache.",
        completion: .directory)
    package var model: String
    @Argument(help: "Texts to continue; the lines of standard input if there are none.")
    package var texts: [String] = []
    @Option(help: "Most tokens that are added.") package var maxNewTokens = 64
    @Option(help: "Tokens that are added before a text may end.") package var minNewTokens = 0
    @Option(help: ArgumentHelp("Keep this many continuations side by side.", valueName: "count"))
    package var beams: Int?
    @Option(help: "Power of the length that a continuation's log probability is divided by. (default: 1)")
    package var lengthPenalty: Double?
    @Flag(help: "Draw each token instead of taking the best.") package var sample = false
    @Option(help: "What scores are divided by before a token is drawn. (default: 1)")
    package var temperature: Double?
    @Option(help: "Draw from this many tokens; 0 for all. (default: 50)") package var topK: Int?
    @Option(help: "Draw from the fewest tokens that have this share of the probability. (default: 1)")
    package var topP: Double?
    @Option(help: "Another seed draws other texts. (default: 1)") package var seed: UInt64?
    @Option(help: "Lower the scores of tokens that the text has already by this factor.")
    package var repetitionPenalty = 1.0
    @Option(help: "Let no run of this many tokens come twice; 0 for no such rule.")
    package var noRepeatNgram = 0
    @Flag(help: "Print one JSON object per text: prompt, text, tokens, end.") package var json = false
    @Option(help: ArgumentHelp("fp32, bf16, or auto. (default: fp32)", valueName: "format"))
    package var precision: PrecisionName?

    package init() {}

    /// - Throws: everything that is wrong with the options.
    package func settings() throws(DiagnosticsError) -> GenerationSettings {
        var problems: [String] = []
        func check(_ isRight: Bool, _ problem: @autoclosure () -> String) {
            if !isRight { problems.append(problem()) }
        }
        check(1...1_000_000 ~= maxNewTokens, "--max-new-tokens is \(maxNewTokens); it takes 1 ... 1000000")
        check(
            0...max(0, maxNewTokens) ~= minNewTokens,
            "--min-new-tokens is \(minNewTokens); it takes 0 ... \(max(0, maxNewTokens)), as many as may be added"
        )
        check(1...64 ~= beams ?? 1, "--beams is \(beams ?? 1); it takes 1 ... 64")
        check(
            -10...10 ~= lengthPenalty ?? 1, "--length-penalty is \(lengthPenalty ?? 1); it takes -10 ... 10")
        let warmth = temperature ?? 1
        check(warmth > 0 && warmth <= 100, "--temperature is \(warmth); it must be above 0 and at most 100")
        check(topK ?? 0 >= 0, "--top-k is \(topK ?? 0); it must be at least 0")
        check(
            (topP ?? 1) > 0 && (topP ?? 1) <= 1, "--top-p is \(topP ?? 1); it must be above 0 and at most 1")
        check(
            repetitionPenalty > 0 && repetitionPenalty <= 100,
            "--repetition-penalty is \(repetitionPenalty); it must be above 0 and at most 100")
        check(0...1000 ~= noRepeatNgram, "--no-repeat-ngram is \(noRepeatNgram); it takes 0 ... 1000")
        check(
            !sample || beams == nil, "--beams takes the best continuations and --sample draws them; give one")
        let drawing = [
            ("--temperature", temperature != nil), ("--top-k", topK != nil), ("--top-p", topP != nil),
            ("--seed", seed != nil),
        ]
        for (flag, isGiven) in drawing where isGiven && !sample {
            problems.append("\(flag) is for tokens that are drawn; add --sample")
        }
        check(lengthPenalty == nil || beams != nil, "--length-penalty is for --beams")
        if !problems.isEmpty { throw DiagnosticsError(problems.joined(separator: "\n")) }
        return chosen
    }

    private var chosen: GenerationSettings {
        var settings = GenerationSettings()
        if let beams, beams > 1 { settings.choice = .beams(beams) }
        if sample { settings.choice = .sample(seed: seed ?? 1) }
        settings.temperature = temperature ?? 1
        settings.topK = sample ? topK ?? 50 : 0
        settings.topP = topP ?? 1
        settings.repetitionPenalty = repetitionPenalty
        settings.noRepeatNgram = noRepeatNgram
        (settings.minNewTokens, settings.maxNewTokens) = (minNewTokens, maxNewTokens)
        settings.lengthPenalty = lengthPenalty ?? 1
        return settings
    }
}
