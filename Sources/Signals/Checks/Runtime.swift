import Telemetry

extension Check {
    static let runtime = Check(
        "runtime", "Retired or retiring runtime",
        "A function runs on a runtime that AWS no longer supports, or will not within half a year. Once updates are refused, not even a rollback is possible.",
        explanation: "content/runbooks/function-errors.md#1-roll-back-if-it-began-with-a-deploy",
        examples: [
            CheckExample("retired", [.example(.function, "worker", [.runtime: "nodejs14.x"])], finds: ["worker"]),
            CheckExample("retires within half a year", [.example(.function, "worker", [.runtime: "nodejs22.x"])], finds: ["worker"]),
            CheckExample("supported for years", [.example(.function, "worker", [.runtime: "provided.al2023"])]),
            CheckExample("half a year and a day before the end", [.example(.function, "worker", [.runtime: "nodejs22.x"])], now: Timestamp(year: 2026, month: 10, day: 28)),
            CheckExample("unknown to the table", [.example(.function, "worker", [.runtime: "cobol1.x"])]),
        ]) { inspection in
            inspection.all(.function).compactMap { function in
                guard let name = function.settings[.runtime]?.text, let end = RuntimeTable.end(of: name), inspection.now >= end - 183 * 86_400 else { return nil }
                let day = end.rfc3339.prefix(10)
                return Sighting(function, inspection.now >= end ? "\(name) is without support since \(day): move to a supported one while updates still work."
                    : "\(name) loses its support on \(day): move before that.")
            }
        }
}

/// When support of each Lambda runtime ends, as AWS lists it (https://docs.aws.amazon.com/lambda/latest/dg/lambda-runtimes.html, read in February 2026;
/// dates to come may move). Refusal of updates follows some weeks to months later.
package enum RuntimeTable {
    package static func end(of runtime: String) -> Timestamp? { ends[runtime].map { Timestamp(year: $0.0, month: $0.1, day: $0.2) } }

    private static let ends: [String: (Int64, Int, Int)] = [
        "nodejs": (2016, 10, 31), "nodejs4.3": (2020, 3, 5), "nodejs4.3-edge": (2020, 3, 5), "nodejs6.10": (2019, 8, 12), "nodejs8.10": (2020, 3, 6),
        "nodejs10.x": (2021, 7, 30), "nodejs12.x": (2023, 3, 31), "nodejs14.x": (2023, 12, 4), "nodejs16.x": (2024, 6, 12), "nodejs18.x": (2025, 9, 1),
        "nodejs20.x": (2026, 4, 30), "nodejs22.x": (2027, 4, 30), "nodejs24.x": (2028, 4, 30),
        "python2.7": (2021, 7, 15), "python3.6": (2022, 7, 18), "python3.7": (2023, 12, 4), "python3.8": (2024, 10, 14), "python3.9": (2025, 12, 15),
        "python3.10": (2026, 10, 31), "python3.11": (2027, 6, 30), "python3.12": (2028, 10, 31), "python3.13": (2029, 6, 30), "python3.14": (2029, 6, 30),
        "java8": (2024, 1, 8), "java8.al2": (2027, 6, 30), "java11": (2027, 6, 30), "java17": (2027, 6, 30), "java21": (2029, 6, 30), "java25": (2029, 6, 30),
        "dotnetcore1.0": (2019, 6, 27), "dotnetcore2.0": (2019, 5, 30), "dotnetcore2.1": (2022, 1, 5), "dotnetcore3.1": (2023, 4, 3), "dotnet6": (2024, 12, 20),
        "dotnet8": (2026, 11, 10), "dotnet10": (2028, 11, 14),
        "ruby2.5": (2021, 7, 30), "ruby2.7": (2023, 12, 7), "ruby3.2": (2026, 3, 31), "ruby3.3": (2027, 3, 31), "ruby3.4": (2028, 3, 31),
        "go1.x": (2024, 1, 8), "provided": (2024, 1, 8), "provided.al2": (2026, 7, 31), "provided.al2023": (2029, 6, 30),
    ]
}
