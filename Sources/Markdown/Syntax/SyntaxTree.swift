import CCmarkGFM
import Synchronization

/// One parsed text. A class because it owns cmark's nodes.
final class SyntaxTree {
    let root: SyntaxNode
    static let extensions = ["table", "strikethrough", "autolink", "tagfilter", "tasklist"]

    /// Always gives a document: any bytes are Markdown, and what is no UTF-8 becomes U+FFFD.
    init(parsing text: ArraySlice<UInt8>, extensions: [String] = SyntaxTree.extensions) {
        let parsed = Self.parsing.withLock { _ in Parsed(pointer: Self.parse(text, extensions: extensions)) }
        root = SyntaxNode(pointer: parsed.pointer)
        // `{{a_b}}` comes as three texts, because an underscore may have meant emphasis.
        cmark_consolidate_text_nodes(parsed.pointer)
    }

    deinit { cmark_node_free(root.pointer) }

    // cmark's extensions add their special characters to a global table while they parse, and registering is global as well.
    private static let parsing = Mutex<Void>(())

    /// Carries a tree that nobody else knows yet out of the lock.
    private struct Parsed: @unchecked Sendable { let pointer: OpaquePointer }

    private static func parse(_ text: ArraySlice<UInt8>, extensions: [String]) -> OpaquePointer {
        cmark_gfm_core_extensions_ensure_registered()
        // Both allocate with an allocator that ends the process where memory is out, so neither gives nil.
        guard let parser = cmark_parser_new(CMARK_OPT_FOOTNOTES | CMARK_OPT_VALIDATE_UTF8) else { return emptyDocument() }
        defer { cmark_parser_free(parser) }
        for name in extensions {
            if let found = cmark_find_syntax_extension(name) { cmark_parser_attach_syntax_extension(parser, found) }
        }
        text.withUnsafeBytes { cmark_parser_feed(parser, $0.bindMemory(to: CChar.self).baseAddress, $0.count) }
        return cmark_parser_finish(parser) ?? emptyDocument()
    }

    private static func emptyDocument() -> OpaquePointer { cmark_node_new(CMARK_NODE_DOCUMENT) }
}
