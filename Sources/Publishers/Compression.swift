import CBrotli
import CZlib

/// Compresses bytes that come piece by piece. It owns the library's state.
final class Compression {
    private enum Library {
        case zlib(UnsafeMutablePointer<z_stream>)
        case brotli(OpaquePointer)
    }

    /// Bytes that a library is asked for at a time.
    private static let room = 65_536

    private let library: Library
    private var buffer = [UInt8](repeating: 0, count: Compression.room)

    init?(_ encoding: Encoding) {
        switch encoding {
        // 16 more than the window's 15 bits asks for gzip's frame (RFC 1952) instead of zlib's.
        case .gzip:
            guard let stream = Self.deflation(window: 15 + 16) else { return nil }
            library = .zlib(stream)
        case .brotli:
            guard let state = BrotliEncoderCreateInstance(nil, nil, nil) else { return nil }
            // Quality 5 (RFC 7932): smaller than gzip at about its speed; 11 takes fifty times as long.
            for (parameter, value) in [(BROTLI_PARAM_QUALITY, UInt32(5)), (BROTLI_PARAM_LGWIN, 22), (BROTLI_PARAM_MODE, BROTLI_MODE_TEXT.rawValue)] {
                BrotliEncoderSetParameter(state, parameter, value)
            }
            library = .brotli(state)
        }
    }

    /// - Parameter window: bits, which tell zlib the frame as well; below zero there is none (RFC 1951).
    init?(window: Int32) {
        guard let stream = Self.deflation(window: window) else { return nil }
        library = .zlib(stream)
    }

    deinit {
        switch library {
        case .zlib(let stream):
            deflateEnd(stream)
            stream.deallocate()
        case .brotli(let state): BrotliEncoderDestroyInstance(state)
        }
    }

    /// All of it at once; nothing where the library refuses.
    func whole(_ bytes: [UInt8]) -> [UInt8]? {
        var out: [UInt8] = []
        return add(bytes, isLast: true, { out += $0 }) ? out : nil
    }

    /// Hands on what comes of the bytes so far.
    /// - Returns: false where the library refuses.
    func add(_ bytes: [UInt8], isLast: Bool, _ handOn: (ArraySlice<UInt8>) throws -> Void) rethrows -> Bool {
        switch library {
        case .zlib(let stream): try deflate(bytes, isLast, stream, handOn)
        case .brotli(let state): try compress(bytes, isLast, state, handOn)
        }
    }

    /// Level 6: 9 takes twice the time for about one per cent.
    private static func deflation(window: Int32) -> UnsafeMutablePointer<z_stream>? {
        // The library remembers where its stream lies.
        let stream = UnsafeMutablePointer<z_stream>.allocate(capacity: 1)
        stream.initialize(to: z_stream())
        guard deflateInit2_(stream, 6, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK else {
            stream.deallocate()
            return nil
        }
        return stream
    }

    private func deflate(_ bytes: [UInt8], _ isLast: Bool, _ stream: UnsafeMutablePointer<z_stream>, _ handOn: (ArraySlice<UInt8>) throws -> Void) rethrows -> Bool {
        guard let size = UInt32(exactly: bytes.count) else { return false }
        var rest = size, input = bytes, code = Z_OK, made = 0
        repeat {
            input.withUnsafeMutableBufferPointer { source in
                buffer.withUnsafeMutableBufferPointer { target in
                    stream.pointee.next_in = source.baseAddress?.advanced(by: Int(size - rest))
                    stream.pointee.avail_in = rest
                    stream.pointee.next_out = target.baseAddress
                    stream.pointee.avail_out = UInt32(Self.room)
                    code = CZlib.deflate(stream, isLast ? Z_FINISH : Z_NO_FLUSH)
                    rest = stream.pointee.avail_in
                    made = Self.room - Int(stream.pointee.avail_out)
                }
            }
            // Nothing to do is no mistake.
            guard code == Z_OK || code == Z_STREAM_END || code == Z_BUF_ERROR else { return false }
            try handOn(buffer[..<made])
        } while made == Self.room
        return rest == 0 && (!isLast || code == Z_STREAM_END)
    }

    private func compress(_ bytes: [UInt8], _ isLast: Bool, _ state: OpaquePointer, _ handOn: (ArraySlice<UInt8>) throws -> Void) rethrows -> Bool {
        var rest = bytes.count, isDone = false
        repeat {
            var made = 0
            let isFine = bytes.withUnsafeBufferPointer { source in
                buffer.withUnsafeMutableBufferPointer { target in
                    var next = source.baseAddress?.advanced(by: bytes.count - rest), out = target.baseAddress, room = Self.room
                    defer { made = Self.room - room }
                    return BrotliEncoderCompressStream(state, isLast ? BROTLI_OPERATION_FINISH : BROTLI_OPERATION_PROCESS, &rest, &next, &room, &out, nil) != 0
                }
            }
            guard isFine else { return false }
            try handOn(buffer[..<made])
            isDone = rest == 0 && BrotliEncoderHasMoreOutput(state) == 0 && (!isLast || BrotliEncoderIsFinished(state) != 0)
        } while !isDone
        return true
    }
}
