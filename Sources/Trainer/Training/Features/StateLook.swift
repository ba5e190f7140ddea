package import Models
import ShardFormat

/// The states of all tokens of some rows, to look at: a safetensors file with `input_ids`, `offsets` (where each row begins)
/// and a tensor `[tokens, hidden]` for each layer that is shown.
package struct StateLook {
    /// Rows that are computed together.
    private let batchRows: Int

    /// What the layers' tensors are called: `sequence` for the last one alone, else `layer_0`, `layer_1` and so on.
    private let names: [(name: String, layer: Int)]
    private let hidden: Int
    private var ids: [Int32] = []
    private var offsets: [Int64] = [0]
    private var states: [[Float]]

    /// - Parameter allLayers: whether all layers are shown, or the last one.
    package init(_ model: any TrainableModel, allLayers: Bool) {
        let depth = model.layerCount
        batchRows = ComputeEnvironment.computesRowsAlone(model.precision) ? 32 : 1
        names = allLayers ? (0...depth).map { ("layer_\($0)", $0) } : [("sequence", depth)]
        hidden = model.configuration.plan.hiddenSize
        states = Array(repeating: [], count: names.count)
    }

    /// Adds the rows of a batch.
    package mutating func add(_ batch: PackedTokens, by model: any TrainableModel) throws {
        for start in stride(from: 0, to: batch.rows, by: batchRows) {
            let part = batch.slice(start..<min(start + batchRows, batch.rows))
            let found = try model.states(part, ofLayers: names.map(\.layer))
            for (place, layer) in found.enumerated() { states[place] += layer }
            let before = offsets[offsets.count - 1]
            offsets += part.offsets.dropFirst().map { before + Int64($0) }
            ids += part.inputIDs
        }
    }

    /// The tensors of the file.
    package var tensors: [NamedTensor] {
        [
            NamedTensor("input_ids", ids, shape: [ids.count]),
            NamedTensor("offsets", offsets, shape: [offsets.count]),
        ]
            + zip(names, states).map { name, values in
                NamedTensor(name.name, values, shape: [ids.count, hidden])
            }
    }
}
