internal import ArgumentParser
package import Models
internal import Training

/// What `--precision` of a command that answers texts may be.
package struct PrecisionName: ExpressibleByArgument {
    package let precision: Precision

    package static let fastest = PrecisionName(precision: ComputeEnvironment.fastestPrecision)
    package static let exact = PrecisionName(precision: .fp32)

    private init(precision: Precision) { self.precision = precision }

    package init?(argument: String) {
        guard let precision = ComputeEnvironment.precision(named: argument) else { return nil }
        self.init(precision: precision)
    }

    package static var allValueStrings: [String] { ComputeEnvironment.precisionNames }
}
