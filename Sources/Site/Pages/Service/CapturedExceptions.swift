import Telemetry

/// Exceptions that Sentry holds, beside the failed runs of the same functions: what failed and was never reported is the difference.
struct CapturedExceptions {
    let unhandled: Double
    let handled: Double
    /// Failed runs of the functions that report.
    let errors: Double

    /// Nothing where no function of the service reports.
    init?(_ service: ServicePicture, over seconds: Int64) {
        self.init(service.resources.filter { $0.id.kind == .function }, over: seconds)
    }

    init?(_ functions: [ResourcePicture], over seconds: Int64) {
        let reporting = functions.filter { $0.sum("exceptions.unhandled", over: seconds) != nil }
        guard !reporting.isEmpty else { return nil }
        func sum(_ name: String) -> Double { reporting.reduce(0) { $0 + ($1.sum(name, over: seconds) ?? 0) } }
        unhandled = sum("exceptions.unhandled")
        handled = sum("exceptions.handled")
        errors = sum("errors")
    }

    /// Failed runs that Sentry does not know of, at the least: one run may report twice.
    var unreported: Double { max(0, errors - unhandled) }

    var sentence: Phrase {
        let open: Phrase = .counted(Words.count(unhandled), unhandled == 1 ? "unhandled event" : "unhandled events"), failed: Phrase = .counted(Words.count(errors), errors == 1 ? "error" : "errors")
        let events: Phrase = handled > 0 ? "Sentry counts \(open) and \(Words.count(handled)) handled, the functions \(failed)" : "Sentry counts \(open), the functions \(failed)"
        if unreported > 0 {
            return unreported == 1 ? "\(events): at least 1 failed run never reached it. A run that times out or is killed reports nothing."
                : "\(events): at least \(Words.count(unreported)) failed runs never reached it. A run that times out or is killed reports nothing."
        }
        return unhandled > errors ? "\(events): handlers report what Lambda does not count as failed, or report it twice." : "\(events): the two agree."
    }
}
