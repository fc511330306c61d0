import Glibc

/// Why files could not be put in place. The old site stays as it was.
package struct PublishError: Error, Equatable, CustomStringConvertible {
    package enum Kind: Equatable, Sendable { case diskFull, readOnly, denied, link, otherFileSystem, unsafePath, damaged, foreign, busy, other }

    package var kind: Kind
    package var path: String
    /// What was being done: "write", "make the folder".
    package var action: String
    package var detail: String

    package init(_ kind: Kind, path: String, action: String, detail: String) {
        self.kind = kind
        self.path = path
        self.action = action
        self.detail = detail
    }

    init(errno code: Int32, path: String, action: String) {
        let kind: Kind = switch code {
        case ENOSPC, EDQUOT: .diskFull
        case EROFS: .readOnly
        case EACCES, EPERM: .denied
        case EXDEV: .otherFileSystem
        case ELOOP, ENOTDIR: .link
        default: .other
        }
        self.init(kind, path: path, action: action, detail: String(cString: strerror(code)))
    }

    package var description: String {
        let remedy = switch kind {
        case .diskFull: "Free some space or move the folder, then run again."
        case .readOnly: "Mount the file system writable, or choose another folder."
        case .denied: "Give the user that runs tidewatch the right to write there."
        case .link: "Something in the way is a link or no folder; tidewatch never writes through links. Remove it."
        case .otherFileSystem: "Trees are exchanged in one step, which works within one file system: keep public/ and state/ on the same one, and name other places under publish."
        case .unsafePath: "A path must stay inside its folder."
        case .damaged: "Render the site again (tidewatch render); what was published before stays."
        case .foreign: "Move them away, or name another folder."
        case .busy: "Let one site alone publish there; the next run tries again."
        case .other: "The old site is unchanged."
        }
        return "cannot \(action) \(path): \(detail). \(remedy)"
    }
}
