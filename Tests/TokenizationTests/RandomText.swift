/// Repeatable random texts: stretches of the hard texts with random scalar values between them.
enum RandomText {
    struct Generator: RandomNumberGenerator {
        var state: UInt64

        /// SplitMix64.
        mutating func next() -> UInt64 {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ mixed >> 30) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ mixed >> 27) &* 0x94D0_49BB_1331_11EB
            return mixed ^ mixed >> 31
        }
    }

    static func bytes(seed: UInt64, from texts: [String]) -> [UInt8] {
        var random = Generator(state: seed)
        var scalars: [Unicode.Scalar] = []
        for _ in 0..<Int.random(in: 1...8, using: &random) {
            if Bool.random(using: &random) {
                let source = Array(texts[Int.random(in: 0..<texts.count, using: &random)].unicodeScalars)
                let start = Int.random(in: 0...source.count, using: &random)
                scalars += source[start..<min(source.count, start + Int.random(in: 0...12, using: &random))]
            } else {
                let planes: [UInt32] = [0x80, 0x3000, 0x1_0000, 0x2_0000, 0x11_0000]
                let limit = planes[Int.random(in: 0..<planes.count, using: &random)]
                scalars.append(Unicode.Scalar(UInt32.random(in: 0..<limit, using: &random)) ?? " ")
            }
        }
        var text = String.UnicodeScalarView()
        text.append(contentsOf: scalars)
        return Array(String(text).utf8)
    }
}
