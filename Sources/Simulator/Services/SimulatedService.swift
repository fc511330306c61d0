import JSON

/// One AWS service: how it is spoken to, and what it answers.
protocol SimulatedService: Sendable {
    /// The name in the credential scope.
    static var signingName: String { get }
    var wire: WireProtocol { get }
    /// By operation name.
    var operations: [String: @Sendable (Call) throws(ServiceError) -> Output] { get }
    /// The operation that a request names; nothing where it names none.
    func operation(of request: SimulatedRequest) -> String?
    /// What the body says.
    func input(of request: SimulatedRequest) throws(ServiceError) -> JSONValue
}

extension SimulatedService {
    func operation(of request: SimulatedRequest) -> String? {
        switch wire {
        case .json: request.headers["x-amz-target"]?.split(separator: ".").last.map(String.init)
        case .query: PercentEncoding.pairs(String(decoding: request.body, as: UTF8.self)).first { $0.name == "Action" }?.value
        case .restJSON, .restXML, .datadog, .sentry: nil
        }
    }

    func input(of request: SimulatedRequest) throws(ServiceError) -> JSONValue {
        if case .query = wire {
            return .object(PercentEncoding.pairs(String(decoding: request.body, as: UTF8.self)).map { .init($0.name, .string($0.value)) })
        }
        if request.body.isEmpty { return .object([]) }
        do { return try JSONValue(parsing: request.body) } catch {
            throw ServiceError("SerializationException", "The request body is no JSON: \(error.description)")
        }
    }
}

/// All services by the name they are signed with.
let simulatedServices: [String: any SimulatedService] = [
    SQSService.signingName: SQSService(),
    CloudWatchService.signingName: CloudWatchService(),
    LambdaService.signingName: LambdaService(),
    LogsService.signingName: LogsService(),
    XRayService.signingName: XRayService(),
    STSService.signingName: STSService(),
    SNSService.signingName: SNSService(),
    EventBridgeService.signingName: EventBridgeService(),
    DynamoDBService.signingName: DynamoDBService(),
    GatewayService.signingName: GatewayService(),
    CloudFormationService.signingName: CloudFormationService(),
    TaggingService.signingName: TaggingService(),
    S3Service.signingName: S3Service(),
    DatadogService.signingName: DatadogService(),
    SentryService.signingName: SentryService(),
]
