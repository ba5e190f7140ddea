import ShardFormat
import Testing

struct SafetensorsWriterTests {
    /// Bytes of `safetensors.numpy.save` 0.8.0 with metadata {"format": "pt"} for
    /// a = float32 [[1.5, -2], [0.25, 3]], b = uint8 [0, 1, 2], c = int64 [-1, 2], d = uint16 [7],
    /// e = float32 2.5 (no dimension), f = int32 of shape [0, 4].
    static let referenceHeader =
        #"{"__metadata__":{"format":"pt"},"c":{"dtype":"I64","shape":[2],"data_offsets":[0,16]},"#
        + #""a":{"dtype":"F32","shape":[2,2],"data_offsets":[16,32]},"e":{"dtype":"F32","shape":[],"#
        + #""data_offsets":[32,36]},"f":{"dtype":"I32","shape":[0,4],"data_offsets":[36,36]},"#
        + #""d":{"dtype":"U16","shape":[1],"data_offsets":[36,38]},"b":{"dtype":"U8","shape":[3],"#
        + #""data_offsets":[38,41]}}     "#
    static let reference: [UInt8] =
        [0x70, 1, 0, 0, 0, 0, 0, 0] + Array(referenceHeader.utf8) + Array(repeating: 0xFF, count: 8)
        + [2, 0, 0, 0, 0, 0, 0, 0] + [0, 0, 0xC0, 0x3F, 0, 0, 0, 0xC0, 0, 0, 0x80, 0x3E, 0, 0, 0x40, 0x40]
        + [0, 0, 0x20, 0x40] + [7, 0] + [0, 1, 2]

    static let declarations = [
        SafetensorsDeclaration("f", .int32, shape: [0, 4]),
        SafetensorsDeclaration("a", .float32, shape: [2, 2]),
        SafetensorsDeclaration("b", .uint8, shape: [3]), SafetensorsDeclaration("c", .int64, shape: [2]),
        SafetensorsDeclaration("d", .uint16, shape: [1]), SafetensorsDeclaration("e", .float32, shape: []),
    ]

    @Test func writesTheBytesOfTheReferenceLibrary() throws {
        let layout = try SafetensorsLayout(Self.declarations, metadata: ["format": "pt"])
        var bytes: [UInt8] = []
        var writer = try SafetensorsWriter(layout) { bytes.append(contentsOf: $0) }
        try writer.write([Int64(-1)], to: "c")
        try writer.write([Int64(2)], to: "c")  // in two pieces
        try writer.write([Float(1.5), -2, 0.25, 3], to: "a")
        try writer.write([Float(2.5)], to: "e")
        try writer.write([UInt16(7)], to: "d")
        try writer.write([UInt8(0), 1, 2], to: "b")
        try writer.finish()
        #expect(bytes == Self.reference)
        #expect(layout.byteCount == bytes.count)
    }

    @Test func readsTheBytesOfTheReferenceLibrary() throws {
        try Self.reference.withUnsafeBytes { file in
            let view = try SafetensorsView(file)
            #expect(view.metadata == ["format": "pt"])
            #expect(try view.vector("c", of: Int64.self).copied() == [-1, 2])
            #expect(try Array(view.tensor("a").values(of: Float.self)) == [1.5, -2, 0.25, 3])
            #expect(try view.vector("b", of: UInt8.self).copied(1..<3) == [1, 2])
            #expect(throws: SafetensorsError.wrongType(tensor: "a", found: .float32, allowed: [.int32])) {
                try view.tensor("a").values(of: Int32.self)
            }
            #expect(
                throws: SafetensorsError.wrongShape(tensor: "a", found: [2, 2], expected: "one dimension")
            ) {
                try view.vector("a", of: Float.self)
            }
            #expect(throws: SafetensorsError.missing(tensor: "g", present: ["a", "b", "c", "d", "e", "f"])) {
                try view.tensor("g")
            }
        }
    }

    @Test func refusesBytesThatWereNotDeclared() throws {
        let layout = try SafetensorsLayout(Self.declarations)
        var writer = try SafetensorsWriter(layout) { _ in }
        #expect(throws: SafetensorsError.declared(problem: "bytes for 'a'; next in the file is 'c'")) {
            try writer.write([Float(0)], to: "a")
        }
        #expect(throws: SafetensorsError.declared(problem: "24 bytes for 'c', declared with 16")) {
            try writer.write([Int64(0), 1, 2], to: "c")
        }
        try writer.write([Int64(0)], to: "c")
        #expect(throws: SafetensorsError.declared(problem: "only 8 of 16 bytes of 'c' were given")) {
            try writer.finish()
        }
        #expect(throws: SafetensorsError.declared(problem: "the name 'a' is used twice or reserved")) {
            try SafetensorsLayout([.init("a", .uint8, shape: [1]), .init("a", .int8, shape: [1])])
        }
        #expect(
            throws: SafetensorsError.declared(problem: "the name '__metadata__' is used twice or reserved")
        ) {
            try SafetensorsLayout([.init("__metadata__", .uint8, shape: [1])])
        }
        #expect(throws: SafetensorsError.declared(problem: "tensor 'a' cannot have shape [-1]")) {
            try SafetensorsLayout([.init("a", .uint8, shape: [-1])])
        }
    }

    @Test func namesAndMetadataAreEscapedAndComeBack() throws {
        let name = "a\"\\/\n\u{1}\u{8}한😀"
        let layout = try SafetensorsLayout(
            [.init(name, .uint8, shape: [1])], metadata: [name: name, "b": ""])
        let bytes = layout.headerBytes + [5]
        try bytes.withUnsafeBytes { file in
            let view = try SafetensorsView(file)
            #expect(try view.vector(name, of: UInt8.self).copied() == [5])
            #expect(view.metadata == [name: name, "b": ""])
        }
        #expect(bytes.count % 8 == 1)
    }

    @Test func otherFloatTypesBecomeFloats() throws {
        let cases: [(SafetensorsType, [UInt8], [Float])] = [
            (
                .float16, [0x00, 0x3C, 0x00, 0xC0, 0x01, 0x00, 0xFF, 0x7B, 0x00, 0x7C, 0x00, 0x80],
                [1, -2, 0x1p-24, 65504, .infinity, -0.0]
            ),
            (.bfloat16, [0x80, 0x3F, 0x00, 0xC0], [1, -2]),
            (.float64, [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], [1]),
        ]
        for (type, data, expected) in cases {
            let layout = try SafetensorsLayout([.init("x", type, shape: [expected.count])])
            try (layout.headerBytes + data).withUnsafeBytes { file in
                var floats = Array(repeating: Float(9), count: expected.count)
                try floats.withUnsafeMutableBufferPointer {
                    try SafetensorsView(file).tensor("x").copyFloats(to: $0)
                }
                #expect(floats.map(\.bitPattern) == expected.map(\.bitPattern), "\(type)")
            }
        }
    }
}
