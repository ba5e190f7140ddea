internal import CKernels
internal import COneDNN

/// Where and how arithmetic runs in this process.
package enum Compute {
    /// Runs `body` on the compute thread with this many threads at its disposal, and waits for it.
    ///
    /// oneDNN and the kernels share one pool of workers, which belongs to the thread that starts the work; so
    /// all work is started by one thread. Calls queue; a call from within `body` runs at once.
    package static func run<Result>(threads: Int, _ body: () throws -> Result) throws -> Result {
        _ = loadOneDNN
        var outcome: Swift.Result<Result, any Error>?
        withoutActuallyEscaping(body) { body in
            var task: () -> Void = { outcome = Swift.Result { try body() } }
            withUnsafeMutablePointer(to: &task) { task in
                ck_compute(
                    Int32(clamping: threads),
                    { $0?.assumingMemoryBound(to: (() -> Void).self).pointee() }, task)
            }
        }
        guard let outcome else { preconditionFailure("the compute thread did not run the task") }
        return try outcome.get()
    }

    /// Calls `body` for each number in 0 ..< count, shared out among the threads of the running
    /// ``run(threads:_:)``.
    ///
    /// Each call must write only what no other call touches; then the result does not depend on the threads.
    package static func parallel(_ count: Int, _ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var body = body
            withUnsafeMutablePointer(to: &body) { body in
                ck_parallel(
                    Int64(count),
                    { body, item, _ in body?.assumingMemoryBound(to: ((Int) -> Void).self).pointee(Int(item))
                    },
                    body)
            }
        }
    }

    /// Calls `body` for each number in 0 ..< count on threads that are started for it, for work that comes seldom: the
    /// workers of ``parallel(_:_:)`` keep their cores for a while after they are done.
    ///
    /// Each call must write only what no other call touches; then the result does not depend on the threads.
    package static func onOwnThreads(_ threads: Int, count: Int, _ body: (Int) -> Void) {
        withoutActuallyEscaping(body) { body in
            var work = (body: body, count: count)
            withUnsafeMutablePointer(to: &work) { work in
                ck_on_threads(
                    Int32(clamping: max(1, min(threads, count))),
                    { work, worker, workers in
                        guard
                            let work = work?.assumingMemoryBound(
                                to: (body: (Int) -> Void, count: Int).self)
                        else { return }
                        for number in stride(
                            from: Int(worker), to: work.pointee.count, by: Int(workers))
                        {
                            work.pointee.body(number)
                        }
                    }, work)
            }
        }
    }

    /// Loads oneDNN where it multiplies, before the compute thread looks for the workers that they share.
    private static let loadOneDNN: Void = {
        if !MatrixProduct.hasKernels(for: .float32) { _ = cod_problem() }
    }()

    /// Threads that kernels use now.
    package static var threads: Int { Int(ck_threads()) }

    /// Whether this CPU has instructions for bfloat16 products; elsewhere they are slower than `Float32`.
    package static var hasFastBFloat16: Bool { cod_has_bf16() != 0 }

    /// What this machine offers, for logs and reports.
    package static var abilities: Abilities {
        Abilities(
            instructionSet: String(cString: cod_instruction_set()),
            hasFastBFloat16: hasFastBFloat16, kernels: String(cString: ck_variant_name()),
            workers: String(cString: ck_pool_name()))
    }

    /// Version of oneDNN, such as `2.6.3`, which is loaded if it was not; `nil` if it cannot be.
    package static var oneDNN: String? {
        if cod_problem() != nil { return nil }
        var (major, minor, patch): (Int32, Int32, Int32) = (0, 0, 0)
        cod_version(&major, &minor, &patch)
        return "\(major).\(minor).\(patch)"
    }

    /// What installs oneDNN on this system, as a command.
    package static var oneDNNRemedy: String { String(cString: cod_remedy()) }

    /// Whether this CPU has tile instructions (AMX), which only oneDNN uses.
    package static var hasTileUnit: Bool { cod_has_tile_unit() != 0 }

    /// Every variant of the kernels that some CPU has, best first; for tests. Those without their own products leave
    /// them to oneDNN.
    package static let variants = ["avx512_bf16", "avx512", "avx2", "portable"]

    /// Runs `body` with the named variant of the kernels (`avx512_bf16`, `avx512`, `avx2`,
    /// `portable`); for tests.
    /// - Returns: `nil` when this CPU cannot run it.
    package static func run<Result>(
        threads: Int, kernels: String, _ body: () throws -> Result
    ) throws -> Result? {
        try run(threads: threads) {
            let usual = String(cString: ck_variant_name())
            guard ck_use_variant(kernels) == 0 else { return nil }
            defer { _ = ck_use_variant(usual) }
            return try body()
        }
    }

    package struct Abilities: Hashable, Sendable {
        /// Best instruction set for products here, by oneDNN's name, such as `avx512_core_bf16`.
        package let instructionSet: String
        /// Whether this CPU has instructions for bfloat16 products; elsewhere they are slower than
        /// `Float32`.
        package let hasFastBFloat16: Bool
        /// Variant of the kernels: `avx512_bf16`, `avx512`, `avx2` or `portable`.
        package let kernels: String
        /// Whose workers run the kernels: `openmp` or `pthreads`.
        package let workers: String
    }
}
