internal import CKernels

/// Small operations on whole tensors, all `Float32` and contiguous unless said otherwise.
package enum Elementwise {
    /// output = tanh(input + bias); `[R, C]` and `[C]`. `output` may be `input`.
    package static func biasTanh(_ input: Tensor, bias: Tensor, into output: Tensor) throws(ShapeError) {
        let text = "[C] with C = \(input.columns), the last dimension of 'input' \(input.shape)"
        try expect("biasTanh", "bias", bias, [input.columns], text)
        try expect("biasTanh", "output", output, input.shape, "that of 'input' \(input.shape)")
        ck_bias_tanh(input.floats, bias.floats, output.floats, Int64(input.rows), Int64(input.columns))
    }

    /// inputGradient = outputGradient · (1 - output²). The gradients may share memory.
    package static func tanhBackward(
        output: Tensor, outputGradient: Tensor, into inputGradient: Tensor
    ) throws(ShapeError) {
        let text = "that of 'output' \(output.shape)"
        try expect("tanhBackward", "outputGradient", outputGradient, output.shape, text)
        try expect("tanhBackward", "inputGradient", inputGradient, output.shape, text)
        ck_tanh_backward(
            output.floats, outputGradient.floats, inputGradient.floats, Int64(output.shape.count))
    }

    /// output = max(0, input + bias); `[R, C]` and `[C]`. `output` may be `input`.
    package static func biasReLU(_ input: Tensor, bias: Tensor, into output: Tensor) throws(ShapeError) {
        let text = "[C] with C = \(input.columns), the last dimension of 'input' \(input.shape)"
        try expect("biasReLU", "bias", bias, [input.columns], text)
        try expect("biasReLU", "output", output, input.shape, "that of 'input' \(input.shape)")
        let columns = input.columns
        for place in 0..<input.shape.count {
            output.floats[place] = max(0, input.floats[place] + bias.floats[place % columns])
        }
    }

    /// inputGradient = outputGradient where output is above 0, else 0. The gradients may share memory.
    package static func reluBackward(
        output: Tensor, outputGradient: Tensor, into inputGradient: Tensor
    ) throws(ShapeError) {
        let text = "that of 'output' \(output.shape)"
        try expect("reluBackward", "outputGradient", outputGradient, output.shape, text)
        try expect("reluBackward", "inputGradient", inputGradient, output.shape, text)
        for place in 0..<output.shape.count {
            inputGradient.floats[place] = output.floats[place] > 0 ? outputGradient.floats[place] : 0
        }
    }

    /// sums[c] = Σ of column c, or += when accumulating; `input` of either number type.
    ///
    /// Rows are added in blocks of 32, then block by block, whatever the number of threads.
    package static func columnSums(
        _ input: Tensor, into sums: Tensor, accumulate: Bool, arena: Arena
    ) throws(ShapeError) {
        let text = "[C] with C = \(input.columns), the last dimension of 'input' \(input.shape)"
        try expect("columnSums", "sums", sums, [input.columns], text)
        let mark = arena.mark
        let scratch = arena.floats(Int(ck_column_scratch(Int64(input.rows), Int64(input.columns))))
        ck_column_sums(
            input.base, input.type.code, sums.floats, accumulate ? 1 : 0, Int64(input.rows),
            Int64(input.columns),
            scratch)
        arena.release(to: mark)
    }

    /// Row i of `output` = row `rows[i]` of `input`. Rows of `input` are contiguous; both are of one number type.
    package static func gather(
        _ input: Tensor, rows: UnsafePointer<Int32>, into output: Tensor
    ) throws(ShapeError) {
        try expect(
            "gather", "output", output, [output.rows, input.columns], "\(input.columns) columns, as 'input'")
        guard input.type == .bfloat16 else {
            ck_gather(input.floats, rows, output.floats, Int64(output.rows), Int64(input.columns))
            return
        }
        let bytes = input.columns * 2
        for row in 0..<output.rows {
            (output.base + row * output.stride * 2).copyMemory(
                from: input.base + Int(rows[row]) * input.stride * 2, byteCount: bytes)
        }
    }

    /// Row `rows[i]` of `output` = row i of `input`; no row is named twice. Both are of one number type.
    package static func scatter(_ input: Tensor, rows: UnsafePointer<Int32>, into output: Tensor) {
        precondition(input.type == output.type && input.columns == output.columns, "rows of another form")
        let size = input.type.bytes
        for row in 0..<input.rows {
            (output.base + Int(rows[row]) * output.stride * size).copyMemory(
                from: input.base + row * input.stride * size, byteCount: input.columns * size)
        }
    }

    /// output += input, of one shape.
    package static func add(_ input: Tensor, into output: Tensor) throws(ShapeError) {
        try expect("add", "output", output, input.shape, "that of 'input' \(input.shape)")
        ck_add(input.floats, output.floats, Int64(input.shape.count))
    }

    /// Row `rows[i]` of `output` += row i of `input`, in order.
    package static func scatterAdd(
        _ input: Tensor, rows: UnsafePointer<Int32>, into output: Tensor
    ) throws(ShapeError) {
        try expect(
            "scatterAdd", "input", input, [input.rows, output.columns],
            "\(output.columns) columns, as 'output'")
        for row in 0..<input.rows {
            ck_add(
                input.floats + row * input.stride, output.floats + Int(rows[row]) * output.stride,
                Int64(input.columns))
        }
    }

    /// Σ x², in double, in blocks of 65,536 numbers, block by block.
    package static func sumOfSquares(_ values: UnsafeBufferPointer<Float>) -> Double {
        values.baseAddress.map { ck_sum_of_squares($0, Int64(values.count)) } ?? 0
    }

    /// Sets all to 0.
    package static func fillZero(_ values: UnsafeMutableBufferPointer<Float>) {
        if let base = values.baseAddress { ck_fill_zero(base, Int64(values.count)) }
    }

    /// Rounds to bfloat16, to nearest even.
    package static func round(_ values: UnsafeBufferPointer<Float>, into halves: UnsafeMutablePointer<UInt16>)
    {
        if let base = values.baseAddress { ck_to_bf16(base, halves, Int64(values.count)) }
    }

    /// e^x, tanh x and Φ(x) as the kernels compute them, to be measured.
    package static func exp(_ x: [Float]) -> [Float] { map(x, ck_exp) }
    package static func tanh(_ x: [Float]) -> [Float] { map(x, ck_tanh) }
    package static func normalCDF(_ x: [Float]) -> [Float] { map(x, ck_normal_cdf) }

    private static func map(
        _ x: [Float], _ function: (UnsafePointer<Float>?, UnsafeMutablePointer<Float>?, Int64) -> Void
    ) -> [Float] {
        [Float](unsafeUninitializedCapacity: x.count) { memory, count in
            function(x, memory.baseAddress, Int64(x.count))
            count = x.count
        }
    }
}
