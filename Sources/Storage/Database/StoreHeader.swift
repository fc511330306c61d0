import Foundation

/// What the first bytes of a database file say, read without opening it: whose it is and of which schema. Opening would bring it up to date.
/// The fields are those of https://www.sqlite.org/fileformat.html#the_database_header
package struct StoreHeader: Hashable, Sendable {
    /// The schema that this release writes.
    package static var newestSchema: Int { Schema.version }

    package var schema: Int
    /// Made by tidewatch.
    package var isOurs: Bool

    package var isOlder: Bool { schema < Schema.version }
    package var isNewer: Bool { schema > Schema.version }

    /// Nothing where the file is no database, or an empty one.
    package init?(path: String) {
        guard let file = FileHandle(forReadingAtPath: path), let data = try? file.read(upToCount: 100), data.count == 100 else { return nil }
        let bytes = [UInt8](data)
        guard bytes.starts(with: Array("SQLite format 3\0".utf8)) else { return nil }
        func number(_ at: Int) -> Int { bytes[at..<at + 4].reduce(0) { $0 << 8 | Int($1) } }
        schema = number(60)
        isOurs = Int64(number(68)) == Schema.applicationID
    }
}
