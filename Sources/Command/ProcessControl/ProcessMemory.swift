private import CLibrary

/// Settings of the C library's memory allocator.
///
/// What a run costs beside its own work is mostly memory that the system hands out page by page, each wiped first and
/// each after its own interruption. Large pages cost a fifth of that, and one heap for all threads is used again
/// where each thread's own would grow again.
///
/// Source: glibc's manual, "Malloc Tunable Parameters", and madvise(2), MADV_HUGEPAGE.
package enum ProcessMemory {
    /// Address space that the heap is given at once, in bytes; what is not used of it costs nothing.
    private static let reserve = 128 << 20

    /// Numbers of `<malloc.h>`.
    private enum Option {
        static let trimThreshold: Int32 = -1
        static let topPad: Int32 = -2
        static let mapThreshold: Int32 = -3
        static let mostArenas: Int32 = -8
    }

    /// For commands that read and write a store. Before any thread is started; if the system does not support it,
    /// nothing happens.
    package static func settle() {
        #if canImport(Glibc)
            // Swift's module of the C library lacks this function; other C libraries lack it altogether.
            guard let symbol = dlsym(nil, "mallopt") else { return }
            let set = unsafeBitCast(symbol, to: (@convention(c) (Int32, Int32) -> Int32).self)
            _ = set(Option.mostArenas, 1)
            _ = set(Option.topPad, Int32(reserve))
            // Setting one of these ends that the others follow what the program does; this is where they would end up.
            _ = set(Option.mapThreshold, 32 << 20)
            _ = set(Option.trimThreshold, 64 << 20)
            // Larger than the rest of the heap, so that it grows, by the reserve. The compiler would leave out a
            // plain malloc that is freed at once.
            var block: UnsafeMutableRawPointer?
            guard posix_memalign(&block, 16, 1 << 20) == 0 else { return }
            free(block)
            let pageSize = 2 << 20
            guard let end = sbrk(0), end != UnsafeMutableRawPointer(bitPattern: -1) else { return }
            let first = Int(bitPattern: end) - reserve
            let start = (first + pageSize - 1) & ~(pageSize - 1)
            if let base = UnsafeMutableRawPointer(bitPattern: start) {
                madvise(base, Int(bitPattern: end) - start, MADV_HUGEPAGE)
            }
        #endif
    }
}
