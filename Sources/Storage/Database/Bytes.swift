import Foundation
import GRDB

/// Bytes as a value of SQLite.
struct Bytes: DatabaseValueConvertible {
    var bytes: [UInt8]

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    var databaseValue: DatabaseValue { Data(bytes).databaseValue }

    static func fromDatabaseValue(_ value: DatabaseValue) -> Bytes? {
        switch value.storage {
        case .blob(let data): Bytes([UInt8](data))
        case .null, .int64, .double, .string: nil
        }
    }
}

/// The bytes of a column; none where it holds something else.
func bytes(_ row: Row, _ column: Int) -> [UInt8] {
    Bytes.fromDatabaseValue(row[column])?.bytes ?? []
}
