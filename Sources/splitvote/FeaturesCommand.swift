internal import ArgumentParser
internal import Console
internal import ModelCommands
internal import Prediction
internal import ProcessControl

/// `splitvote features`: what a frozen encoder makes of texts.
struct FeaturesCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        of: "features",
        abstract: "Write the vectors that an encoder makes of texts, as safetensors.")

    @Option(
        help: "Folder of an encoder, or the name of one in the Hugging Face cache.", completion: .directory)
    var model: String
    @Option(help: ArgumentHelp("The file to write.", valueName: "file"), completion: .file()) var out: String
    @Option(
        help:
            "How tokens become one vector: cls, mean, max or last_four. (default: as a folder of sentence-transformers says, else mean)"
    )
    var pooling: String?
    @Flag(
        inversion: .prefixedNo, help: "Scale vectors to length 1. (default: as such a folder says, else not)")
    var normalize: Bool?
    @Option(help: "Layers, separated by commas; 0 is the output of the embeddings. (default: the last)")
    var layers: String?
    @Option(help: "pooled; sequence or layers for states of all tokens as well.")
    var output = FeatureExtraction.Output.pooled
    @Option(help: "Texts whose tokens' states are written.") var shown: UInt16 = 100
    @Option(help: "Read this column of a table.") var column: String?
    @OptionGroup var pair: PairOptions
    @Option(help: ArgumentHelp("fp32, bf16, or auto. (default: fp32)", valueName: "format"))
    var precision: PrecisionName?
    @Option(
        help: ArgumentHelp(
            "Write the encoder as a folder of sentence-transformers too.", valueName: "folder"),
        completion: .directory)
    var saveModel: String?
    @Argument(help: "Text or table; standard input if omitted or -.", completion: .file()) var file: String?

    func validate() throws { try pair.requireColumn(column, of: file) }

    func run() throws {
        var features = try FeatureExtraction(
            folder: model,
            .init(
                pooling: pooling, isNormalized: normalize, layers: layers, output: output, shown: Int(shown),
                hasPairs: pair.arePairs, precision: (precision ?? .exact).precision, threads: Machine.threads),
            note: ErrorReporter.note)
        try TextBlock.forEach(in: LineSource(path: file), of: pair.table(column, keeping: nil)) {
            try features.add($0)
        }
        try features.write(to: out).forEach(ErrorReporter.note)
        if let saveModel { ErrorReporter.note(try features.writeModel(to: saveModel)) }
    }
}

extension FeatureExtraction.Output: ExpressibleByArgument {}
