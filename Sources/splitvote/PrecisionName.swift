internal import ArgumentParser
internal import Models
internal import Training

/// What `--precision` of a command that answers texts may be.
struct PrecisionName: ExpressibleByArgument {
    let precision: Precision

    static let fastest = PrecisionName(precision: ComputeEnvironment.fastestPrecision)
    static let exact = PrecisionName(precision: .fp32)

    private init(precision: Precision) { self.precision = precision }

    init?(argument: String) {
        guard let precision = ComputeEnvironment.precision(named: argument) else { return nil }
        self.init(precision: precision)
    }

    static var allValueStrings: [String] { ComputeEnvironment.precisionNames }
}
