/// The element types of a safetensors file, under the names that are in its header.
///
/// Listed in the order in which the reference library sorts them; a file holds the widest types first, so
/// that every tensor starts at a multiple of its element size.
package enum SafetensorsType: String, CaseIterable, Hashable, Sendable {
    case boolean = "BOOL"
    case uint8 = "U8"
    case int8 = "I8"
    case float8E5M2 = "F8_E5M2"
    case float8E4M3 = "F8_E4M3"
    case int16 = "I16"
    case uint16 = "U16"
    case float16 = "F16"
    case bfloat16 = "BF16"
    case int32 = "I32"
    case uint32 = "U32"
    case float32 = "F32"
    case float64 = "F64"
    case int64 = "I64"
    case uint64 = "U64"

    /// Bytes of one element.
    package var byteCount: Int {
        switch self {
        case .boolean, .uint8, .int8, .float8E5M2, .float8E4M3: 1
        case .int16, .uint16, .float16, .bfloat16: 2
        case .int32, .uint32, .float32: 4
        case .float64, .int64, .uint64: 8
        }
    }

    /// Place in the reference library's order.
    var rank: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}

/// A Swift number that has a safetensors element type.
package protocol SafetensorsScalar: BitwiseCopyable, Sendable {
    static var safetensorsType: SafetensorsType { get }
}

extension UInt8: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .uint8 } }
extension Int8: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .int8 } }
extension UInt16: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .uint16 } }
extension Int16: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .int16 } }
extension UInt32: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .uint32 } }
extension Int32: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .int32 } }
extension UInt64: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .uint64 } }
extension Int64: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .int64 } }
extension Float: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .float32 } }
extension Double: SafetensorsScalar { package static var safetensorsType: SafetensorsType { .float64 } }
