/// Names of hosts outside ASCII, written in ASCII.
///
/// Source: RFC 3492. Of RFC 5895's preparation only lower case and the full-width dots are done.
enum Punycode {
    private static let base = 36
    private static let tMin = 1
    private static let tMax = 26

    /// One label of a name; `nil` where it is too long to be one. ASCII labels come back as they are.
    static func label(_ label: String) -> String? {
        guard label.utf8.contains(where: { $0 >= 0x80 }) else { return label }
        guard label.unicodeScalars.count <= 63 else { return nil }
        let encoded = "xn--" + encode(label.unicodeScalars.map(\.value))
        return encoded.utf8.count <= 63 ? encoded : nil
    }

    private static func encode(_ input: [UInt32]) -> String {
        var output = input.filter { $0 < 0x80 }.map { UInt8($0) }
        let basic = output.count
        var handled = basic
        if basic > 0 { output.append(UInt8(ascii: "-")) }
        var n: UInt32 = 128
        var delta = 0
        var bias = 72
        while handled < input.count {
            let next = input.lazy.filter { $0 >= n }.min() ?? n
            delta += Int(next - n) * (handled + 1)
            n = next
            for value in input {
                if value < n { delta += 1 }
                guard value == n else { continue }
                var q = delta
                var k = base
                while true {
                    let t = min(max(k - bias, tMin), tMax)
                    if q < t { break }
                    output.append(digit(t + (q - t) % (base - t)))
                    q = (q - t) / (base - t)
                    k += base
                }
                output.append(digit(q))
                bias = adapted(delta, handled + 1, first: handled == basic)
                delta = 0
                handled += 1
            }
            delta += 1
            n += 1
        }
        return String(decoding: output, as: UTF8.self)
    }

    private static func digit(_ value: Int) -> UInt8 { UInt8(value < 26 ? value + 0x61 : value - 26 + 0x30) }

    private static func adapted(_ delta: Int, _ points: Int, first: Bool) -> Int {
        var delta = first ? delta / 700 : delta / 2
        delta += delta / points
        var k = 0
        while delta > (base - tMin) * tMax / 2 {
            delta /= base - tMin
            k += base
        }
        return k + (base - tMin + 1) * delta / (delta + 38)
    }
}
