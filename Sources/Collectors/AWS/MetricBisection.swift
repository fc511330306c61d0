import AWS
import Signals
import Telemetry

/// Finds the questions for which CloudWatch refuses a whole portion: one wrong name must not cost five hundred series their points.
struct MetricBisection: Sendable {
    let desk: AWSDesk

    init(_ desk: AWSDesk) { self.desk = desk }

    /// The parts that were answered and those that were not, together the questions of `first`. The number of calls grows with the
    /// logarithm of the number of questions, so that many wrong ones cost no more than a few.
    func divide(_ first: PortionAnswer, ask: @Sendable ([MetricQuestion]) async -> PortionAnswer) async -> [PortionAnswer] {
        var left = Self.calls(for: first.questions.count)
        var waiting = [first.inOrderOfResources], settled: [PortionAnswer] = []
        // The largest first: whatever the calls do not reach any more is small.
        while let place = waiting.indices.max(by: { waiting[$0].questions.count < waiting[$1].questions.count }) {
            let portion = waiting.remove(at: place)
            let parts = portion.parts
            guard parts.count > 1, left >= parts.count, await desk.mayCall() else { settled.append(portion); continue }
            left -= parts.count
            var answers: [PortionAnswer] = []
            for part in parts { answers.append(await ask(part)) }
            // Where a server fails at everything it is the server, not a question.
            let isIll = answers.allSatisfy { $0.refusal?.kind == .server }
            for answer in answers {
                if !isIll, answer.mayBeDivided { waiting.append(answer) } else { settled.append(answer) }
            }
        }
        return retold(settled, of: first)
    }

    static func calls(for questions: Int) -> Int { 5 * (Int.bitWidth - max(1, questions).leadingZeroBitCount) }

    /// The same refusal of many parts is one problem, with the number of questions that it cost.
    private func retold(_ settled: [PortionAnswer], of first: PortionAnswer) -> [PortionAnswer] {
        var settled = settled
        var refused: [String: (error: AWSError, questions: [MetricQuestion], place: Int)] = [:]
        for (index, portion) in settled.enumerated() {
            guard let error = portion.refusal else { continue }
            settled[index].problems = []
            let words = "\(error.code ?? "") \(error.message)"
            refused[words, default: (error, [], index)].questions += portion.questions
        }
        for (_, item) in refused {
            var problem = desk.problem(item.error, operation: "cloudwatch:GetMetricData")
            if item.questions.count < first.questions.count {
                let names = Set(item.questions.map { "\($0.series.signal) of '\($0.series.resource.name)'" }).sorted()
                let examples = names.prefix(3).joined(separator: ", ") + (names.count > 3 ? " and others" : "")
                problem.message += " This concerns \(item.questions.count) of \(first.questions.count) questions (\(Redactor.redacted(examples, limit: 200))); the others are answered."
            }
            settled[item.place].problems = [problem]
        }
        return settled
    }
}

extension PortionAnswer {
    /// Refused for something that it holds, perhaps in one question only. What fails for load, rights or time fails for every part.
    var mayBeDivided: Bool {
        guard questions.count > 1, let refusal else { return false }
        return refusal.kind == .invalid || refusal.kind == .notFound || (refusal.kind == .server && refusal.status == 500)
    }

    fileprivate var inOrderOfResources: PortionAnswer {
        var copy = PortionAnswer(questions: questions.sorted { $0.series < $1.series }, stretch: stretch)
        copy.failure = failure
        copy.refusal = refusal
        copy.problems = problems
        return copy
    }

    /// Percentiles apart first: a service that lacks them refuses them all. Then halves; in order of resources, so that the questions
    /// about one wrong name are neighbours.
    fileprivate var parts: [[MetricQuestion]] {
        let percentiles = questions.filter(\.isPercentile), others = questions.filter { !$0.isPercentile }
        if !percentiles.isEmpty, !others.isEmpty { return [others, percentiles] }
        guard questions.count > 1 else { return [questions] }
        return [Array(questions.prefix(questions.count / 2)), Array(questions.dropFirst(questions.count / 2))]
    }
}

private extension MetricQuestion {
    var isPercentile: Bool { if case .percentile = metric.statistic { true } else { false } }
}
