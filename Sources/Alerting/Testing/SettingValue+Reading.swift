import Signals
import Telemetry

extension SettingValue {
    /// A setting as a person writes it: `15m`, `512MiB`, `true` or a word, as the setting asks for.
    /// - Throws: what was expected, for the message.
    package static func reading(_ text: String, as setting: Setting) throws(Unreadable) -> SettingValue {
        guard let form = KnownSettings.forms[setting] else {
            let near = nearestWord(to: setting.rawValue, among: KnownSettings.names).map { "Did you mean '\($0)'?" }
            throw Unreadable(message: "unknown setting '\(setting.rawValue)'. \(near ?? "Known are \(KnownSettings.names.joined(separator: ", "))")")
        }
        switch form {
        case .text: return .text(text)
        case .flag:
            guard let flag = ["true": true, "false": false][text] else { throw Unreadable(message: "expected true or false") }
            return .flag(flag)
        case .number(let unit):
            do {
                let values = try SeriesNotation.values(text, unit: unit)
                guard values.count == 1, let value = values[0] else { throw Unreadable(message: "expected one value") }
                return .number(value)
            } catch let mistake as SeriesNotation.Mistake {
                throw Unreadable(message: mistake.message)
            } catch {
                throw Unreadable(message: "expected one value")
            }
        }
    }

    package struct Unreadable: Error, Hashable { package var message: String }
}
