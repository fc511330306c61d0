/// Refuses what can be no tenant's id, before a path is made of it.
func checkTenantID(_ id: String) throws(ConfigurationError) {
    guard id != "fleet" else {
        throw ConfigurationError([Diagnostic(file: "tenants/", message: "'fleet' cannot be a tenant: the name is reserved for the page of all tenants")])
    }
    guard isIdentifier(id) else {
        throw ConfigurationError([Diagnostic(file: "tenants/", message: "'\(printable(id))' cannot be a tenant: expected \(FieldType.identifier.expectation)")])
    }
}
