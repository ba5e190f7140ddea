/// The thresholds that a sweep tries: every number of votes with every range of ratios.
package struct SweepAxes: Hashable, Sendable {
    /// Least numbers of votes, strictly rising, 1 ... 100,000 each.
    package let minVotes: [Int]
    /// Ranges of ratios called controversial, each once, in the order given.
    package let bands: [ClosedRange<Double>]

    /// Most cells of one sweep.
    package static let mostCells = 10_000
    /// What a least number of votes may be; the label stage allows the same.
    package static let votes = 1...100_000

    /// Reads `--min-votes` and `--band`.
    ///
    /// - Parameters:
    ///   - minVotes: numbers and `start:end:step`, separated by commas: `5:50:5`, `10,20,40`, `5:20:5,50`. The end is
    ///     included where the steps meet it; a step of 1 may be left out.
    ///   - bands: `low-high`, separated by commas: `0.35-0.65,0.4-0.6`.
    /// - Throws: ``SweepProblem`` at the first thing that cannot be meant.
    package init(minVotes: String, bands: String) throws(SweepProblem) {
        var votes: [Int] = []
        for part in Self.parts(minVotes) { votes += try Self.votes(in: part) }
        var ranges: [ClosedRange<Double>] = []
        for part in Self.parts(bands) {
            let band = try Self.band(in: part)
            guard !ranges.contains(band) else { throw .repeated("--band", part) }
            ranges.append(band)
        }
        for (one, next) in zip(votes, votes.dropFirst()) where next <= one { throw .notRising(one, next) }
        guard votes.count * ranges.count <= Self.mostCells else {
            throw .tooManyCells(votes: votes.count, bands: ranges.count)
        }
        self.minVotes = votes
        self.bands = ranges
    }

    private static func parts(_ text: String) -> [String] {
        text.split(separator: ",", omittingEmptySubsequences: false).map { part in
            String(part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
        }
    }

    private static func votes(in part: String) throws(SweepProblem) -> [Int] {
        let fields = part.split(separator: ":", omittingEmptySubsequences: false)
        guard fields.count <= 3 else { throw .notVotes(part) }
        var numbers: [Int] = []
        for field in fields {
            guard !field.isEmpty, field.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(field)
            else { throw .notVotes(part) }
            numbers.append(number)
        }
        for number in numbers.prefix(2) where !votes.contains(number) { throw .votesOutOfRange(number) }
        if numbers.count == 1 { return numbers }
        let step = numbers.count == 3 ? numbers[2] : 1
        guard step > 0 else { throw .noStep(part) }
        guard numbers[0] <= numbers[1] else { throw .backwards(part) }
        guard (numbers[1] - numbers[0]) / step < mostCells else {
            throw .tooManyCells(votes: (numbers[1] - numbers[0]) / step + 1, bands: 1)
        }
        return Array(stride(from: numbers[0], through: numbers[1], by: step))
    }

    private static func band(in part: String) throws(SweepProblem) -> ClosedRange<Double> {
        let fields = part.split(separator: "-", omittingEmptySubsequences: false)
        guard fields.count == 2 else { throw .notBand(part) }
        var bounds: [Double] = []
        for field in fields {
            let isDecimal = field.utf8.allSatisfy { (0x30...0x39).contains($0) || $0 == 0x2E }
            guard isDecimal, let bound = Double(field) else { throw .notBand(part) }
            guard bound <= 1 else { throw .ratioOutOfRange(part, bound) }
            bounds.append(bound)
        }
        guard bounds[0] <= bounds[1] else { throw .backwards(part) }
        return bounds[0]...bounds[1]
    }
}

/// What is wrong with the options of a sweep.
package enum SweepProblem: Error, Hashable, Sendable, CustomStringConvertible {
    case notVotes(String)
    case votesOutOfRange(Int)
    case noStep(String)
    case notBand(String)
    case ratioOutOfRange(String, Double)
    case backwards(String)
    case notRising(Int, Int)
    case repeated(String, String)
    case tooManyCells(votes: Int, bands: Int)
    /// A band that a rule cannot have, in the rule's own words.
    case rule(band: ClosedRange<Double>, String)

    package var description: String {
        switch self {
        case .notVotes(let part):
            "'\(part)' in --min-votes is not a number of votes; write numbers such as 20, or start:end:step such as 5:50:5"
        case .votesOutOfRange(let votes):
            "\(votes) in --min-votes is out of range; \(SweepAxes.votes.lowerBound) ... "
                + "\(SweepAxes.votes.upperBound) votes are allowed"
        case .noStep(let part):
            "'\(part)' in --min-votes steps by 0; a step is 1 or more"
        case .notBand(let part):
            "'\(part)' in --band is not a range of ratios; write low-high such as 0.4-0.6, several with commas between"
        case .ratioOutOfRange(let part, let bound):
            "'\(part)' in --band holds \(bound); a ratio lies in 0 ... 1, so 40% is 0.4"
        case .backwards(let part):
            "'\(part)' ends before it begins; write the smaller number first"
        case .notRising(let one, let next):
            "--min-votes has \(next) after \(one); write numbers of votes in rising order, each once"
        case .repeated(let option, let part):
            "\(option) has '\(part)' twice; write each once"
        case .tooManyCells(let votes, let bands):
            "\(votes) numbers of votes with \(bands) bands make \(votes * bands) cells; at most "
                + "\(SweepAxes.mostCells) are tried at once, so take a larger step"
        case .rule(let band, let problem):
            "the band \(band.lowerBound)-\(band.upperBound) cannot be tried: \(problem)"
        }
    }
}
