import AWS
import Signals
import Telemetry

/// CloudWatch metrics of everything that the inventory found.
struct MetricCollection: Sendable {
    let desk: AWSDesk
    let inventory: Inventory.Reading

    init(_ desk: AWSDesk, inventory: Inventory.Reading) {
        self.desk = desk
        self.inventory = inventory
    }

    func harvest() async -> Harvest {
        let resources = inventory.resources
        let plan = MetricPlan(resources, order: desk.order)
        let end = CollectionWindow.end(now: desk.order.now, period: desk.order.grain)
        var harvest = Harvest(window: TimeWindow(from: plan.questions.keys.map(\.start).min() ?? end, to: end))
        harvest.absences = plan.absences

        let answers = await inParallel(plan.portions, atOnce: 4) { await self.answers(to: $0.questions, $0.stretch) }.flatMap(\.self)
        var record = MetricRecord(now: desk.order.now)
        for answer in answers {
            record.add(answer)
            harvest.problems += answer.problems
        }
        record.finish(resources, into: &harvest)
        QueueReading.fill(inventory.live, record: record, order: desk.order, harvest: &harvest)
        noteDeleted(resources, &harvest)
        if plan.skipped > 0 { harvest.problems.append(skipProblem(plan.skipped)) }
        if record.rejected > 0 { harvest.problems.append(rejectionProblem(record.rejected)) }
        if !answers.isEmpty { harvest.readings.append(reading(answers, end: end)) }
        return harvest
    }

    /// One portion; where CloudWatch refuses it for what a question holds, the parts that it takes and those that it does not.
    private func answers(to questions: [MetricQuestion], _ stretch: MetricPlan.Stretch) async -> [PortionAnswer] {
        guard await desk.mayCall() else {
            var answer = PortionAnswer(questions: questions, stretch: stretch)
            answer.failure = .notAsked
            return [answer]
        }
        // Of all tries only one is answered and paid for.
        await desk.count("cloudwatch:GetMetricData", units: questions.count)
        let first = await ask(questions, stretch)
        guard first.mayBeDivided else { return [first] }
        return await MetricBisection(desk).divide(first) { await ask($0, stretch, isRepeatable: false) }
    }

    /// One portion, over all its pages.
    private func ask(_ questions: [MetricQuestion], _ stretch: MetricPlan.Stretch, isRepeatable: Bool = true) async -> PortionAnswer {
        var answer = PortionAnswer(questions: questions, stretch: stretch)
        let paged = await desk.client.pages(limit: desk.order.budget.pages) { token in
            var call = MetricRequest.call(questions, stretch, token: token)
            call.isRepeatable = isRepeatable
            return call
        } read: { body throws(AWSError) in
            let page = MetricDataAnswer(reading: body.body)
            if let damage = page.damage, page.results.isEmpty {
                throw AWSError(.badAnswer, place: body.call, message: "the answer is no JSON: \(damage)", requestID: body.requestID, status: body.status)
            }
            return (page, page.nextToken)
        }
        for page in paged.pages { answer.add(page) }
        switch paged.end {
        case .complete: break
        case .failed(let error):
            answer.problems.append(desk.problem(error, operation: "cloudwatch:GetMetricData"))
            answer.failure = error.kind == .denied ? .denied : .failed
            if paged.pages.isEmpty { answer.refusal = error }
        case .repeatedToken:
            answer.isCut = true
            answer.problems.append(cut("the same page token came twice"))
        case .pageLimit(let limit):
            answer.isCut = true
            answer.problems.append(cut("more than \(limit) pages"))
        case .sizeLimit(let limit):
            answer.isCut = true
            answer.problems.append(cut("more than \(limit >> 20) MiB"))
        }
        if let damage = answer.damage { answer.problems.append(broken(damage)) }
        for message in Set(answer.messages).sorted() { answer.problems.append(said(message)) }
        return answer
    }

    private func cut(_ what: String) -> Problem {
        Problem(.limit, source: desk.source, operation: "cloudwatch:GetMetricData", place: desk.region,
                message: "cloudwatch:GetMetricData in \(desk.region): \(what). What came is kept as partial; the next run asks again.")
    }

    private func broken(_ damage: String) -> Problem {
        Problem(.badAnswer, source: desk.source, operation: "cloudwatch:GetMetricData", place: desk.region,
                message: "cloudwatch:GetMetricData in \(desk.region): the answer breaks off (\(damage)). What came before is kept as partial; the next run asks again.")
    }

    private func said(_ message: String) -> Problem {
        Problem(.badAnswer, source: desk.source, operation: "cloudwatch:GetMetricData", place: desk.region,
                message: "cloudwatch:GetMetricData in \(desk.region) says: \(Redactor.redacted(message, limit: 300)).")
    }

    private func skipProblem(_ count: Int) -> Problem {
        Problem(.budget, source: desk.source, operation: "cloudwatch:GetMetricData", place: desk.region,
                message: "\(count) series of source '\(desk.source)' were not asked for: the budget of metrics or series is used up. Slow signals go first; raise budget.metrics_per_day to have them all.")
    }

    private func rejectionProblem(_ count: Int) -> Problem {
        Problem(.badAnswer, source: desk.source, operation: "cloudwatch:GetMetricData", place: desk.region,
                message: "cloudwatch:GetMetricData in \(desk.region): \(count) points were no numbers, had no time or lay outside the window. The others are kept.")
    }

    private func noteDeleted(_ resources: [Resource], _ harvest: inout Harvest) {
        for resource in resources where resource.presence == .missing {
            for definition in SignalCatalogue.definitions(of: resource.id.kind) {
                guard case .cloudWatch = definition.origin else { continue }
                harvest.absences[SeriesID(resource.id, definition.name)] = Absence(.deleted, since: desk.order.now, detail: "AWS says that it does not exist")
            }
        }
    }

    private func reading(_ answers: [PortionAnswer], end: Timestamp) -> SourceReading {
        let good = answers.count { $0.failure == nil && !$0.isCut }
        let state: SourceReading.State = good == answers.count ? .ok
            : answers.allSatisfy { $0.failure == .denied } ? .denied : good == 0 && answers.allSatisfy { $0.failure != nil } ? .failed : .partial
        let detail = answers.flatMap(\.problems).first?.message
        return SourceReading(source: desk.source, what: "CloudWatch metrics", state: state, dataTo: good > 0 ? end : nil, detail: detail, isMetrics: true)
    }
}
