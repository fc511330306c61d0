import Digests
import Telemetry

/// A mail as bytes (RFC 5322, MIME): a text and an HTML part that hold the same facts. Headers cannot be broken by what stands in them.
struct MailMessage {
    var from: String
    var to: String
    var subject: String
    /// Without angle brackets.
    var messageID: String
    /// Root of the thread, without angle brackets; nothing on the message that is the root itself.
    var references: String?
    var date: Timestamp
    var text: String
    var html: String
    /// Further headers: short ASCII words of our own.
    var headers: [(name: String, value: String)] = []

    var bytes: [UInt8] {
        let boundary = "tidewatch-" + messageID.prefix { $0 != "@" }
        var out: [UInt8] = []
        func line(_ text: String) { out += text.utf8; out += [13, 10] }
        line("From: " + from)
        line("To: " + to)
        line("Subject: " + Self.headerText(subject))
        line("Date: " + Self.date(date))
        line("Message-ID: <\(messageID)>")
        if let references {
            line("In-Reply-To: <\(references)>")
            line("References: <\(references)>")
        }
        line("Auto-Submitted: auto-generated")
        for header in headers { line("\(header.name): \(Self.headerText(header.value))") }
        line("MIME-Version: 1.0")
        line("Content-Type: multipart/alternative; boundary=\"\(boundary)\"")
        line("")
        for (type, body) in [("text/plain", text), ("text/html", html)] {
            line("--" + boundary)
            line("Content-Type: \(type); charset=utf-8")
            line("Content-Transfer-Encoding: quoted-printable")
            line("")
            out += Self.quotedPrintable(body)
            line("")
        }
        line("--\(boundary)--")
        return out
    }

    /// Plain where it is plain ASCII, else encoded words of at most 75 characters (RFC 2047), split between characters.
    /// Control and direction characters become spaces, so nothing can start a header of its own.
    static func headerText(_ text: String) -> String {
        let clean = String(String.UnicodeScalarView(text.unicodeScalars.map { scalar in
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate: " "
            default: scalar
            }
        }))
        if clean.utf8.allSatisfy({ $0 >= 0x20 && $0 < 0x7F }), !clean.contains("=?"), clean.utf8.count <= 900 {
            return folded(clean)
        }
        var words: [String] = [], chunk: [UInt8] = []
        for character in clean.prefix(300) {
            let bytes = Array(String(character).utf8)
            if chunk.count + bytes.count > 45, !chunk.isEmpty { words.append(encoded(chunk)); chunk = [] }
            chunk += bytes.prefix(45)
        }
        if !chunk.isEmpty { words.append(encoded(chunk)) }
        return words.joined(separator: "\r\n ")
    }

    private static func encoded(_ bytes: [UInt8]) -> String { "=?utf-8?B?\(base64(bytes))?=" }

    /// Lines of at most about 76 characters, broken at spaces.
    private static func folded(_ text: String) -> String {
        var out = "", width = 9
        for word in text.split(separator: " ", omittingEmptySubsequences: false) {
            if width + word.count + 1 > 76, !out.isEmpty { out += "\r\n "; width = 1 } else if !out.isEmpty { out += " "; width += 1 }
            out += word
            width += word.count
        }
        return out
    }

    /// RFC 2045, section 6.7: lines of at most 76 characters, CRLF, dots and trailing spaces safe.
    static func quotedPrintable(_ text: String) -> [UInt8] {
        let digits = Array("0123456789ABCDEF".utf8)
        var out: [UInt8] = [], width = 0
        let bytes = Array(text.replacing("\r\n", with: "\n").utf8)
        for (index, byte) in bytes.enumerated() {
            if byte == 10 { out += [13, 10]; width = 0; continue }
            let endsLine = index + 1 == bytes.count || bytes[index + 1] == 10
            let isPlain = (byte > 0x20 && byte < 0x7F && byte != UInt8(ascii: "=")) || ((byte == 0x20 || byte == 9) && !endsLine)
            // A dot at the start of a line is safe for every relay only when it is written as an escape.
            let piece: [UInt8] = isPlain && !(byte == UInt8(ascii: ".") && width == 0) ? [byte] : [UInt8(ascii: "="), digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            if width + piece.count > 75 { out += [UInt8(ascii: "="), 13, 10]; width = 0 }
            out += piece
            width += piece.count
        }
        return out
    }

    /// `Fri, 20 Nov 2026 10:05:00 +0000`
    static func date(_ time: Timestamp) -> String {
        let days = ["Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"]
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        let c = time.civil()
        func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
        return "\(days[c.weekday % 7]), \(c.day) \(months[(c.month - 1) % 12]) \(c.year) \(two(c.hour)):\(two(c.minute)):\(two(c.second)) +0000"
    }
}
