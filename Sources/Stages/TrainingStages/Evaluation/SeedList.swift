package import Diagnostics
internal import Training

/// Several seeds, as a command line names them.
package struct SeedList: Hashable, Sendable {
    /// At least two, all different.
    package let seeds: [UInt64]

    /// - Parameter text: whole numbers with commas.
    /// - Throws: `DiagnosticsError` saying what is wrong with `--seeds`.
    package init(_ text: String) throws(DiagnosticsError) {
        var numbers: [UInt64] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            guard let number = UInt64(part.trimmingPrefix(" ")) else {
                throw DiagnosticsError(
                    "--seeds is '\(text)'; expected whole numbers with commas, as in 1,2,3")
            }
            numbers.append(number)
        }
        guard Set(numbers).count == numbers.count else {
            throw DiagnosticsError("--seeds is '\(text)'; it names a seed twice")
        }
        if let setting = TrainingSetting.named("seed"),
            !numbers.allSatisfy({ setting.takes(.integer(Int(clamping: $0))) })
        {
            throw DiagnosticsError("--seeds is '\(text)'; each takes \(setting.limits)")
        }
        guard numbers.count > 1 else {
            throw DiagnosticsError(
                "--seeds is '\(text)'; expected at least two different numbers with commas")
        }
        seeds = numbers
    }
}
