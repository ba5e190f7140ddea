internal import SeededRandom
internal import Tensors

extension ParameterSet {
    /// Random weights as Hugging Face draws them: normal with this deviation, biases 0, LayerNorm gains 1.
    ///
    /// Each tensor has its own stream, named after it, so one tensor's values do not depend on the others'.
    func drawWeights(
        seed: UInt64, deviation: Double, padTokenID: Int,
        start: (ParameterRole) -> InitialValue = { $0.initial }, where isWanted: (Entry) -> Bool
    ) {
        for entry in entries where isWanted(entry) {
            let memory = UnsafeMutableBufferPointer(rebasing: valueStorage[entry.range])
            switch start(entry.role) {
            case .one: memory.update(repeating: 1)
            case .zero: memory.update(repeating: 0)
            case .uniform(let range):
                memory.drawUniforms(seed: seed, stream: "init \(entry.name)", range: range)
            case .normal:
                memory.drawNormals(
                    key: Philox.key(seed: seed, stream: "init \(entry.name)"), deviation: deviation)
            case .narrow(let share):
                memory.drawNormals(
                    key: Philox.key(seed: seed, stream: "init \(entry.name)"), deviation: deviation * share)
            }
            if entry.role == .words, (0..<entry.shape[0]).contains(padTokenID) {
                let row = padTokenID * entry.shape[1]
                memory[row..<row + entry.shape[1]].update(repeating: 0)
            }
        }
        halvesAreCurrent = false
    }
}

extension UnsafeMutableBufferPointer<Float> {
    fileprivate func drawUniforms(seed: UInt64, stream: String, range: Double) {
        var random = PhiloxStream(seed: seed, stream: stream)
        for place in indices { self[place] = Float((2 * random.uniform() - 1) * range) }
    }

    /// Shared out in blocks of fixed size, so the values do not depend on the number of threads.
    fileprivate func drawNormals(key: (UInt32, UInt32), deviation: Double) {
        let size = 1 << 16
        Compute.parallel((count + size - 1) / size) { block in
            let range = block * size..<Swift.min(count, (block + 1) * size)
            let part = UnsafeMutableBufferPointer(rebasing: self[range])
            Philox.fillNormals(part, first: range.lowerBound, key: key, deviation: deviation)
        }
    }
}
