import JSON
import Telemetry
import Testing
@testable import Simulator

@Suite struct FaultPlanTests {
    private func answer(_ fault: Fault, times: Int? = nil, earlier: Int = 0, to request: SimulatedRequest = Client.assuming(Acme.account).listQueues()) throws -> SimulatedResponse {
        let world = SimulatedWorld.mock(faults: FaultPlan([.init(account: Acme.account, times: times, fault)]))
        guard case .admitted(let call, let requestID) = world.admit(request, now: dayZero) else { throw FaultPlanProblem.refused }
        return world.answer(call, requestID: requestID, earlier: earlier)
    }

    private enum FaultPlanProblem: Error { case refused }

    @Test(arguments: [
        (Fault.throttle, 400, "ThrottlingException"), (.deny, 400, "AccessDeniedException"), (.expiredToken, 403, "ExpiredTokenException"),
        (.serverError, 500, "InternalFailure"),
    ]) func `a refusal has the service's own shape`(_ fault: Fault, _ status: Int, _ code: String) throws {
        let response = try answer(fault)
        #expect(response.status == status)
        #expect(try JSONValue(parsing: response.body)["__type"]?.string == "com.amazonaws.sqs#\(code)")
    }

    @Test func `a fault for three calls spares the fourth and every other account`() throws {
        #expect(try answer(.throttle, times: 3, earlier: 2).status == 400)
        #expect(try answer(.throttle, times: 3, earlier: 3).status == 200)
        #expect(try answer(.throttle, to: Client().listQueues()).status == 200)
    }

    @Test func `an action can be singled out`() {
        let plan = FaultPlan([.init(action: "cloudwatch:*", .throttle), .init(action: "sqs:ListQueues", .deny)])
        let world = SimulatedWorld.mock(faults: plan), client = Client.assuming(Acme.account)
        #expect(world.answer(client.metricData(), now: dayZero).text.contains("ThrottlingException"))
        #expect(world.answer(client.listQueues(), now: dayZero).text.contains("AccessDeniedException"))
    }

    @Test func `numbers become NaN and infinity, and only they`() throws {
        let good = try answer(.slow(seconds: 0), to: Client.assuming(Acme.account).metricData()).text
        let bad = try answer(.notNumbers, to: Client.assuming(Acme.account).metricData()).text
        #expect(bad.contains(#""Values":[NaN,Infinity,-Infinity,"#))
        #expect(bad.prefix { $0 != "V" } == good.prefix { $0 != "V" })
    }

    @Test func `single elements get another type, tokens go round in circles, bodies break off`() throws {
        let request = Client.assuming(Acme.account).metricData()
        #expect(try answer(.wrongTypes, to: request).text.contains("not an object"))
        #expect(try JSONValue(parsing: answer(.tokenLoop, to: request).body)["NextToken"]?.string == "tw-0")
        #expect(try answer(.truncated, to: request).delivery == .truncated)
        #expect(try answer(.endless, to: request).delivery == .endless)
        #expect(try answer(.huge(bytes: 1_000_000), to: request).body.count > 1_000_000)
        #expect(throws: JSONError.self) { try JSONValue(parsing: answer(.garbage, to: request).body) }
        #expect(try answer(.skewedDate(seconds: 900), to: request).headers["Date"] == "Fri, 20 Nov 2026 10:15:00 GMT")
    }
}
