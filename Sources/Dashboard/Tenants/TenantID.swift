/// Ids that no tenant can have, because something of ours has that name beside the tenants' in `state/`, in `public/` or in the folder where
/// a directory target prepares its trees; with what that is.
let reservedTenantIDs = ["fleet": "the operator's pages", "shadow": "the folder of the builds that are kept", "lock": "the file that keeps two runs apart",
                         "skips": "the file that counts skipped runs"]

/// Refuses what can be no tenant's id, before a path is made of it.
func checkTenantID(_ id: String) throws(ConfigurationError) {
    if let owner = reservedTenantIDs[id] {
        throw ConfigurationError([Diagnostic(file: "tenants/", message: "'\(id)' cannot be a tenant: the name is reserved for \(owner)")])
    }
    guard isIdentifier(id) else {
        throw ConfigurationError([Diagnostic(file: "tenants/", message: "'\(printable(id))' cannot be a tenant: expected \(FieldType.identifier.expectation)")])
    }
}
