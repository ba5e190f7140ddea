package import StageKit

extension SQLStatement: StoreStatement {
    package func text(_ column: Int32) -> String { String(decoding: bytes(column), as: UTF8.self) }
}

extension BulkInsert: StoreInserts {
    package func share(_ bind: (any StoreStatement, Int32) -> Void) {
        share(bind: { bind($0, $1) })
    }

    package func insert(rows count: Int, _ bind: (any StoreStatement, Int32, Int) -> Void) throws {
        try insert(count, bind: { bind($0, $1, $2) })
    }
}
