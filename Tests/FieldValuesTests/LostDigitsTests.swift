import FieldValues
import Testing

struct LostDigitsTests {
    private func show(_ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { LostDigits.show(in: $0) } }

    @Test(arguments: ["3.71292E+18", "3.71292e18", "3E+18", "1.0", "437.0", "-2.0", "1.5e-7"])
    func whatIsLeftOfANumberIsSeen(text: String) { #expect(show(text)) }

    @Test(arguments: [
        "1", "0001", "12345678901234567890", "1e5", "7e10", "3E18", "1.5", "1.00", "v1.0", "1.0.0", "", "E+5",
        ".0",
        "1.", "a1", "437/0001", "1.0x", "2020.10",
    ])
    func anIdentifierStaysWhatItIs(text: String) { #expect(!show(text)) }
}
