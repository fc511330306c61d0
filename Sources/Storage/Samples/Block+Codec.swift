/// The stored form of a block, version 1, little-endian:
/// version, rows (1 byte each), column count (2), checksum (4), then for each column its id (4), how its values are written (1),
/// how many rows are written (1), one mark for all or 0xFF (1), else two marks a byte, and the values.
/// A value takes as few bytes as hold it exactly; a column of equal values takes one value.
extension Block {
    fileprivate enum Width: UInt8 {
        case same = 0, byte = 1, short = 2, long = 3, single = 4, double = 5

        var size: Int {
            switch self {
            case .same: 0
            case .byte: 1
            case .short: 2
            case .long, .single: 4
            case .double: 8
            }
        }
    }

    private static let version: UInt8 = 1
    fileprivate static let header = 8
    fileprivate static let columnHeader = 7
    fileprivate static let mixedMarks: UInt8 = 0xFF

    /// Writes the block into `buffer` (which only grows) and gives the number of bytes that count.
    func encode(key: BlockKey, into buffer: inout [UInt8]) -> Int {
        let room = Self.header + columns.count * (Self.columnHeader + 8 + rows * 9)
        if buffer.count < room { buffer = Array(repeating: 0, count: room * 2) }
        return buffer.withUnsafeMutableBytes { out in
            out[0] = Self.version
            out[1] = UInt8(clamping: rows)
            out.storeBytes(of: UInt16(clamping: columns.count).littleEndian, toByteOffset: 2, as: UInt16.self)
            var offset = Self.header
            for column in columns.indices { offset = write(column, to: out, at: offset) }
            let sum = Self.checksum(UnsafeRawBufferPointer(rebasing: out[..<offset]), key: key)
            out.storeBytes(of: sum.littleEndian, toByteOffset: 4, as: UInt32.self)
            return offset
        }
    }

    /// Reads a stored block; false, and empty, where the bytes are not what was written.
    mutating func decode(_ bytes: UnsafeRawBufferPointer, key: BlockKey) -> Bool {
        clear(rows: rows)
        guard bytes.count >= Self.header, bytes[0] == Self.version,
              UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)) == Self.checksum(bytes, key: key) else { return false }
        clear(rows: Int(bytes[1]))
        let count = Int(UInt16(littleEndian: bytes.loadUnaligned(fromByteOffset: 2, as: UInt16.self)))
        var offset = Self.header
        for _ in 0..<count {
            guard let next = readColumn(bytes, at: offset) else {
                clear(rows: rows)
                return false
            }
            offset = next
        }
        return offset == bytes.count
    }
}

