internal import Tensors

/// All parameters of a model in one flat buffer, and their gradients in another, under published names.
///
/// One thread at a time may use it. The buffers live as long as the set.
package final class ParameterSet {
    /// One named tensor.
    package struct Entry: Hashable, Sendable {
        /// What it is for.
        package let role: ParameterRole
        /// Hugging Face name, such as `bert.encoder.layer.0.attention.self.query.weight`.
        package let name: String
        /// Row-major shape, outermost dimension first.
        package let shape: [Int]
        /// Its place in ``ParameterSet/values`` and ``ParameterSet/gradients``.
        package let range: Range<Int>
        /// Whether weight decay applies: not for biases and LayerNorm.
        package var decays: Bool { role.decays }
        /// Which part of the model it belongs to.
        package var part: ModelPart { role.part }

        /// Number of values.
        package var count: Int { range.count }
    }

    /// In the order of the buffers.
    package let entries: [Entry]

    private let index: [String: Int]
    private let places: [ParameterRole: Int]
    let valueStorage: UnsafeMutableBufferPointer<Float>
    let gradientStorage: UnsafeMutableBufferPointer<Float>
    /// Entries whose stored gradient is out of date and counts as 0, so that the next one overwrites it.
    var isStale: [Bool]
    /// Entries that are not trained: their gradients are never written and stay 0, and no optimizer changes them.
    package internal(set) var isFrozen: [Bool]
    /// Entries that optimizers leave as they are though they have gradients, of which others are made.
    var isKept: [Bool]
    /// Rows of the word vectors whose gradient may not be 0; `nil` if not tracked.
    var touchedRows: [Int32]? = []
    /// Values from ``firstOperand`` on as bfloat16, made when first needed; memory before it is never touched.
    var halves: AlignedBuffer?
    /// Where operands of products begin: tables before it are looked up, never multiplied.
    private let firstOperand: Int
    /// Has the parameters that this set lacks and its model shares with another.
    let lender: ParameterSet?
    var halvesAreCurrent = false
    /// Largest norm of the rows of a parameter, kept by optimizers after each step.
    var rowLimit: (role: ParameterRole, norm: Double)?

    /// Lays out the tensors in order, each beginning at a multiple of 16 values unless `adjacent` says it follows
    /// its predecessor directly.
    ///
    /// - Parameters:
    ///   - layout: lookup tables first.
    ///   - multipliesWords: whether products read the word vectors too.
    ///   - lender: has the parameters that are left out here.
    ///   - name: what published files call each.
    init(
        layout: [Item], multipliesWords: Bool = false, lender: ParameterSet? = nil,
        name: (ParameterRole) -> String
    ) {
        self.lender = lender
        var entries: [Entry] = []
        var end = 0
        for item in layout {
            let count = item.shape.reduce(1, *)
            let start = item.adjacent ? end : (end + 15) / 16 * 16
            let range = start..<start + count
            entries.append(
                Entry(role: item.role, name: name(item.role), shape: item.shape, range: range))
            end = range.upperBound
        }
        self.entries = entries
        firstOperand =
            multipliesWords ? 0 : entries.first { !$0.role.isLookup }?.range.lowerBound ?? end
        index = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
        places = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.role, $0) })
        isStale = Array(repeating: false, count: entries.count)
        isFrozen = entries.map { $0.role == .keptWords }
        isKept = Array(repeating: false, count: entries.count)
        valueStorage = zeroed(count: end)
        gradientStorage = zeroed(count: end)
    }

    /// What a layout says about one tensor.
    struct Item {
        var role: ParameterRole
        var shape: [Int]
        var adjacent = false
    }

    deinit {
        for storage in [valueStorage, gradientStorage] {
            releaseZeroed(storage.baseAddress.map { UnsafeMutableRawPointer($0) }, count: storage.count)
        }
    }

    /// The entry of this name.
    package func entry(named name: String) -> Entry? { index[name].map { entries[$0] } }

    /// The entry of this role.
    package func entry(for role: ParameterRole) -> Entry? { places[role].map { entries[$0] } }

    /// The set that has a parameter: this one, or the one it is shared with.
    func owner(of role: ParameterRole) -> ParameterSet { places[role] == nil ? lender ?? self : self }

    /// Place in ``entries`` of a parameter that the model has.
    func place(of role: ParameterRole) -> Int {
        guard let place = places[role] else { preconditionFailure("the model has no parameter for \(role)") }
        return place
    }

    /// Total number of values in entries, gaps not counted.
    package var parameterCount: Int { entries.reduce(0) { $0 + $1.count } }

    /// All values, aligned to 64 bytes; gaps between entries are 0 and stay 0.
    ///
    /// Write through it only before the next call into a model or an optimizer, and ask again afterward:
    /// copies in other number formats are renewed after each time it was asked for.
    package var values: UnsafeMutableBufferPointer<Float> {
        halvesAreCurrent = false
        return valueStorage
    }

    /// Gradients, laid out as ``values``.
    package var gradients: UnsafeMutableBufferPointer<Float> {
        clearStale()
        touchedRows = nil
        return gradientStorage
    }

    /// Sets all gradients to 0.
    ///
    /// - Complexity: O(entries): the memory is overwritten by the next backward pass, or cleared when someone
    ///   looks.
    package func zeroGradients() {
        for number in isStale.indices where !isFrozen[number] { isStale[number] = true }
    }

    /// Calls `body` with the values of one tensor.
    /// - Throws: ``ParameterError/unknownName(_:)``, or what `body` throws.
    package func withValues<Result>(
        of name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard let entry = entry(named: name) else { throw ParameterError.unknownName(name) }
        return try body(UnsafeMutableBufferPointer(rebasing: values[entry.range]))
    }

    /// Calls `body` with the values of a parameter that the model has.
    package func withValues<Result>(
        of role: ParameterRole, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) rethrows -> Result {
        try body(UnsafeMutableBufferPointer(rebasing: values[entries[place(of: role)].range]))
    }

    /// Calls `body` with the gradient of one tensor.
    /// - Throws: ``ParameterError/unknownName(_:)``, or what `body` throws.
    package func withGradients<Result>(
        of name: String, _ body: (UnsafeMutableBufferPointer<Float>) throws -> Result
    ) throws -> Result {
        guard let entry = entry(named: name) else { throw ParameterError.unknownName(name) }
        return try body(UnsafeMutableBufferPointer(rebasing: gradients[entry.range]))
    }

    /// The bfloat16 copies of a range of values; nil if there are none.
    func halves(of range: Range<Int>) -> UnsafeMutablePointer<UInt16>? {
        guard let halves, range.upperBound > firstOperand else { return nil }
        precondition(range.lowerBound >= firstOperand, "lookup tables and operands are updated apart")
        return halves.base.assumingMemoryBound(to: UInt16.self) + range.lowerBound
    }

    /// Brings the bfloat16 copies up to date.
    func refreshHalves() {
        if halvesAreCurrent { return }
        let memory = halves ?? AlignedBuffer(bytes: valueStorage.count * 2)
        halves = memory
        Elementwise.round(
            UnsafeBufferPointer(rebasing: valueStorage[firstOperand...]),
            into: memory.base.assumingMemoryBound(to: UInt16.self) + firstOperand)
        halvesAreCurrent = true
    }

    /// Where the entries with gradients are, neighbors joined.
    package var trainedRanges: [Range<Int>] {
        runs(rates: Array(repeating: 1, count: entries.count), besides: isFrozen).reduce(into: []) {
            ranges, run in
            if let last = ranges.last, last.upperBound == run.range.lowerBound {
                ranges[ranges.count - 1] = last.lowerBound..<run.range.upperBound
            } else {
                ranges.append(run.range)
            }
        }
    }

    /// Neighboring values that an optimizer treats alike.
    struct Run {
        var range: Range<Int>
        let decays: Bool
        /// Factor of the learning rate.
        let rate: Double
    }

    /// The trained entries, neighbors of a kind joined across their gaps.
    ///
    /// - Parameter rates: factor of the learning rate of each entry.
    func runs(rates: [Double]) -> [Run] {
        runs(rates: rates, besides: zip(isFrozen, isKept).map { $0 || $1 })
    }

    private func runs(rates: [Double], besides leftOut: [Bool]) -> [Run] {
        var runs: [Run] = []
        var previous: Int?
        for (number, entry) in entries.enumerated() where !leftOut[number] {
            defer { previous = number }
            if let last = runs.last, last.decays == entry.decays, last.rate == rates[number],
                previous == number - 1
            {
                runs[runs.count - 1].range = last.range.lowerBound..<entry.range.upperBound
            } else {
                runs.append(Run(range: entry.range, decays: entry.decays, rate: rates[number]))
            }
        }
        return runs
    }
}

/// A parameter that cannot be used as asked.
package enum ParameterError: Error, Hashable, Sendable, CustomStringConvertible {
    case unknownName(String)

    package var description: String {
        switch self {
        case .unknownName(let name): "the model has no parameter '\(name)'"
        }
    }
}

func zeroed(count: Int) -> UnsafeMutableBufferPointer<Float> {
    let memory = allocateZeroed(bytes: count * 4).bindMemory(to: Float.self, capacity: max(1, count))
    return UnsafeMutableBufferPointer(start: memory, count: count)
}

func releaseZeroed(_ memory: UnsafeMutableRawPointer?, count: Int) {
    if let memory { Tensors.releaseZeroed(memory, bytes: count * 4) }
}
