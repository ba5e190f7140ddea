internal import ArgumentParser
internal import PipelineAccess

/// What shells offer for the words of a command line.
extension CompletionKind {
    static var pipelineFile: CompletionKind { .file(extensions: ["yaml", "yml"]) }
    static var stage: CompletionKind { offer { words, _ in words.stages } }
    static var selector: CompletionKind { offer { $0.selectors($1) } }
    static var setting: CompletionKind { offer { $0.settings($1) } }
    static var labelSet: CompletionKind { offer { words, _ in words.labelSets } }
    static var runsWords: CompletionKind { offer { words, _ in words.runsWords } }
    static var labelsWords: CompletionKind { offer { words, _ in words.labelsWords } }

    private static func offer(_ words: @escaping @Sendable (WordOffers, String) -> [String]) -> CompletionKind
    {
        .custom { line, index, prefix in
            words(WordOffers(after: Array(line.prefix(index)), registry: .all), prefix)
        }
    }
}
