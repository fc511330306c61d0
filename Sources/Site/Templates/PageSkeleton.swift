import Synchronization

/// A value that a template may name.
enum PageField: Sendable {
    /// Finished markup.
    case markup(Markup)
    case text(String)
    case flag(Bool)
}

/// A template filled once with marks where the values go. Pages of one kind differ in their values alone, and joining bytes costs a
/// fiftieth of filling the template anew: a run makes tens of thousands of pages from a dozen templates.
struct PageSkeleton: Sendable {
    private enum Part: Sendable {
        case fixed([UInt8])
        case value(String, isEscaped: Bool)
    }

    private var parts: [Part] = []

    // A mark is a control character, `<`, the name and another control character: where the template escapes, `<` comes out as `&lt;`.
    private static let open: UInt8 = 0x02, close: UInt8 = 0x03
    private static let escaped = Array("&lt;".utf8)

    static func mark(_ name: String) -> String { "\u{02}<\(name)\u{03}" }

    /// Nothing where the marks did not come through as they were put in.
    init?(_ filled: String) {
        let bytes = Array(filled.utf8)
        var at = 0
        while let start = bytes[at...].firstIndex(of: Self.open) {
            guard let end = bytes[start...].firstIndex(of: Self.close) else { return nil }
            let mark = bytes[(start + 1)..<end], isEscaped = mark.starts(with: Self.escaped)
            guard isEscaped || mark.first == UInt8(ascii: "<") else { return nil }
            parts.append(.fixed(Array(bytes[at..<start])))
            parts.append(.value(String(decoding: mark.dropFirst(isEscaped ? Self.escaped.count : 1), as: UTF8.self), isEscaped: isEscaped))
            at = end + 1
        }
        parts.append(.fixed(Array(bytes[at...])))
    }

    /// The page; nothing where a value is missing.
    func bytes(_ fields: [String: PageField]) -> [UInt8]? {
        var size = 0
        for part in parts { if case .fixed(let text) = part { size += text.count } }
        for case .markup(let markup) in fields.values { size += markup.bytes.count }
        var out = Markup(reserving: size + 2_048)
        for part in parts {
            switch part {
            case .fixed(let text): text.withUnsafeBufferPointer { out.append($0) }
            case .value(let name, let isEscaped):
                switch fields[name] {
                case .markup(let markup): if isEscaped { out.text(markup.string) } else { out.append(markup) }
                case .text(let text): if isEscaped { out.text(text) } else { out.trusted(text) }
                case .flag, nil: return nil
                }
            }
        }
        return out.bytes
    }
}

/// The skeletons that were made so far, by template and by the flags that were set: those decide which parts of a template there are.
final class SkeletonCache: Sendable {
    private let known = Mutex<[String: PageSkeleton?]>([:])

    /// The skeleton, made on first use; nothing where the template does more with its values than to print them.
    func skeleton(_ key: String, make: () -> PageSkeleton?) -> PageSkeleton? {
        if let found = known.withLock({ $0[key] }) { return found }
        let made = make()
        known.withLock { $0[key] = .some(made) }
        return made
    }
}
