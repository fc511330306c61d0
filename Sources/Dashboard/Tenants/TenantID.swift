/// Refuses what can be no tenant's id, before a path is made of it.
func checkTenantID(_ id: String) throws(ConfigurationError) {
    guard isIdentifier(id), id != "fleet" else {
        throw ConfigurationError([Diagnostic(file: "tenants/", message: "'\(printable(id))' cannot be a tenant: expected \(FieldType.identifier.expectation)")])
    }
}
