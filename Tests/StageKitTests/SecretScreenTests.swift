import Foundation
import StageKit
import Testing

struct SecretScreenTests {
    /// With signs that every way of writing spells differently.
    private static let value = "s3cr+t/k\u{65} \"y\"&é"
    private let screen = SecretScreen(["token": "T"], environment: ["T": value])

    private func percent(_ allowed: CharacterSet) -> String {
        Self.value.addingPercentEncoding(withAllowedCharacters: allowed) ?? ""
    }

    @Test func theValueIsTakenOut() {
        #expect(screen.of("before \(Self.value), after") == "before [secret token], after")
        #expect(screen.of("\(Self.value)\(Self.value)") == "[secret token][secret token]")
        #expect(screen.of("nothing here") == "nothing here")
    }

    @Test func soAreItsEncodedForms() throws {
        let data = Data(Self.value.utf8)
        let hexadecimal = data.map { String(format: "%02x", $0) }
        var forms = [
            percent(.alphanumerics), percent(.alphanumerics).lowercased(), percent(.urlQueryAllowed),
            percent(.alphanumerics).replacing("%20", with: "+"),
            percent(.alphanumerics).replacing("%", with: "%25"),
            JSONValue.string(Self.value).canonicalText,
            Self.value.replacing("&", with: "&amp;").replacing("\"", with: "&quot;"),
            Self.value.replacing("&", with: "&#38;").replacing("\"", with: "&#x22;"),
            Self.value.replacing(" ", with: "\\ ").replacing("\"", with: "\\\"").replacing("&", with: "\\&"),
            hexadecimal.joined(), hexadecimal.joined().uppercased(), hexadecimal.joined(separator: ":"),
            data.base64EncodedString(),
            data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_"),
            data.base64EncodedString().replacing("+", with: "%2B").replacing("/", with: "%2F"),
        ]
        forms.append(forms[5].replacing("/", with: "\\/"))
        for form in forms {
            let told = screen.of("x=\(form);")
            #expect(told.contains("[secret token]"), "\(form) became \(told)")
            #expect(told.utf8.count < 10 + "[secret token]".utf8.count, "\(form) became \(told)")
        }
    }

    /// As in `Authorization: Basic`, where the value is a part of what was encoded: at each of three places.
    @Test(arguments: ["", "u:", "me:", "user:"])
    func aPartOfWhatWasEncodedIsFound(before: String) {
        let value = "correct-horse-battery-staple"
        let screen = SecretScreen(["token": "T"], environment: ["T": value])
        let encoded = Data((before + value + "\n").utf8).base64EncodedString()
        let told = screen.of(encoded)
        #expect(told.contains("[secret token]"))
        let left = told.replacing("[secret token]", with: "")
        #expect(left.count <= before.count * 2 + 6, "\(told)")
    }

    @Test func linesOfAKeyAreTakenOutOneByOne() {
        let key =
            "-----BEGIN KEY-----\nMIIEvQIBADANBgkqhkiG9w0B\nAQEFAASCBKcwggSjAgEAAoIB\n-----END KEY-----\n"
        let screen = SecretScreen(["key": "K"], environment: ["K": key])
        #expect(screen.of("  AQEFAASCBKcwggSjAgEAAoIB") == "  [secret key]")
        #expect(screen.of("got \(key)") == "got [secret key]\n")
    }

    @Test func aLineThatWasCutKeepsNoBeginningOfIt() {
        #expect(screen.of("x s3cr+t/k") == "x [secret token]")
        #expect(screen.of("s3cr") == "s3cr")
    }

    /// A short value would be found in every other word, and then gives itself away.
    @Test func aShortValueIsFoundOnlyAsASeparateWord() {
        let screen = SecretScreen(["pin": "P"], environment: ["P": "12"])
        #expect(screen.of("pin=12; row 4123 of 12") == "pin=[secret pin]; row 4123 of [secret pin]")
    }

    @Test func whatIsNotSetIsNowhere() {
        let screen = SecretScreen(["a": "A", "b": "B"], environment: ["B": " \n"])
        #expect(screen.of("a  b\n") == "a  b\n")
    }

    @Test func figuresAreScreenedWithTheirKeys() {
        let value: JSONValue = [
            "n": 3, "said": ["ok", .string("token \(Self.value)")], "\(Self.value)": true,
        ]
        #expect(
            screen.of(value) == ["n": 3, "said": ["ok", "token [secret token]"], "[secret token]": true])
    }
}
