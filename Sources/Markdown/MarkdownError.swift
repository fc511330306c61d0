/// Why a file is not rendered at all.
package enum MarkdownError: Error, Hashable, CustomStringConvertible {
    case inputTooLong(bytes: Int)
    case frontMatterNotClosed
    case tooManyColumns(Int, line: Int)
    case tooManyEmptyCells(line: Int)
    case tooManyImages(line: Int)
    case nestedTooDeep(line: Int)
    case outputTooLong(line: Int)

    /// 1-based.
    package var line: Int {
        switch self {
        case .inputTooLong, .frontMatterNotClosed: 1
        case .tooManyColumns(_, let line), .tooManyEmptyCells(let line), .tooManyImages(let line),
             .nestedTooDeep(let line), .outputTooLong(let line): line
        }
    }

    package var description: String {
        switch self {
        case .inputTooLong(let bytes):
            "the file has \(bytes) bytes, more than \(MarkdownLimits.inputBytes). Split it into several pages."
        case .frontMatterNotClosed:
            "the front matter that starts here has no end. Put a line '---' after it."
        case .tooManyColumns(let columns, _):
            "this table has \(columns) columns, more than \(MarkdownLimits.columns). Turn it or split it."
        case .tooManyEmptyCells:
            "the rows of this table leave too many cells out. Give each row the cells of its heading."
        case .tooManyImages:
            "the file has more than \(MarkdownLimits.images) images. Split it into several pages."
        case .nestedTooDeep:
            "lists, quotes or emphasis are nested deeper than \(MarkdownLimits.depth). Flatten them."
        case .outputTooLong:
            "the page grows beyond \(MarkdownLimits.outputBytes) bytes here. Split the file into several pages."
        }
    }
}
