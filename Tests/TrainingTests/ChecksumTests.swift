import Testing
import Training

struct ChecksumTests {
    /// Values of the Python package xxhash for the first n of 1,000 bytes (7 i + 3) mod 256, seeds 0 and 2654435761.
    static let expected: [(Int, UInt64, UInt64)] = [
        (0, 0xEF46_DB37_51D8_E999, 0xAC75_FDA2_929B_17EF), (1, 0x1F25_C8D0_BC1F_4BB6, 0x79CF_94F5_ACE3_7FE1),
        (3, 0x31D2_363F_52E5_64C9, 0x96D2_A5E5_83DD_D738), (4, 0x9BB6_4B7D_66EE_9FDA, 0x4A86_2FBB_4B73_776E),
        (8, 0xDAB9_9D95_C6F9_0092, 0xC6E7_5E2C_BD8E_07EE), (31, 0xA2AA_5F33_CC4A_6119, 0x3818_22F3_3376_D6B6),
        (32, 0x23C3_C17E_F790_FD97, 0x9ABD_3154_70AC_276A),
        (33, 0x50A7_CFC7_BA58_8784, 0x72CD_D326_2F46_7933),
        (39, 0x880B_BEEA_606E_4B37, 0x7843_8FF5_8483_CB1F),
        (64, 0x0EB6_4B3E_F6EE_B01F, 0xBCB3_847D_7052_5180),
        (100, 0xA61F_8D4C_170F_E531, 0x86F5_49ED_E5AC_87E2),
        (1000, 0x5F23_5FA0_33F1_A3FB, 0x8308_0310_EE83_CC20),
    ]
    static let bytes = (0..<1000).map { UInt8(truncatingIfNeeded: $0 * 7 + 3) }

    @Test(arguments: expected)
    func isXXH64(count: Int, value: UInt64, seeded: UInt64) {
        Self.bytes[..<count].withUnsafeBytes { bytes in
            #expect(Checksum.of(bytes) == value)
            #expect(Checksum.of(bytes, seed: 2_654_435_761) == seeded)
        }
    }

    @Test(arguments: [1, 7, 31, 32, 33, 500])
    func piecesDoNotMatter(size: Int) {
        var checksum = Checksum()
        Self.bytes.withUnsafeBytes { bytes in
            for start in stride(from: 0, to: bytes.count, by: size) {
                checksum.add(UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + size, bytes.count)]))
            }
        }
        #expect(checksum.value == 0x5F23_5FA0_33F1_A3FB)
    }
}
