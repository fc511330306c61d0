import Foundation
@testable import Markdown
import Testing

@Suite struct ShellQuotingTests {
    @Test(arguments: [
        ("echo {{v}}", #"echo 'a '\''b'\'' $(c)'"#), ("echo \"x {{v}}\"", #"echo "x "'a '\''b'\'' $(c)'"""#),
        ("echo 'x {{v}}'", #"echo 'x ''a '\''b'\'' $(c)'''"#), ("echo $'x {{v}}'", #"echo $'x ''a '\''b'\'' $(c)'$''"#),
        ("echo \"$(echo \"{{v}}\")\"", #"echo "$(echo ""'a '\''b'\'' $(c)'"")""#), ("# it's {{v}}\necho {{v}}", "# it's a 'b' $(c)\n" + #"echo 'a '\''b'\'' $(c)'"#),
        (#"echo \"{{v}}"#, #"echo \"'a '\''b'\'' $(c)'"#),
    ])
    func `a value is one word in every kind of quotes`(template: String, expected: String) throws {
        let live = MockValues(values: ["v": .current(text: "a 'b' $(c)", number: nil, isCritical: false)])
        #expect(script(template, live) == expected)
    }

    @Test(arguments: ["$(touch x)", "a'b", "`id`", "x;y", "a\\", "\"", "~", "*", "$HOME", "!!", "", " ", "ä", "-n"])
    func `the shell hands the value on unchanged`(value: String) throws {
        let live = MockValues(values: ["v": .current(text: value, number: nil, isCritical: false)])
        let text = try #require(script("printf '%s|%s|%s|%s' {{v}} \"{{v}}\" '{{v}}' \"$(printf '%s' \"{{v}}\")\"", live))
        let shell = Process(), pipe = Pipe()
        shell.executableURL = URL(filePath: "/bin/sh")
        shell.arguments = ["-c", text]
        shell.standardOutput = pipe
        try shell.run()
        let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        shell.waitUntilExit()
        #expect(output == "\(value)|\(value)|\(value)|\(value)")
    }

    @Test(arguments: ["echo `x {{queue.name}}`", "cat <<EOF\n{{queue.name}}\nEOF"])
    func `where no quoting protects it a value is refused`(script: String) throws {
        let page = try RenderedMarkdown.of("```sh\n\(script)\n```\n")
        #expect(page.errors.map(\.message) == ["'queue.name' cannot be quoted in backquotes or a here-document. Use $(…) or put it into a variable first."])
        #expect(!page.html.contains("orders.fifo"))
    }

    @Test func `a here-string is an ordinary word`() throws {
        #expect(try RenderedMarkdown.of("```sh\ncat <<< {{queue.name}}\necho {{queue.name}}\n```\n").problems == [])
    }

    private func script(_ template: String, _ live: MockValues) -> String? {
        var shell = ShellQuoting(), result = ""
        let bytes = Array(template.utf8)
        for piece in Placeholder.pieces(of: bytes) {
            switch piece {
            case .text(let range):
                shell.read(bytes[range])
                result += String(decoding: bytes[range], as: UTF8.self)
            case .name(let name, _):
                guard let value = live.value(named: name), let quoted = shell.quoted(value.shown) else { return nil }
                result += quoted
            case .shown, .malformed: return nil
            }
        }
        return result
    }
}
