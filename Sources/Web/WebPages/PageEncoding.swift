/// How a page writes characters as bytes.
package enum PageEncoding: String, Hashable, Sendable, CaseIterable {
    case utf8 = "UTF-8"
    case utf16LittleEndian = "UTF-16LE"
    case utf16BigEndian = "UTF-16BE"
    /// EUC-KR with its extension to all Hangul syllables, also called windows-949 or UHC.
    case korean = "CP949"
    case japanese = "CP932"
    case japaneseEUC = "EUC-JP"
    case japaneseMail = "ISO-2022-JP"
    case chinese = "GB18030"
    case chineseTraditional = "BIG5"
    case windows1250 = "CP1250"
    case windows1251 = "CP1251"
    case windows1252 = "CP1252"
    case windows1253 = "CP1253"
    case windows1254 = "CP1254"
    case windows1255 = "CP1255"
    case windows1256 = "CP1256"
    case windows1257 = "CP1257"
    case windows1258 = "CP1258"
    case latin2 = "ISO-8859-2"
    case latin9 = "ISO-8859-15"
    case russian = "KOI8-R"

    /// The encoding that a header or page means by a name; `nil` for names that are not known here.
    ///
    /// Source: WHATWG Encoding Standard, "Names and labels".
    package init?(label: some StringProtocol) {
        var name = Substring(label)
        while let byte = name.utf8.first, byte <= 0x20 || byte == 0x22 || byte == 0x27 {
            name = name.dropFirst()
        }
        while let byte = name.utf8.last, byte <= 0x20 || byte == 0x22 || byte == 0x27 {
            name = name.dropLast()
        }
        guard name.utf8.count <= 40, let encoding = Self.labels[name.lowercased()] else { return nil }
        self = encoding
    }

    private static let labels: [String: PageEncoding] = {
        let names: [PageEncoding: String] = [
            .utf8: "utf-8 utf8 unicode-1-1-utf-8 unicode11utf8 unicode20utf8 x-unicode20utf8",
            .utf16LittleEndian: "utf-16 utf-16le unicode ucs-2 iso-10646-ucs-2 csunicode unicodefeff",
            .utf16BigEndian: "utf-16be unicodefffe",
            .korean: """
            euc-kr euckr cseuckr csksc56011987 iso-ir-149 korean ks_c_5601-1987 ks_c_5601-1989 ksc5601 ksc_5601 \
            windows-949 cp949 ms949 uhc
            """,
            .japanese: "shift_jis shift-jis sjis x-sjis csshiftjis ms932 ms_kanji windows-31j cp932",
            .japaneseEUC: "euc-jp cseucpkdfmtjapanese x-euc-jp",
            .japaneseMail: "iso-2022-jp csiso2022jp",
            .chinese: """
            gb18030 gbk gb2312 gb_2312 gb_2312-80 chinese csgb2312 csiso58gb231280 iso-ir-58 x-gbk cp936
            """,
            .chineseTraditional: "big5 big5-hkscs cn-big5 csbig5 x-x-big5",
            .windows1250: "windows-1250 cp1250 x-cp1250",
            .windows1251: "windows-1251 cp1251 x-cp1251",
            .windows1252: """
            windows-1252 cp1252 x-cp1252 ascii us-ascii ansi_x3.4-1968 iso-8859-1 iso8859-1 iso88591 iso_8859-1 \
            latin1 l1 csisolatin1 cp819 ibm819 iso-ir-100
            """,
            .windows1253: "windows-1253 cp1253 x-cp1253",
            .windows1254: "windows-1254 cp1254 x-cp1254 iso-8859-9 iso8859-9 iso88599 latin5 l5 csisolatin5",
            .windows1255: "windows-1255 cp1255 x-cp1255",
            .windows1256: "windows-1256 cp1256 x-cp1256",
            .windows1257: "windows-1257 cp1257 x-cp1257",
            .windows1258: "windows-1258 cp1258 x-cp1258",
            .latin2: "iso-8859-2 iso8859-2 iso88592 iso_8859-2 latin2 l2 csisolatin2",
            .latin9: "iso-8859-15 iso8859-15 iso885915 iso_8859-15 latin9 l9",
            .russian: "koi8-r koi koi8 koi8_r cskoi8r",
        ]
        var labels: [String: PageEncoding] = [:]
        for (encoding, text) in names {
            for name in text.split(separator: " ") { labels[String(name)] = encoding }
        }
        return labels
    }()

    /// Whether bytes below 0x80 are ASCII and characters take one byte each.
    var isSingleByte: Bool {
        switch self {
        case .utf8, .utf16LittleEndian, .utf16BigEndian, .korean, .japanese, .japaneseEUC, .japaneseMail,
            .chinese,
            .chineseTraditional:
            false
        default: true
        }
    }
}
