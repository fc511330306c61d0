import CCmarkGFM
import Glibc

/// One node of a tree, valid as long as its tree.
struct SyntaxNode {
    let pointer: OpaquePointer

    var parent: SyntaxNode? { cmark_node_parent(pointer).map(SyntaxNode.init) }
    var next: SyntaxNode? { cmark_node_next(pointer).map(SyntaxNode.init) }
    var firstChild: SyntaxNode? { cmark_node_first_child(pointer).map(SyntaxNode.init) }
    var children: SyntaxSiblings { SyntaxSiblings(next: firstChild) }

    /// 1-based, in the body.
    var line: Int { Int(cmark_node_get_start_line(pointer)) }
    var column: Int { Int(cmark_node_get_start_column(pointer)) }

    /// Text, code or a footnote's number.
    var literal: UnsafeBufferPointer<UInt8> { bytes(cmark_node_get_literal(pointer)) }
    var url: UnsafeBufferPointer<UInt8> { bytes(cmark_node_get_url(pointer)) }
    var linkTitle: UnsafeBufferPointer<UInt8> { bytes(cmark_node_get_title(pointer)) }
    var fenceInfo: String { String(decoding: bytes(cmark_node_get_fence_info(pointer)), as: UTF8.self) }
    var headingLevel: Int { Int(cmark_node_get_heading_level(pointer)) }

    var isOrderedList: Bool { cmark_node_get_list_type(pointer) == CMARK_ORDERED_LIST }
    var listStart: Int { Int(cmark_node_get_list_start(pointer)) }
    var isTightList: Bool { cmark_node_get_list_tight(pointer) != 0 }
    var isCheckedTask: Bool { cmark_gfm_extensions_get_tasklist_item_checked(pointer) }

    /// `l`, `c`, `r` or 0 for each column of a table.
    var alignments: [UInt8] {
        guard let first = cmark_gfm_extensions_get_table_alignments(pointer) else { return [] }
        return Array(UnsafeBufferPointer(start: first, count: Int(cmark_gfm_extensions_get_table_columns(pointer))))
    }

    private func bytes(_ text: UnsafePointer<CChar>?) -> UnsafeBufferPointer<UInt8> {
        guard let text else { return UnsafeBufferPointer(start: nil, count: 0) }
        return UnsafeBufferPointer(start: UnsafeRawPointer(text).assumingMemoryBound(to: UInt8.self), count: strlen(text))
    }
}

/// A node and those after it under the same parent.
struct SyntaxSiblings: Sequence, IteratorProtocol {
    fileprivate var upcoming: SyntaxNode?

    fileprivate init(next: SyntaxNode?) { upcoming = next }

    mutating func next() -> SyntaxNode? {
        defer { upcoming = upcoming?.next }
        return upcoming
    }
}

extension SyntaxNode {
    /// What a node is, extensions included.
    enum Kind {
        case document, blockQuote, list, item, task, codeBlock, htmlBlock, paragraph, heading, thematicBreak
        case table, tableHeader, tableRow, tableCell, footnoteDefinition
        case text, softBreak, lineBreak, code, htmlInline, emphasis, strong, strikethrough, link, image, footnoteReference
        case other
    }

    var kind: Kind {
        switch cmark_node_get_type(pointer) {
        case CMARK_NODE_TEXT: .text
        case CMARK_NODE_SOFTBREAK: .softBreak
        case CMARK_NODE_PARAGRAPH: .paragraph
        case CMARK_NODE_CODE: .code
        case CMARK_NODE_ITEM: isNamed("tasklist") ? .task : .item
        case CMARK_NODE_LIST: .list
        case CMARK_NODE_LINK: .link
        case CMARK_NODE_EMPH: .emphasis
        case CMARK_NODE_STRONG: .strong
        case CMARK_NODE_HEADING: .heading
        case CMARK_NODE_CODE_BLOCK: .codeBlock
        case CMARK_NODE_IMAGE: .image
        case CMARK_NODE_LINEBREAK: .lineBreak
        case CMARK_NODE_BLOCK_QUOTE: .blockQuote
        case CMARK_NODE_HTML_BLOCK: .htmlBlock
        case CMARK_NODE_HTML_INLINE: .htmlInline
        case CMARK_NODE_THEMATIC_BREAK: .thematicBreak
        case CMARK_NODE_FOOTNOTE_REFERENCE: .footnoteReference
        case CMARK_NODE_FOOTNOTE_DEFINITION: .footnoteDefinition
        case CMARK_NODE_DOCUMENT: .document
        default: extensionKind
        }
    }

    // The installed headers do not declare the types of extensions.
    private var extensionKind: Kind {
        Self.extensionKinds.first { isNamed($0.name) }?.kind ?? .other
    }

    private static let extensionKinds: [(name: StaticString, kind: Kind)] = [
        ("table_cell", .tableCell), ("table_row", .tableRow), ("table_header", .tableHeader), ("table", .table), ("strikethrough", .strikethrough),
    ]

    /// Compared as C strings: a node of a table is asked several times on its way, and a `String` for each answer would cost more than the rest.
    private func isNamed(_ name: StaticString) -> Bool {
        cmark_node_get_type_string(pointer).map { strcmp($0, UnsafeRawPointer(name.utf8Start).assumingMemoryBound(to: CChar.self)) == 0 } ?? false
    }

    /// In the order of the text, without recursion, because nothing has limited the depth yet.
    func forEachDescendant(_ visit: (SyntaxNode, _ depth: Int) -> Bool) {
        var depth = 1
        var current = firstChild
        while let node = current {
            guard visit(node, depth) else { return }
            if let child = node.firstChild { current = child; depth += 1; continue }
            var last = node
            while last.next == nil, depth > 1, let parent = last.parent { last = parent; depth -= 1 }
            current = last.next
        }
    }

    func firstDescendant(deeperThan limit: Int) -> SyntaxNode? {
        var found: SyntaxNode?
        forEachDescendant { node, depth in
            if depth > limit { found = node }
            return found == nil
        }
        return found
    }

    /// The words below this node as they are written.
    var plainText: String {
        var text: [UInt8] = []
        forEachDescendant { node, _ in
            switch node.kind {
            case .text, .code: text += node.literal
            case .softBreak, .lineBreak: text.append(UInt8(ascii: " "))
            default: break
            }
            return true
        }
        return String(decoding: text, as: UTF8.self)
    }
}