private extension Block {
    static func checksum(_ bytes: UnsafeRawBufferPointer, key: BlockKey) -> UInt32 {
        var sum = Checksum(seed: UInt64(bitPattern: key.raw))
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[..<4]))
        sum.add(UnsafeRawBufferPointer(rebasing: bytes[header...]))
        return sum.value
    }

    /// Rows up to the last point, the narrowest exact width, and whether one mark serves all.
    func shape(_ column: Int) -> (used: Int, width: Width, mark: UInt8) {
        let base = column * rows
        var used = rows
        while used > 0, marks[base + used - 1] == Self.missing { used -= 1 }
        guard used > 0 else { return (0, .same, Self.missing) }
        let first = values[base], mark = marks[base]
        var same = true, whole = true, single = true, oneMark = true
        var least = Int32.max, greatest = Int32.min
        for row in base..<base + used {
            let value = values[row]
            if value != first { same = false }
            if marks[row] != mark { oneMark = false }
            if whole, let integer = Int32(exactly: value) {
                least = min(least, integer)
                greatest = max(greatest, integer)
            } else {
                whole = false
                if single, Double(Float(value)) != value { single = false }
            }
        }
        let width: Width = if same { .same } else if !whole { single ? .single : .double }
            else if least >= 0, greatest <= 255 { .byte } else if least >= -32_768, greatest <= 32_767 { .short } else { .long }
        return (used, width, oneMark ? mark : Self.mixedMarks)
    }

    func write(_ column: Int, to out: UnsafeMutableRawBufferPointer, at start: Int) -> Int {
        let (used, width, mark) = shape(column)
        let base = column * rows
        out.storeBytes(of: columns[column].littleEndian, toByteOffset: start, as: UInt32.self)
        out[start + 4] = width.rawValue
        out[start + 5] = UInt8(clamping: used)
        out[start + 6] = mark
        var offset = start + Self.columnHeader
        guard used > 0 else { return offset }
        if mark == Self.mixedMarks {
            for row in stride(from: 0, to: used, by: 2) {
                let second = row + 1 < used ? marks[base + row + 1] : 0
                out[offset] = marks[base + row] | second << 4
                offset += 1
            }
        }
        if width == .same {
            out.storeBytes(of: values[base].bitPattern.littleEndian, toByteOffset: offset, as: UInt64.self)
            return offset + 8
        }
        for row in base..<base + used {
            let value = values[row]
            switch width {
            case .same: break
            case .byte: out[offset] = UInt8(exactly: value) ?? 0
            case .short: out.storeBytes(of: (Int16(exactly: value) ?? 0).littleEndian, toByteOffset: offset, as: Int16.self)
            case .long: out.storeBytes(of: (Int32(exactly: value) ?? 0).littleEndian, toByteOffset: offset, as: Int32.self)
            case .single: out.storeBytes(of: Float(value).bitPattern.littleEndian, toByteOffset: offset, as: UInt32.self)
            case .double: out.storeBytes(of: value.bitPattern.littleEndian, toByteOffset: offset, as: UInt64.self)
            }
            offset += width.size
        }
        return offset
    }

    /// Reads one column; nothing where it does not fit the bytes.
    mutating func readColumn(_ bytes: UnsafeRawBufferPointer, at start: Int) -> Int? {
        guard start + Self.columnHeader <= bytes.count, let width = Width(rawValue: bytes[start + 4]) else { return nil }
        let used = Int(bytes[start + 5]), mark = bytes[start + 6]
        let markBytes = mark == Self.mixedMarks ? (used + 1) / 2 : 0
        let valueBytes = used == 0 ? 0 : width == .same ? 8 : used * width.size
        var offset = start + Self.columnHeader
        let end = offset + (used == 0 ? 0 : markBytes) + valueBytes
        guard used <= rows, end <= bytes.count else { return nil }
        let base = append(UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: UInt32.self))) * rows
        marks.withUnsafeMutableBufferPointer { marks in
            if mark == Self.mixedMarks {
                for row in 0..<used { marks[base + row] = row & 1 == 0 ? bytes[offset + row / 2] & 0x0F : bytes[offset + row / 2] >> 4 }
            } else {
                for row in 0..<used { marks[base + row] = mark & 0x0F }
            }
        }
        offset += markBytes
        values.withUnsafeMutableBufferPointer { values in
            switch width {
            case .same:
                guard used > 0 else { return }
                let value = Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset, as: UInt64.self)))
                for row in 0..<used { values[base + row] = value }
            case .byte:
                for row in 0..<used { values[base + row] = Double(bytes[offset + row]) }
            case .short:
                for row in 0..<used { values[base + row] = Double(Int16(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + row * 2, as: Int16.self))) }
            case .long:
                for row in 0..<used { values[base + row] = Double(Int32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + row * 4, as: Int32.self))) }
            case .single:
                for row in 0..<used {
                    values[base + row] = Double(Float(bitPattern: UInt32(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + row * 4, as: UInt32.self))))
                }
            case .double:
                for row in 0..<used {
                    values[base + row] = Double(bitPattern: UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: offset + row * 8, as: UInt64.self)))
                }
            }
        }
        return end
    }
}
