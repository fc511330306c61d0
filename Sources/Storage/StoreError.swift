import Glibc
import GRDB

/// Why a tenant's file could not be opened, read or written. The text says what happened, where, and what to do.
package enum StoreError: Error, Hashable, Sendable, CustomStringConvertible {
    /// Not a database, somebody else's database, or damaged beyond reading. Setting it aside and starting anew helps.
    case corrupt(path: String, detail: String)
    /// Another tenant's, or the fleet's. Setting it aside and starting anew helps.
    case foreign(path: String, owner: String)
    /// Written by a later release.
    case newer(path: String, version: Int)
    case readOnly(path: String)
    case diskFull(path: String)
    /// Another process holds it. Trying again later can help.
    case busy(path: String)
    case failed(path: String, detail: String)

    /// Whether the next run sets the file aside and begins a new one.
    package var isSetAside: Bool {
        switch self {
        case .corrupt, .foreign: true
        case .newer, .readOnly, .diskFull, .busy, .failed: false
        }
    }

    package var description: String {
        switch self {
        case .corrupt(let path, let detail):
            "The database is damaged or is not Tidewatch's: \(path) (\(detail)). Set it aside, or restore a snapshot, and run again; the gap is shown on the pages."
        case .foreign(let path, let owner):
            "The database lies in the wrong place: \(path) (it is that of \(owner.debugDescription)). Move it to where it belongs, or restore a snapshot; else the next run sets it aside and begins a new one."
        case .newer(let path, let version):
            "The database has schema \(version), this release knows up to \(Schema.version): \(path). Install the newer release, or restore the copy made before it."
        case .readOnly(let path):
            "The database cannot be written: \(path). Give the user that runs Tidewatch write access to the file and its folder."
        case .diskFull(let path):
            "The disk is full: \(path). Free some space; what was stored before is intact."
        case .busy(let path):
            "Another process has the database open: \(path). Wait until it ends, or stop it."
        case .failed(let path, let detail):
            "The database could not be used: \(path) (\(detail)). Check the disk and the file's permissions."
        }
    }
}

extension StoreError {
    /// SQLite's result codes in the words of this file; see https://www.sqlite.org/rescode.html
    init(_ error: any Error, path: String) {
        if let error = error as? StoreError {
            self = error
            return
        }
        guard let error = error as? DatabaseError else {
            self = .failed(path: path, detail: "\(error)")
            return
        }
        let detail = error.message ?? "SQLite error \(error.resultCode.rawValue)"
        self = switch error.resultCode {
        case .SQLITE_CORRUPT, .SQLITE_NOTADB, .SQLITE_FORMAT: .corrupt(path: path, detail: detail)
        case .SQLITE_READONLY, .SQLITE_PERM: .readOnly(path: path)
        case .SQLITE_FULL: .diskFull(path: path)
        case .SQLITE_BUSY, .SQLITE_LOCKED: .busy(path: path)
        // Of a file without the right to write SQLite says "disk I/O error" once it needs its journal.
        default: Self.isLocked(path) ? .readOnly(path: path) : .failed(path: path, detail: detail)
        }
    }

    private static func isLocked(_ path: String) -> Bool { access(path, F_OK) == 0 && access(path, W_OK) != 0 }
}
