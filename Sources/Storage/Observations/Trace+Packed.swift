import Telemetry

extension TraceSummary {
    func packed() -> [UInt8] {
        var packer = Packer()
        packer.add(duration)
        packer.add(responseTime)
        packer.add(hasError)
        packer.add(hasFault)
        packer.add(hasThrottle)
        packer.add(isPartial)
        packer.add(entryPoint)
        packer.add(httpMethod)
        packer.add(httpPath)
        packer.add(httpStatus)
        packer.add(services) { $0.add($1) }
        packer.add(annotations)
        return packer.sealed(for: Checksum.of(0, group, id))
    }

    init(packed: [UInt8], id: String, group: String, start: Epoch) throws(Unpacker.Damaged) {
        var reader = try Unpacker(packed, for: Checksum.of(0, group, id))
        self.init(id: id, group: group, start: start, duration: try reader.double(), responseTime: try reader.optionalDouble(),
                  hasError: try reader.bool(), hasFault: try reader.bool(), hasThrottle: try reader.bool(), isPartial: try reader.bool(),
                  entryPoint: try reader.optionalText(), httpMethod: try reader.optionalText(), httpPath: try reader.optionalText(),
                  httpStatus: try reader.optionalInteger(), services: try reader.list { reader throws(Unpacker.Damaged) in try reader.text() },
                  annotations: try reader.texts())
    }
}

extension Trace {
    func packed() -> [UInt8] {
        var packer = Packer()
        packer.add(isComplete)
        packer.add(spans) { $1.pack(into: &$0) }
        packer.add(links) {
            $0.add($1.spanID)
            $0.add($1.linkedTraceID)
            $0.add($1.linkedSpanID)
            $0.add($1.kind)
        }
        // Behind all that earlier releases wrote, so that their records can still be read.
        packer.add(links) { $0.add($1.name) }
        return packer.sealed(for: Checksum.of(1, id))
    }

    init(packed: [UInt8], id: String, group: String) throws(Unpacker.Damaged) {
        var reader = try Unpacker(packed, for: Checksum.of(1, id))
        let isComplete = try reader.bool()
        let spans = try reader.list { reader throws(Unpacker.Damaged) in try TraceSpan(from: &reader) }
        var links = try reader.list { reader throws(Unpacker.Damaged) in
            SpanLink(spanID: try reader.text(), linkedTraceID: try reader.text(), linkedSpanID: try reader.optionalText(), kind: try reader.text())
        }
        if !reader.isAtEnd {
            let names = try reader.list { reader throws(Unpacker.Damaged) in try reader.optionalText() }
            for (index, name) in names.enumerated() where links.indices.contains(index) { links[index].name = name }
        }
        self.init(id: id, group: group, spans: spans, links: links, isComplete: isComplete)
    }
}

private extension TraceSpan {
    func pack(into packer: inout Packer) {
        packer.add(id)
        packer.add(parentID)
        packer.add(name)
        packer.add(kind.rawValue)
        packer.add(origin)
        packer.add(resource)
        packer.add(start)
        packer.add(end)
        packer.add(status.rawValue)
        packer.add(isInferred)
        packer.add(isInProgress)
        packer.add(cause)
        packer.add(httpStatus)
        packer.add(annotations)
    }

    init(from reader: inout Unpacker) throws(Unpacker.Damaged) {
        let id = try reader.text(), parentID = try reader.optionalText(), name = try reader.text()
        guard let kind = Kind(rawValue: try reader.text()) else { throw Unpacker.Damaged() }
        let origin = try reader.optionalText(), resource = try reader.optionalText(), start = try reader.double(), end = try reader.optionalDouble()
        guard let status = Status(rawValue: try reader.text()) else { throw Unpacker.Damaged() }
        self.init(id: id, parentID: parentID, name: name, kind: kind, origin: origin, resource: resource, start: start, end: end, status: status,
                  isInferred: try reader.bool(), isInProgress: try reader.bool(), cause: try reader.optionalText(),
                  httpStatus: try reader.optionalInteger(), annotations: try reader.texts())
    }
}
