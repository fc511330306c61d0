import Site

extension FleetDigests {
    init(_ digests: [TenantDigest]) {
        self.init { digests[$0] }
        for digest in digests { add(digest) }
    }
}

extension FleetBuilder {
    /// The first page among them, in one piece.
    func allPages(_ emit: (SitePage) throws -> Void) throws {
        var first: [UInt8] = []
        try writeFirstPage { first += $0 }
        try emit(SitePage(Self.firstPage, first))
        try pages(emit)
    }
}
