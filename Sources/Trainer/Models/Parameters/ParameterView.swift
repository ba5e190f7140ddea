internal import Tensors

/// Neighboring entries of a parameter set, used as one tensor.
struct ParameterView {
    let set: ParameterSet
    let numbers: Range<Int>
    let shape: Shape

    /// One parameter, in its own shape.
    init(_ set: ParameterSet, _ role: ParameterRole) {
        let owner = set.owner(of: role)
        let place = owner.place(of: role)
        self.init(owner, place..<place + 1)
    }

    /// Adjacent parameters stacked along their first dimension.
    init(_ set: ParameterSet, _ first: ParameterRole, through last: ParameterRole) {
        self.init(set, set.place(of: first)..<set.place(of: last) + 1)
    }

    private init(_ set: ParameterSet, _ numbers: Range<Int>) {
        self.set = set
        self.numbers = numbers
        let shapes = numbers.map { set.entries[$0].shape }
        shape = Shape([shapes.reduce(0) { $0 + $1[0] }] + shapes[0].dropFirst())
    }

    /// The values in the number format of the products.
    func operand(_ precision: Precision) -> Tensor {
        switch precision {
        case .fp32: value
        case .bf16: set.halves(numbers.lowerBound, shape)
        }
    }

    var value: Tensor {
        guard let base = set.valueStorage.baseAddress else {
            preconditionFailure("the parameter set is empty")
        }
        return Tensor(base + set.entries[numbers.lowerBound].range.lowerBound, shape)
    }

    /// The gradient's memory, about to be written, and whether the new gradient must be added to what is
    /// there.
    func takeGradient() -> (tensor: Tensor, accumulate: Bool) {
        (Tensor(set.gradientMemory(numbers.lowerBound), shape), set.takeGradient(numbers))
    }

    /// The gradient's memory, valid to be added to in the rows named; for tables of which few rows are used.
    func takeRows(_ rows: UnsafeBufferPointer<Int32>) -> Tensor {
        set.takeRows(numbers.lowerBound, rows, width: shape.columns)
        return Tensor(set.gradientMemory(numbers.lowerBound), shape)
    }
}

extension ParameterSet {
    func gradientMemory(_ number: Int) -> UnsafeMutablePointer<Float> {
        guard let base = gradientStorage.baseAddress else {
            preconditionFailure("the parameter set is empty")
        }
        return base + entries[number].range.lowerBound
    }

    /// Marks gradients as written.
    /// - Returns: whether they count already and must be added to.
    fileprivate func takeGradient(_ numbers: Range<Int>) -> Bool {
        // A gradient of all word vectors touches every row.
        if numbers.contains(where: { entries[$0].role == .words }) { touchedRows = nil }
        if numbers.allSatisfy({ isStale[$0] }) {
            for number in numbers { isStale[number] = false }
            return false
        }
        for number in numbers { clear(number) }
        return true
    }

    fileprivate func takeRows(_ number: Int, _ rows: UnsafeBufferPointer<Int32>, width: Int) {
        clear(number)
        if entries[number].role == .words { touchedRows?.append(contentsOf: rows) }
    }

    /// Writes zeros over a stale gradient.
    func clearStale() {
        for number in entries.indices { clear(number) }
    }

    private func clear(_ number: Int) {
        guard isStale[number] else { return }
        isStale[number] = false
        let isSparse = entries[number].role == .words
        if isSparse, let rows = touchedRows, let width = entries[number].shape.last {
            let memory = gradientMemory(number)
            for row in rows { (memory + Int(row) * width).update(repeating: 0, count: width) }
        } else {
            Elementwise.fillZero(UnsafeMutableBufferPointer(rebasing: gradientStorage[entries[number].range]))
        }
        if isSparse { touchedRows = [] }
    }

    fileprivate func halves(_ number: Int, _ shape: Shape) -> Tensor {
        refreshHalves()
        guard let halves else { preconditionFailure("bfloat16 copies were not made") }
        return Tensor(
            base: halves.base + entries[number].range.lowerBound * 2, type: .bfloat16, shape: shape)
    }
}
