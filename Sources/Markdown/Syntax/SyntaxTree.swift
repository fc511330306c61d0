import CCmarkGFM
import Synchronization

/// One text as cmark sees it, for as long as somebody reads it.
enum SyntaxTree {
    static let extensions = ["table", "strikethrough", "autolink", "tagfilter", "tasklist"]

    /// Always gives a document: any bytes are Markdown, and what is no UTF-8 becomes U+FFFD. No node may leave the closure.
    static func read<Result, Failure: Error>(
        _ text: ArraySlice<UInt8>, extensions: [String] = extensions, _ body: (SyntaxNode) throws(Failure) -> Result
    ) throws(Failure) -> Result {
        let root = parsing.withLock { _ in Parsed(pointer: parse(text, extensions: extensions)) }.pointer
        defer { cmark_node_free(root) }
        // `{{a_b}}` comes as three texts, because an underscore may have meant emphasis.
        cmark_consolidate_text_nodes(root)
        return try body(SyntaxNode(pointer: root))
    }

    // cmark's extensions add their special characters to a global table while they parse, and registering is global as well.
    private static let parsing = Mutex<Void>(())

    /// Carries a tree that nobody else knows yet out of the lock.
    private struct Parsed: @unchecked Sendable { let pointer: OpaquePointer }

    private static func parse(_ text: ArraySlice<UInt8>, extensions: [String]) -> OpaquePointer {
        cmark_gfm_core_extensions_ensure_registered()
        // cmark's allocator ends the process where memory is out; an empty page is the other answer to a missing pointer.
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
