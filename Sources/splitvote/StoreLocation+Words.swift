internal import ArgumentParser
internal import PipelineAccess

extension StoreLocation {
    /// - Parameters:
    ///   - words: what is on the command line beside options; the pipeline file is taken from it.
    ///   - state: the value of `--state`, which takes the file's place.
    init(_ words: inout [String], state: String?) throws {
        if let state {
            self.init(state: state)
            return
        }
        guard !words.isEmpty else { throw ValidationError("give a pipeline file, or --state PATH") }
        self.init(try PipelineLoader(file: words.removeFirst(), registry: .all).plan())
    }

    /// - Parameter file: the pipeline file; `nil` where `state` takes its place.
    init(file: String?, state: String?) throws {
        var words = [file].compactMap { $0 }
        try self.init(&words, state: state)
    }
}
