/// Operations on matrices of either number type, whose rows may be apart.
extension Elementwise {
    /// The numbers as `Float32`; `input` and `output` of one shape.
    package static func widen(_ input: Tensor, into output: Tensor) throws(ShapeError) {
        try expect("widen", "output", output, input.shape, "that of 'input' \(input.shape)")
        Compute.parallel(input.rows) { row in
            let target = output.floats + row * output.stride
            for column in 0..<input.columns { target[column] = value(input, row, column) }
        }
    }

    /// output += input, of one shape; `input` is `Float32`, sums are rounded to the type of `output`, to nearest even.
    package static func addRows(_ input: Tensor, into output: Tensor) throws(ShapeError) {
        try expect("addRows", "output", output, input.shape, "that of 'input' \(input.shape)")
        Compute.parallel(input.rows) { row in
            let source = input.floats + row * input.stride
            switch output.type {
            case .float32:
                let target = output.floats + row * output.stride
                for column in 0..<input.columns { target[column] += source[column] }
            case .bfloat16:
                let target = output.halves + row * output.stride
                for column in 0..<input.columns {
                    target[column] = rounded(value(output, row, column) + source[column])
                }
            }
        }
    }

    private static func value(_ tensor: Tensor, _ row: Int, _ column: Int) -> Float {
        let place = row * tensor.stride + column
        return switch tensor.type {
        case .float32: tensor.floats[place]
        case .bfloat16: Float(bitPattern: UInt32(tensor.halves[place]) << 16)
        }
    }

    private static func rounded(_ value: Float) -> UInt16 {
        let bits = value.bitPattern
        if value.isNaN { return UInt16(bits >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bits &+ 0x7FFF &+ (bits >> 16 & 1)) >> 16)
    }
}
