package import StageKit
package import Tokenization

/// The ids that a tokenizer gives the frozen hard texts, for comparing it with another implementation.
package enum TokenizerCertificate {
    package static func json(of tokenizer: any Tokenizer) throws -> JSONValue {
        let evidence = try tokenizer.parityEvidence()
        return [
            "format": "splitvote-tokenizer-certificate", "version": 1,
            "tokenizer": .string(ContentDigest.of(tokenizer.identity)),
            "texts": .array(HardTexts.all.map { .string(String(decoding: $0, as: UTF8.self)) }),
            "parity": .object(
                evidence.digests(by: { ContentDigest.of($0) }).mapValues(JSONValue.string)),
            "tables": .object(
                Dictionary(
                    uniqueKeysWithValues: WordPieceMode.allCases.map {
                        ($0.rawValue, .string($0.tablesVersion))
                    })),
        ]
    }
}
