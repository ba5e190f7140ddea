/// Identifies the dropout masks of one optimizer step; equal keys give equal masks.
///
/// A mask depends on the key, the layer, the place in the layer, the row's number in the step and the token's
/// number in the row: not on how rows are grouped into batches, nor on threads.
package struct DropoutKey: Hashable, Sendable {
    /// Seed of the run.
    package var seed: UInt64
    /// Optimizer step, from 0; below 2^32.
    package var step: UInt32
    /// Number within the step of the batch's first row; not 0 for the later parts of an accumulated step.
    package var firstRow: UInt32

    package init(seed: UInt64, step: UInt32, firstRow: UInt32 = 0) {
        self.seed = seed
        self.step = step
        self.firstRow = firstRow
    }
}
