import CLibrary

/// Above this many bytes memory comes straight from the system: zero without being touched, in large pages.
private let largeBytes = 1 << 21

/// Zeroed memory aligned to 64 bytes, to be given back by ``releaseZeroed(_:bytes:)`` with the same size.
package func allocateZeroed(bytes: Int) -> UnsafeMutableRawPointer {
    let size = max(64, bytes)
    if size >= largeBytes {
        let pointer = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | mapAnonymous, -1, 0)
        if let pointer, pointer != MAP_FAILED {
            #if os(Linux)
                _ = madvise(pointer, size, MADV_HUGEPAGE)
            #endif
            return pointer
        }
    }
    let pointer = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
    pointer.initializeMemory(as: UInt8.self, repeating: 0, count: size)
    return pointer
}

package func releaseZeroed(_ pointer: UnsafeMutableRawPointer, bytes: Int) {
    let size = max(64, bytes)
    if size >= largeBytes {
        munmap(pointer, size)
    } else {
        pointer.deallocate()
    }
}

#if canImport(Darwin)
    private let mapAnonymous = MAP_ANON
#else
    private let mapAnonymous = Int32(MAP_ANONYMOUS)
#endif
