/// Programs that a configuration names: what they are given is said here once.
extension ConfigurationReader.Record {
    /// Program and arguments; the first is an absolute path.
    func programArguments(_ key: String) -> [String]? {
        let arguments = texts(key)
        guard let program = arguments.first, program.hasPrefix("/") else {
            fail(key, "the first item must be the absolute path of a program")
            return nil
        }
        for argument in arguments where argument.utf8.contains(0) { fail(key, "'\(printable(argument))' holds a zero byte") }
        return arguments
    }

    /// The variables named, and those that every program needs where they are set. A program gets no others, and no secrets among them.
    func programEnvironment(_ key: String, always: Set<String>) -> [String: String] {
        var environment = reader.secrets.environment.filter { always.contains($0.key) }
        guard has(key) else { return environment }
        for name in texts(key) {
            guard let value = reader.secrets.environment[name] else {
                fail(key, "the environment variable \(printable(name)) is not set. Set it where tidewatch runs.")
                continue
            }
            environment[name] = value
        }
        return environment
    }
}
